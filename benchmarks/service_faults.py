"""kill -9 of the server or a worker at random moments, on both databases: what becomes of the audits.

    python -m benchmarks.service_faults [--kills 50] [--audits 20] [--seed 1]

It writes benchmarks/results/service-faults.md. A server (which works, too) and a worker share a database. Audits of
a fake platform are posted over HTTP, and one of the two processes is killed at a random moment, again and again, to be
started anew a random while later. Goals (issue 6): every audit ends with the answer of an undisturbed run, at most one
chunk is asked for again at each loss, nothing is orphaned.
"""

from __future__ import annotations

import argparse
import random
import socket
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from jobs.plant import AS_OF, Plant, Worlds, answer, killed
from postgres import Postgres
from sources.fakes.server import Server
from zombiescope.jobs import AUDIT, DbosEngine
from zombiescope.storage import sqlite_url

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "service-faults.md"
FOLLOWERS, SAMPLE, DELAY = 600, 80, 0.25
CHUNK = 8  # requests that an audit has under way at once
PULSE = "beat=0.3,silent=3,tidy=1,progress=0.2,again=1,patience=120,grace=5"


@dataclass
class Found:
    """What came of one database."""

    name: str
    kills: Counter[str] = field(default_factory=Counter)
    at_work: int = 0
    seconds: float = 0.0
    states: Counter[str] = field(default_factory=Counter)
    different: int = 0
    losses: int = 0
    repeated: int = 0
    most: float = 0.0
    orphans: list[str] = field(default_factory=list)


def disturbed(name: str, url: str, home: Path, whole: dict[str, Any], kills: int, seed: int) -> Found:
    """Post the audits and kill; then wait until all have ended."""
    rng, counts = random.Random(seed), Found(name)  # noqa: S311 no secret
    port = _port()
    serve = _serve(port)
    with (
        Server(Worlds(len(whole), FOLLOWERS), delay=DELAY) as platform,
        Plant(url, home, platform, job_intervals=PULSE) as plant,
    ):
        running: dict[str, subprocess.Popen[str]] = {"server": plant.worker(*serve), "worker": plant.worker()}
        began = time.monotonic()
        ids: dict[str, str] = {}
        waiting = list(whole)
        while waiting or sum(counts.kills.values()) < kills:
            # The audits are spread over the kills, so that there is always one to be lost.
            if waiting and len(ids) < 5 + sum(counts.kills.values()) * len(whole) / kills:
                account = waiting[0]
                posted = _post(port, account)
                if posted is not None:
                    ids[account] = posted
                    waiting.pop(0)
            time.sleep(rng.uniform(0.1, 1.5))
            victim = rng.choice(["server", "worker"])
            if sum(counts.kills.values()) < kills and running[victim].poll() is None:
                counts.at_work += bool(plant.store.claims.going())
                killed(running[victim])
                counts.kills[victim] += 1
                time.sleep(rng.uniform(0, 1.0))
                running[victim] = plant.worker(*(serve if victim == "server" else ()))
        for account, audit_id in ids.items():
            ended = plant.ended(audit_id, 300)
            counts.states[ended.status] += 1
            if ended.status != "done" or answer(plant.store, audit_id) != whole[account]:
                counts.different += 1
                print(f"{account}: {ended.status} {ended.error}")
        counts.seconds = time.monotonic() - began
        _count(counts, plant, ids)
    return counts


def _count(counts: Found, plant: Plant, ids: dict[str, str]) -> None:
    """Requests sent twice, and what is left over."""
    repeats: Counter[tuple[str, str, str]] = Counter()
    for one in plant.platform.asked:
        who = next((v for name in ("actor", "actors") for v in one.query.get(name, ())), "")
        digits = int("".join(c for c in who if c.isdigit()) or 0)
        number = digits // 1_000_000 - 1 if digits >= 1_000_000 else digits
        repeats[f"bluesky:fan{number}.test", one.path, str(sorted(one.query.items()))] += 1
    again: Counter[str] = Counter()
    for (account, *_), times in repeats.items():
        again[account] += times - 1
    with plant.store._engine.connect() as connection:
        starts: dict[str, int] = dict(connection.exec_driver_sql("SELECT id, starts FROM audits").tuples())
        for table in ("uploads", "idempotency"):
            left = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()  # noqa: S608 ours
            if table == "uploads" and left:
                counts.orphans.append(f"{left} lists")
    for account, audit_id in ids.items():
        losses = starts[audit_id] - 1
        counts.losses += losses
        counts.repeated += again[account]
        if losses:
            counts.most = max(counts.most, again[account] / losses)
        elif again[account]:
            counts.orphans.append(f"{again[account]} requests sent twice without a loss")
    if len(starts) != len(ids):
        counts.orphans.append(f"{len(starts) - len(ids)} audits that nobody knows of")
    time.sleep(5.0)
    engine = DbosEngine(plant.url)
    waiting = engine._listed(status=["ENQUEUED", "PENDING", "DELAYED"], name=AUDIT)
    engine.close(0)
    if waiting:
        counts.orphans.append(f"{len(waiting)} workflows")
    if (workers := len(plant.store.workers.all())) != 2:
        counts.orphans.append(f"{workers} workers where 2 live")


