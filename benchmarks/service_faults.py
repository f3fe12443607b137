"""kill -9 of servers and workers at random moments, on both databases: what becomes of audits and webhooks.

    python -m benchmarks.service_faults [--kills 50] [--many 20] [--audits 20] [--seed 1]

It writes benchmarks/results/service-faults.md. Servers (which work, too) and workers share a database. Audits of
a fake platform are posted over HTTP, and one of the processes is killed at a random moment, again and again, to be
started anew a random while later: first one server and one worker on each database, then three servers and two
workers on PostgreSQL, each with a home of its own as on machines of their own. There each order goes to two servers
with one Idempotency-Key, and a receiver of webhooks is down for a minute meanwhile. Goals: every audit ends with the
answer of an undisturbed run, at most one chunk is asked for again at each loss, nothing is orphaned, every end of an
audit is delivered at least once, and three servers together hold a key to its quota.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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
DOWN = 60.0  # seconds that the receiver of webhooks is down
QUOTA = 100  # requests a day of one key
KEY = {"Authorization": "Bearer faults-secret-0123456789"}
PULSE = "beat=0.3,silent=3,tidy=1,progress=0.2,again=1,patience=120,grace=5"


@dataclass
class FaultCounts:
    """What came of one database."""

    name: str
    servers: int = 1
    workers: int = 1
    events: int | None = None
    delivered: int = 0
    deliveries: int = 0
    longest: float = 0.0
    taken: int | None = None
    kills: Counter[str] = field(default_factory=Counter)
    at_work: int = 0
    seconds: float = 0.0
    states: Counter[str] = field(default_factory=Counter)
    different: int = 0
    losses: int = 0
    repeated: int = 0
    most: float = 0.0
    orphans: list[str] = field(default_factory=list)


class Receiver:
    """A receiver of webhooks that can be down. seen: when each audit's end was told of."""

    def __init__(self) -> None:
        self.port, self.seen = _port(), dict[str, list[float]]()
        self._server: ThreadingHTTPServer | None = None

    def up(self) -> None:
        """Listen."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.seen.setdefault(event["data"]["audit"], []).append(time.monotonic())
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def down(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def down_for(self, seconds: float) -> None:
        """Be down for a while, from now on."""
        self.down()
        threading.Timer(seconds, self.up).start()


@dataclass
class Site:
    """The processes of one run: each has a home of its own where there are several servers."""

    plant: Plant
    home: Path
    ports: list[int]
    workers: int
    running: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start a process by its name."""
        environment = {"ZOMBIESCOPE_API_KEYS": "faults:admin:faults-secret-0123456789"}
        if len(self.ports) > 1:
            environment["ZOMBIESCOPE_HOME"] = str(self.home / name.replace(" ", "-"))
        kind, _, number = name.partition(" ")
        program = _serve(self.ports[int(number)]) if kind == "server" else ()
        self.running[name] = self.plant.worker(*program, **environment)

    def names(self) -> list[str]:
        """All processes."""
        servers = [f"server {number}" for number in range(len(self.ports))]
        return servers + [f"worker {number}" for number in range(self.workers)]


