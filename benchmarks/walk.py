"""The walk of a live account against a local fake: its time at the documented pace, and its memory.

    python -m benchmarks.walk          writes benchmarks/results/walk.json

A fake of Bluesky's shapes answers each call after 50 ms. Goals (issue 5): at most 1.3 times the larger of requests / 10
seconds and pages x 50 ms, at most 3,000 requests in any 5 minutes, and memory that does not grow with the walk.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "walk.json"
DELAY = 0.05
LIMIT, WINDOW = 3000, 300.0


def serve(followers: int, talk: Connection) -> None:
    """A fake account in a process of its own, until told to stop; then tells when it was asked."""
    from sources.fakes.bluesky import FakeBluesky, person
    from sources.fakes.server import Server
    from sources.fakes.world import World

    world = World(owner=person(0), followers=[person(n, posts=1 + n % 9) for n in range(1, followers + 1)])
    with Server(FakeBluesky(world), delay=DELAY) as server:
        talk.send(server.url)
        talk.recv()
        talk.send((server.times, server.most))


def walk(url: str, sample: int, talk: Connection) -> None:
    """List and sample the fake account, keeping pages in SQLite as an audit does; tell time and memory."""
    import tempfile

    from zombiescope.sources import bluesky
    from zombiescope.sources.live import LiveSource
    from zombiescope.sources.ssrf_guard import SsrfGuard
    from zombiescope.storage import opened, sqlite_url

    with tempfile.TemporaryDirectory() as folder:
        store = opened(sqlite_url(Path(folder) / "pages.sqlite"))
        source = LiveSource(
            bluesky.connector(appview=url, guard=SsrfGuard(private=True)),
            store=store.pages,
            sample=sample,
            posts=40,
        )
        memory: list[int] = []
        plan = source.estimate("fan0.test")
        began = time.monotonic()
        listing = source.listing("fan0.test", progress=lambda *_: memory.append(resident()))
        listed = time.monotonic() - began
        every = max(1, listing.frame.listed // sample)
        places = range(0, listing.frame.listed, every)[:sample]
        fetched = source.fetch(listing, places, posts=40, progress=lambda *_: memory.append(resident()))
        whole = time.monotonic() - began
        store.close()
    talk.send(
        {
            "followers": listing.frame.listed,
            "sampled": fetched.rows.num_rows,
            "requests": listing.requests + fetched.requests,
            "planned_requests": plan.requests,
            "planned_seconds": round(plan.seconds, 1),
            "list_seconds": round(listed, 2),
            "seconds": round(whole, 2),
            "list_mb": round(listing.rows.nbytes / 1e6, 2),
            "resident_mb_at_first_page": round(memory[0] / 1024, 1),
            "resident_mb_peak": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        }
    )


def resident() -> int:
    """This process's memory now, in KiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024


def measure(followers: int, sample: int) -> dict[str, Any]:
    """One audit's walk, with the goals beside it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(followers, theirs))
    server.start()
    url = ours.recv()
    mine, its = context.Pipe()
    walker = context.Process(target=walk, args=(url, sample, its))
    walker.start()
    figures: dict[str, Any] = mine.recv()
    walker.join()
    ours.send("stop")
    times, most = ours.recv()
    server.join()
    pages = -(-followers // 100)
    bound = max(figures["requests"] / (LIMIT / WINDOW), pages * DELAY)
    figures["goal_seconds"] = round(1.3 * bound, 1)
    figures["goal_met"] = figures["seconds"] <= 1.3 * bound
    figures["most_in_any_window"] = max(
        sum(1 for other in times[i : i + LIMIT + 1] if other - at < WINDOW) for i, at in enumerate(times)
    )
    figures["most_at_once"] = most
    return figures


def main() -> None:
    """Measure, print and write."""
    results = {
        "delay_seconds": DELAY,
        "limit": f"{LIMIT} requests in {WINDOW:g} s",
        "runs": [measure(1_000, 1_000), measure(10_000, 1_000), measure(50_000, 1_000)],
    }
    text = json.dumps(results, indent=2)
    print(text)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text + "\n")


if __name__ == "__main__":
    main()
