"""Memory of the service under bombs and load, and for a large upload: writes benchmarks/results/service_memory.md.

`make bench-memory`. Small files that unpack to gigabytes are sent to every route that takes a file while 16 clients
score 200 followers each, again and again; then a list of 200,000 followers is audited in each form. Memory is that of
the service with all its processes, sampled 20 times a second.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
import threading
import time
from pathlib import Path

import httpx
import msgspec
import numpy as np

from benchmarks.bombs import BOMBS
from benchmarks.http_load import Load, send
from benchmarks.process_memory import Peak, resident, watched
from benchmarks.service_cost import followers
from benchmarks.service_throughput import ADMIN, service
from zombiescope.records import posts, write

RESULT = Path(__file__).parent / "results" / "service_memory.md"
ROWS = 200_000
GOAL, GOAL_UPLOAD = 1.2 * 1024, 700  # MiB
BOSS = {"Authorization": f"Bearer {ADMIN}"}
ROUTES = {
    "uploads": "/v1/uploads?account=bomb&format=",
    "models": "/v1/models?name=bomb&format=",
    "scores": "/v1/scores/file?format=",
}


def bombed() -> list[str]:
    """Every bomb at every route that takes it, under load."""
    lines = [
        "| bomb | its bytes | /v1/uploads | /v1/models | /v1/scores/file | server, MiB | all processes, MiB |",
        "|---|---|---|---|---|---|---|",
    ]
    with service() as (process, address, key, _):
        body = msgspec.json.encode(followers(200, np.random.default_rng(2)))
        headers = {**key, "Content-Type": "application/json"}
        send(address, "POST", "/v1/scores", seconds=2, headers=headers, body=body)
        rest = resident(process.pid)
        loads: list[Load] = []
        ended = threading.Event()

        def scoring() -> None:
            while not ended.is_set():
                loads.append(send(address, "POST", "/v1/scores", seconds=5, headers=headers, body=body))

        clients = threading.Thread(target=scoring)
        clients.start()
        most = Peak()
        with httpx.Client(base_url=address, timeout=300, headers=BOSS) as client:
            for name, make in BOMBS.items():
                form, bomb = make()
                statuses = {}
                with watched(process.pid) as peak:
                    for route, path in ROUTES.items():
                        statuses[route] = client.post(
                            f"{path}{form}",
                            content=bomb,
                            headers={"Content-Type": "application/octet-stream"},
                        ).status_code
                most = Peak(max(most.server, peak.server), max(most.tree, peak.tree))
                lines.append(
                    f"| {name} | {len(bomb):,} | {statuses['uploads']} | {statuses['models']} "
                    f"| {statuses['scores']} | {peak.server:,.0f} | {peak.tree:,.0f} |"
                )
                print(lines[-1], flush=True)
        ended.set()
        clients.join()
    scored = sum(len(load.seconds) for load in loads)
    failed = sum(load.server_errors for load in loads)
    return [
        *lines,
        "",
        f"At rest: server {rest.server:,.0f}, all processes {rest.tree:,.0f} MiB. Most: server {most.server:,.0f}, all "
        f"processes {most.tree:,.0f} MiB (goal: at most {GOAL:,.0f}). Meanwhile {scored:,} requests of /v1/scores "
        f"were answered, {failed} of them with 5xx.",
    ]


def files(folder: Path) -> dict[str, bytes]:
    """A list of 200,000 followers in each form."""
    some = followers(4000, np.random.default_rng(3))
    rows = [
        msgspec.structs.replace(
            some[number % len(some)], id=str(10**9 + number), handle=f"user{number}", recent_posts=None
        )
        for number in range(ROWS)
    ]
    known = [
        {name: value for name, value in msgspec.to_builtins(one).items() if value is not None} for one in rows
    ]
    bodies = {"ndjson": b"".join(msgspec.json.encode(one) + b"\n" for one in known)}
    for form in ("csv", "parquet"):
        path = folder / f"list.{form}"
        write(path, [posts.table(rows)])
        bodies[form] = path.read_bytes()
    return bodies


def uploaded() -> list[str]:
    """The upload and the audit of 200,000 rows in each form."""
    lines = [
        "| form | MB | status | seconds | server above rest, MiB | all processes above rest, MiB |",
        "|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        bodies = files(Path(folder))
    for form, body in bodies.items():
        with service() as (process, address, _, _id):
            rest = resident(process.pid)
            with httpx.Client(base_url=address, timeout=300, headers=BOSS) as client:
                begun = time.perf_counter()
                with watched(process.pid) as peak:
                    answer = client.post(
                        f"/v1/uploads?account=large&format={form}",
                        content=io.BytesIO(body),
                        headers={"Content-Type": "application/octet-stream", "Prefer": "wait=120"},
                    )
                took = time.perf_counter() - begun
        lines.append(
            f"| {form} | {len(body) / 1e6:.0f} | {answer.status_code} {answer.json().get('status', '')} | {took:.0f} "
            f"| {peak.server - rest.server:,.0f} | {peak.tree - rest.tree:,.0f} |"
        )
        print(lines[-1], flush=True)
    return [*lines, "", f"Goal: at most {GOAL_UPLOAD} MiB above rest."]


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("bombs", "upload"), help="nothing is written")
    asked = parser.parse_args()
    parts = {"bombs": ("Bombs under load", bombed), "upload": ("A list of 200,000 followers", uploaded)}
    text = [
        "# Memory of the service",
        "",
        f"`make bench-memory`, load average at the start {os.getloadavg()[0]:.1f}.",
        "",
    ]
    for name, (title, part) in parts.items():
        if asked.only in (None, name):
            lines = part()
            print(*lines, sep="\n", flush=True)
            text += [f"## {title}", "", *lines, ""]
    if asked.only is None:
        RESULT.write_text("\n".join(text), "utf-8")


if __name__ == "__main__":
    main()