def disturbed(
    counts: FaultCounts, url: str, home: Path, whole: dict[str, Any], kills: int, seed: int
) -> FaultCounts:
    """Post the audits and kill; then wait until all have ended."""
    rng = random.Random(seed)  # noqa: S311 no secret
    receiver = Receiver()
    with (
        Server(Worlds(len(whole), FOLLOWERS), delay=DELAY) as platform,
        Plant(url, home, platform, job_intervals=PULSE) as plant,
    ):
        site = Site(plant, home, [_port() for _ in range(counts.servers)], counts.workers)
        for name in site.names():
            site.start(name)
        if counts.servers > 1:
            receiver.up()
            hook = {"url": f"http://127.0.0.1:{receiver.port}/", "events": ["audit.done", "audit.failed"]}
            httpx.post(
                f"http://127.0.0.1:{site.ports[0]}/v1/webhooks", json=hook, headers=KEY
            ).raise_for_status()
        began, was_down = time.monotonic(), False
        ids: dict[str, str] = {}
        waiting = list(whole)
        while waiting or sum(counts.kills.values()) < kills:
            # The audits are spread over the kills, so that there is always one to be lost.
            if waiting and len(ids) < 5 + sum(counts.kills.values()) * len(whole) / kills:
                account = waiting[0]
                posted = _post(rng.choice(site.ports), account)
                if posted is not None:
                    ids[account] = posted
                    waiting.pop(0)
                    with suppress(httpx.HTTPError):  # it may be the one that is dead
                        again = _post(rng.choice(site.ports), account)
                        if again not in (None, posted):
                            counts.orphans.append(f"{account} was begun twice")
            time.sleep(rng.uniform(0.1, 1.5))
            if counts.servers > 1 and not was_down and sum(counts.kills.values()) >= kills // 3:
                receiver.down_for(DOWN)
                was_down = True
            victim = rng.choice(site.names())
            if sum(counts.kills.values()) < kills and site.running[victim].poll() is None:
                counts.at_work += bool(plant.store.claims.going())
                killed(site.running[victim])
                counts.kills[victim.partition(" ")[0]] += 1
                time.sleep(rng.uniform(0, 1.0))
                site.start(victim)
        for account, audit_id in ids.items():
            ended = plant.ended(audit_id, 300)
            counts.states[ended.status] += 1
            if ended.status != "done" or answer(plant.store, audit_id) != whole[account]:
                counts.different += 1
                print(f"{account}: {ended.status} {ended.error}")
        counts.seconds = time.monotonic() - began
        if counts.servers > 1:
            _events(counts, receiver, list(ids.values()))
            _quota(counts, site)
        _count(counts, plant, ids)
    return counts


def _events(counts: FaultCounts, receiver: Receiver, ids: list[str]) -> None:
    """How many ends of audits were delivered, and how often; waited for, as the receiver was down."""
    end = time.monotonic() + 300
    while time.monotonic() < end and not set(ids) <= set(receiver.seen):
        time.sleep(0.5)
    counts.longest = max(0.0, time.monotonic() - end + 300)
    counts.events = len(ids)
    counts.delivered = sum(audit_id in receiver.seen for audit_id in ids)
    counts.deliveries = sum(len(times) for times in receiver.seen.values())
    receiver.down()


def _quota(counts: FaultCounts, site: Site) -> None:
    """How many requests of a key with a quota the servers take together."""
    base = [f"http://127.0.0.1:{port}" for port in site.ports]
    order = {"name": f"quota-{os.getpid()}", "scopes": ["read"], "requests_a_day": QUOTA}
    secret = httpx.post(f"{base[0]}/v1/keys", json=order, headers=KEY).json()["secret"]
    header = {"Authorization": f"Bearer {secret}"}
    answers = [
        httpx.get(f"{base[number % len(base)]}/v1/audits?limit=1", headers=header).status_code
        for number in range(2 * QUOTA)
    ]
    counts.taken = answers.count(200)


def _count(counts: FaultCounts, plant: Plant, ids: dict[str, str]) -> None:
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
        rows = connection.exec_driver_sql("SELECT id, starts FROM audits").all()
        starts: dict[str, int] = {audit_id: count for audit_id, count in rows}  # noqa: C416 rows are no pairs to mypy
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
    live = counts.servers + counts.workers
    if (workers := len(plant.store.workers.all())) != live:
        counts.orphans.append(f"{workers} workers where {live} live")