def _post(port: int, account: str) -> str | None:
    """Begin an audit over HTTP, repeating the request with its key until it is answered; None: not now."""
    order = {"account": account, "sample": SAMPLE, "posts": 5, "as_of": AS_OF.isoformat()}
    try:
        posted = httpx.post(
            f"http://127.0.0.1:{port}/v1/audits", json=order, headers={"Idempotency-Key": account}, timeout=10
        )
    except httpx.HTTPError:
        return None
    return str(posted.json()["id"]) if posted.status_code in (200, 202) else None


def undisturbed(audits: int, home: Path) -> dict[str, Any]:
    """The answer for each account where nobody disturbs."""
    port = _port()
    with (
        Server(Worlds(audits, FOLLOWERS)) as platform,
        Plant(sqlite_url(home / "z.sqlite"), home, platform, job_intervals=PULSE) as plant,
    ):
        plant.worker(*_serve(port))
        whole = {}
        for number in range(audits):
            account = f"bluesky:fan{number}.test"
            audit_id = _post(port, account)
            assert audit_id is not None, plant.output()
            assert plant.ended(audit_id, 300).status == "done", plant.output()
            whole[account] = answer(plant.store, audit_id)
        return whole


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _serve(port: int) -> tuple[str, ...]:
    return ("-c", "from zombiescope.cli import main; main()", "serve", "--port", str(port))


def report(rows: list[Found], audits: int, seed: int) -> str:
    """The results as Markdown."""
    lines = [
        "# kill -9 at random moments",
        "",
        f"`python -m benchmarks.service_faults`, seed {seed}: {audits} audits of {SAMPLE} of {FOLLOWERS} followers",
        f"of a fake platform that answers after {DELAY * 1000:g} ms, posted over HTTP with an Idempotency-Key to",
        "`zombiescope serve` (which works, too), with one `zombiescope worker` beside it. One of the two is killed",
        "with -9 at a random moment and started again up to a second later. A silent worker is taken for gone after",
        "3 s instead of 30.",
        "",
        "| | " + " | ".join(row.name for row in rows) + " |",
        "|---|" + "---|" * len(rows),
    ]

    def line(what: str, *cells: object) -> None:
        lines.append(f"| {what} | " + " | ".join(str(cell) for cell in cells) + " |")

    line("kills of the server", *(row.kills["server"] for row in rows))
    line("kills of the worker", *(row.kills["worker"] for row in rows))
    line("of them while audits went on", *(row.at_work for row in rows))
    line("audits done", *(f"{row.states['done']} of {audits}" for row in rows))
    line("answers unlike the undisturbed run's", *(row.different for row in rows))
    line("runs lost with their process", *(row.losses for row in rows))
    line("requests sent twice", *(row.repeated for row in rows))
    line(f"most of one audit, a loss (a chunk is {CHUNK})", *(f"{row.most:.1f}" for row in rows))
    line("left over", *("; ".join(row.orphans) or "nothing" for row in rows))
    line("seconds", *(f"{row.seconds:.0f}" for row in rows))
    met = all(
        row.states["done"] == audits and not row.different and row.most <= CHUNK and not row.orphans
        for row in rows
    )
    lines += [
        "",
        "Compared is the whole JSON of an audit, followers, reasons, progress and cost among it, but for its id, its",
        "dates and `cost.seconds`.",
        "",
        f"Goals met: {'yes' if met else 'no'}.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run on both databases, print and write."""
    on_progress = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    on_progress.add_argument("--kills", type=int, default=50)
    on_progress.add_argument("--audits", type=int, default=20)
    on_progress.add_argument("--seed", type=int, default=1)
    asked = on_progress.parse_args()
    with tempfile.TemporaryDirectory(prefix="zombiescope-") as folder:
        homes = [Path(folder, name) for name in ("whole", "sqlite", "postgresql")]
        for home in homes:
            home.mkdir()
        whole = undisturbed(asked.audits, homes[0])
        print("undisturbed: done", flush=True)
        rows = [
            disturbed("SQLite", sqlite_url(homes[1] / "z.sqlite"), homes[1], whole, asked.kills, asked.seed)
        ]
        print(rows[0], flush=True)
        with Postgres() as server:
            rows.append(
                disturbed("PostgreSQL", server.database(), homes[2], whole, asked.kills, asked.seed + 1)
            )
        print(rows[1], flush=True)
    text = report(rows, asked.audits, asked.seed)
    RESULTS.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
