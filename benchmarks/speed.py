"""Speed of each stage, as ratios in one run: features, prediction, TreeSHAP, reading, whole files, a cluster.

    python -m benchmarks.speed [--rows 100000]

All times are CPU seconds of one process but for the cluster's, which are wall time. Followers are invented, with 20
posts each. Writes benchmarks/results/speed.md.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pyarrow.parquet as pq

from benchmarks.service_cost import followers
from zombiescope import wiring
from zombiescope.detector.ensemble import BoosterTrees, ensemble
from zombiescope.domain import Follower
from zombiescope.features import compiled, extract
from zombiescope.records import read, schema
from zombiescope.records.schema import from_followers

OUT = Path(__file__).parent / "results" / "speed.md"
TESTS = Path(__file__).parents[1] / "tests"
Row = tuple[str, str, str, str]

# The command line in a process of its own, which says at its end how much memory it had at most. Not ru_maxrss: that of
# a child begins at what its parent held when it was forked.
SCORE = """
import sys
from zombiescope.cli import main
try:
    main()
finally:
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            print(line.split()[1], file=sys.stderr)
"""


def cpu(work: Callable[[], object], times: int = 3) -> float:
    """The least CPU seconds of some runs, after one to warm up."""
    work()
    took = []
    for _ in range(times):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)


def write_lines(path: Path, rows: int, base: list[Follower]) -> None:
    """A file of so many followers: those of the base again and again, under other ids."""
    encode = msgspec.json.Encoder().encode
    with path.open("wb") as file:
        for i in range(rows):
            file.write(encode(msgspec.structs.replace(base[i % len(base)], id=str(10**9 + i))) + b"\n")


def features(base: list[Follower]) -> Iterator[Row]:
    """The features, in numpy and compiled, against one follower at a time in plain Python."""
    from features.reference import features as reference

    table = from_followers(base)
    few = base[:400]
    naive = cpu(lambda: [reference(f, f.observed_at) for f in few if f.observed_at], 1) / len(few)
    limit, compiled.WORTH = compiled.WORTH, 2**62  # numpy alone
    plain = cpu(lambda: extract(table)) / len(base)
    yield "features, numpy, against plain Python", "5 x", f"{naive / plain:.1f} x", f"{1 / plain:,.0f} rows/s"
    compiled.WORTH = limit
    if compiled.load():
        fast = cpu(lambda: extract(table)) / len(base)
        yield "features, extra `fast`", "15 x", f"{naive / fast:.1f} x", f"{1 / fast:,.0f} rows/s"
    bare = cpu(lambda: extract(table, posts=False)) / len(base)
    yield (
        "features without posts",
        "",
        f"{naive / bare:.1f} x",
        f"{1 / bare:,.0f} rows/s",
    )


def prediction(base: list[Follower]) -> Iterator[Row]:
    """Tables against LightGBM's own prediction and pred_contrib, on one thread."""
    detector = wiring.detector(wiring.settings())
    matrix = extract(from_followers(base)).matrix
    inputs = np.ascontiguousarray(matrix[:, detector._columns])
    inputs = np.repeat(inputs, max(1, 20_000 // len(inputs)), axis=0)
    text = detector.artefact.boosters[""][0]
    fast, slow = ensemble(text, len(detector.inputs)), BoosterTrees(text)
    pairs = {
        "predict, a batch, against Booster.predict": ("6 x", inputs, "predict", 3),
        "predict, one row": ("3 x", inputs[:1], "predict", 300),
        "exact TreeSHAP, a batch, against pred_contrib": ("10 x", inputs[:2_000], "contributions", 3),
        "exact TreeSHAP, one row": ("", inputs[:1], "contributions", 300),
    }
    for name, (goal, rows, method, times) in pairs.items():
        calls = 1 if len(rows) > 1 else times

        def run(trees: object, rows: np.ndarray = rows, method: str = method, calls: int = calls) -> None:
            for _ in range(calls):
                getattr(trees, method)(rows)

        new, old = (cpu(lambda t=trees: run(t)) / calls / len(rows) for trees in (fast, slow))  # type: ignore[misc]
        yield name, goal, f"{old / new:.1f} x", f"{new * 1e6:.1f} us a row, was {old * 1e6:.1f}"


def reading(folder: Path, base: list[Follower]) -> Iterator[Row]:
    """Records from JSONL against the json module alone, and from Parquet."""
    path = folder / "read.jsonl"
    count = 20_000
    write_lines(path, count, base)
    lines = path.read_bytes().splitlines()
    plain = cpu(lambda: [json.loads(line) for line in lines], 1)
    own = cpu(lambda: read(path), 1)
    yield (
        "JSONL to a table, against json.loads",
        "3 x",
        f"{plain / own:.2f} x",
        f"{count / own:,.0f} rows/s",
    )

    table = read(path)[0]
    pq.write_table(table, folder / "read.parquet")
    floor = cpu(lambda: pq.read_table(folder / "read.parquet", use_threads=False))
    whole = cpu(lambda: read(folder / "read.parquet"), 1)
    yield (
        "Parquet to a table, against pyarrow alone",
        "",
        f"{floor / whole:.2f} x",
        f"{count / whole:,.0f} rows/s",
    )


def score(source: Path, output: Path, *more: str) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and MB at most of `zombiescope score` in a process of its own."""
    command = [sys.executable, "-c", SCORE, "score", str(source), "-o", str(output), *more]
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    child = subprocess.run(command, check=True, capture_output=True, text=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, wall, int(child.stderr.split()[-1]) / 1024


def growth(folder: Path, base: list[Follower], most: int) -> tuple[list[Row], list[tuple[int, float, float]]]:
    """Whole files of growing size, and memory at the largest against a tenth of it."""
    points = []
    for rows in (most // 100, most // 10, most):
        source = folder / f"{rows}.jsonl"
        write_lines(source, rows, base)
        seconds, _, memory = score(source, folder / "out.jsonl")
        points.append((rows, seconds, memory))
        source.unlink()
    (_, tenth_time, tenth), (rows, last_time, last) = points[-2:]
    slope = (rows - rows // 10) / (last_time - tenth_time)
    name = f"memory at {rows:,} rows against {rows // 10:,}"
    # Below ten batches of 20,000 rows the smaller file does not fill its memory: the goal is of a million.
    goal = "1.2 x" if rows >= 1_000_000 else ""
    return [
        (name, goal, f"{last / tenth:.2f} x", f"{last:.0f} MB"),
        ("JSONL with posts, file to file", "", "", f"{slope:,.0f} rows/s of CPU, start-up not counted"),
    ], points


def cluster(folder: Path, base: list[Follower]) -> Iterator[Row]:
    """Two Dask workers against one process with two jobs, on the same eight files; and with a worker killed."""
    from distributed import Client, LocalCluster

    source = folder / "many"
    source.mkdir()
    for i in range(8):
        write_lines(source / f"{i}.jsonl", 4_000, [msgspec.structs.replace(f, handle=f"{i}") for f in base])
    _, two, _ = score(source, folder / "jobs.jsonl", "--jobs", "2")
    expected = (folder / "jobs.jsonl").read_bytes()
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers:
        address = workers.scheduler_address
        more = ("--engine", "dask", "--scheduler", address)
        _, whole, _ = score(source, folder / "dask.jsonl", *more)
        assert (folder / "dask.jsonl").read_bytes() == expected
        yield (
            "two Dask workers against --jobs 2, wall",
            "1.15 x",
            f"{whole / two:.2f} x",
            f"{whole:.1f} s, same bytes",
        )
        with Client(address) as client:
            victim = next(iter(client.run(os.getpid).values()))
        timer = threading.Timer(whole / 2, os.kill, (victim, signal.SIGKILL))
        timer.start()
        _, killed, _ = score(source, folder / "killed.jsonl", *more)
        timer.join()
        assert (folder / "killed.jsonl").read_bytes() == expected
        note = f"{killed:.1f} s, same bytes"
        yield (
            "the same, a worker killed with -9 half way, against none",
            "1.3 x",
            f"{killed / whole:.2f} x",
            note,
        )


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the largest file")
    most = parser.parse_args().rows
    base = followers(2_000, np.random.default_rng(7))
    assert from_followers(base).schema == schema.SCHEMA
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [*features(base), *prediction(base), *reading(folder, base)]
        more, points = growth(folder, base, most)
        rows += [*more, *cluster(folder, base)]
    lines = [
        "# Speed",
        "",
        "`make bench-speed`: one run, ratios of CPU time in it (wall time where it says so). Followers are invented,",
        f"with {len(base[0].recent_posts or ())} posts each. An empty goal is a figure without one.",
        "",
        "| stage | goal | measured | absolute |",
        "|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
        "| rows | CPU seconds, start-up included | MB at most |",
        "|---|---|---|",
        *(f"| {count:,} | {seconds:.1f} | {memory:.0f} |" for count, seconds, memory in points),
        "",
    ]
    OUT.write_text("\n".join(lines), "utf-8")
    print(OUT.read_text("utf-8"))


if __name__ == "__main__":
    main()