def _post(port: int, account: str) -> str | None:
    """Begin an audit over HTTP, repeating the request with its key until it is answered; None: not now."""
    order = {"account": account, "sample": SAMPLE, "posts": 5, "as_of": AS_OF.isoformat()}
    try:
        posted = httpx.post(
            f"http://127.0.0.1:{port}/v1/audits",
            json=order,
            headers={**KEY, "Idempotency-Key": account},
            timeout=10,
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
        plant.worker(*_serve(port), ZOMBIESCOPE_API_KEYS="faults:admin:faults-secret-0123456789")
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


def report(rows: list[FaultCounts], audits: int, seed: int) -> str:
    """The results as Markdown."""
    lines = [
        "# kill -9 at random moments",
        "",
        f"`python -m benchmarks.service_faults`, seed {seed}: {audits} audits of {SAMPLE} of {FOLLOWERS} followers",
        f"of a fake platform that answers after {DELAY * 1000:g} ms, posted over HTTP with an Idempotency-Key to",
        "`zombiescope serve` (which works, too), with `zombiescope worker` beside it. One of the processes is killed",
        "with -9 at a random moment and started again up to a second later. A silent worker is taken for gone after",
        "3 s instead of 30. Of several servers each order goes to two, and each process has a home of its own.",
        "",
        "| | " + " | ".join(row.name for row in rows) + " |",
        "|---|" + "---|" * len(rows),
    ]

    def line(what: str, *cells: object) -> None:
        lines.append(f"| {what} | " + " | ".join(str(cell) for cell in cells) + " |")

    line("servers, workers", *(f"{row.servers}, {row.workers}" for row in rows))
    line("kills of a server", *(row.kills["server"] for row in rows))
    line("kills of a worker", *(row.kills["worker"] for row in rows))
    line("of them while audits went on", *(row.at_work for row in rows))
    line("audits done", *(f"{row.states['done']} of {audits}" for row in rows))
    line("answers unlike the undisturbed run's", *(row.different for row in rows))
    line("runs lost with their process", *(row.losses for row in rows))
    line("requests sent twice", *(row.repeated for row in rows))
    line(f"most of one audit, a loss (a chunk is {CHUNK})", *(f"{row.most:.1f}" for row in rows))
    line("left over", *("; ".join(row.orphans) or "nothing" for row in rows))
    with_events = [row for row in rows if row.events is not None]
    if with_events:
        line(
            f"ends of audits delivered to a webhook whose receiver was down for {DOWN:g} s",
            *("" if row.events is None else f"{row.delivered} of {row.events}" for row in rows),
        )
        line("deliveries in all", *("" if row.events is None else row.deliveries for row in rows))
        line(
            f"requests taken of {2 * QUOTA} with a quota of {QUOTA}, spread over the servers",
            *("" if row.taken is None else row.taken for row in rows),
        )
    line("seconds", *(f"{row.seconds:.0f}" for row in rows))
    met = all(
        row.states["done"] == audits
        and not row.different
        and row.most <= CHUNK
        and not row.orphans
        and (row.events is None or row.delivered == row.events)
        and (row.taken is None or row.taken <= QUOTA)
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
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--kills", type=int, default=50, help="on each database; 0: not these runs")
    arguments.add_argument("--many", type=int, default=20, help="with three servers; 0: not this run")
    arguments.add_argument("--audits", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--output", type=Path, default=RESULTS)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="zombiescope-") as folder:
        homes = [Path(folder, name) for name in ("whole", "sqlite", "postgresql", "many")]
        for home in homes:
            home.mkdir()
        whole = undisturbed(asked.audits, homes[0])
        print("undisturbed: done", flush=True)
        rows: list[FaultCounts] = []
        with Postgres() as server:
            for counts, url, home, kills in (
                (FaultCounts("SQLite"), sqlite_url(homes[1] / "z.sqlite"), homes[1], asked.kills),
                (FaultCounts("PostgreSQL"), server.database(), homes[2], asked.kills),
                (FaultCounts("PostgreSQL, several", 3, 2), server.database(), homes[3], asked.many),
            ):
                if kills:
                    rows.append(disturbed(counts, url, home, whole, kills, asked.seed + len(rows)))
                    print(rows[-1], flush=True)
                    # After each, so that a run that is cut off leaves what it measured.
                    asked.output.write_text(report(rows, asked.audits, asked.seed), "utf-8")
    print(report(rows, asked.audits, asked.seed))


if __name__ == "__main__":
    main()
