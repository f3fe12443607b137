"""What POST /v1/scores costs against the same work in process and a plain pydantic route."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import numpy as np

from zombiescope import wiring
from zombiescope.domain import Follower, Post
from zombiescope.features import extract
from zombiescope.records.arrow_stream import MEDIA, packed, table_of
from zombiescope.records.schema import from_followers
from zombiescope.usecases.score_table import score_table

__all__ = ["JSON", "SERVE", "bulk", "cpu", "followers", "running"]

ROOT = Path(__file__).parents[1]
WORDS = "the of and to in is you that it he was for on are as with his they at be this from have 你好 转发 微博 http://t.co/x"
POSTS = 20  # a follower
TIMES = 15  # that a request is sent where its CPU is measured
SERVE = ("-c", "from zombiescope.cli import main; main()", "serve", "--port", "0")
TICK = os.sysconf("SC_CLK_TCK")
JSON = {"Content-Type": "application/json", "Accept-Encoding": "identity"}


def followers(count: int, rng: np.random.Generator) -> list[Follower]:
    """Invented followers with 20 posts each, about 2.3 kB of JSON a follower."""
    words = WORDS.split()
    observed = datetime(2016, 1, 1, tzinfo=UTC)

    def text(length: int) -> str:
        return " ".join(words[i] for i in rng.integers(0, len(words), length))

    def one(number: int) -> Follower:
        dates = (observed - timedelta(seconds=int(s)) for s in rng.integers(1, 10**7, POSTS))
        return Follower(
            platform="x",
            id=str(10**9 + number),
            handle=f"user{number}",
            bio=text(8),
            created_at=observed - timedelta(days=int(rng.integers(100, 2000))),
            observed_at=observed,
            followers_count=int(rng.integers(1000)),
            following_count=int(rng.integers(1000)),
            posts_count=200,
            recent_posts=tuple(Post(created_at=when, text=text(6), source="web") for when in dates),
        )

    return [one(number) for number in range(count)]


@contextmanager
def running(*command: str, **environment: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server and its address, as its log names it."""
    with tempfile.TemporaryDirectory() as home, Path(home, "log").open("w+b") as log:
        given = {**os.environ, "ZOMBIESCOPE_HOME": home, "OMP_NUM_THREADS": "1", **environment}
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=given, stdout=log, stderr=log)
        try:
            while not (match := re.search(rb"running on (http://[\d.:]+)", Path(log.name).read_bytes())):
                assert process.poll() is None, Path(log.name).read_text("utf-8")
                time.sleep(0.1)
            yield process, match[1].decode()
        finally:
            process.terminate()
            process.wait(timeout=60)


def cpu(process: subprocess.Popen[bytes]) -> float:
    """CPU seconds of a process so far, all its threads."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def in_process(work: Callable[[], object]) -> float:
    """The least CPU milliseconds of a call."""
    least = float("inf")
    for _ in range(5):
        begun = time.process_time()
        work()
        least = min(least, time.process_time() - begun)
    return least * 1000


def each(process: subprocess.Popen[bytes], send: Callable[[], httpx.Response]) -> float:
    """CPU milliseconds of the service for one request, on average after the first."""
    answer = send()
    assert answer.status_code == 200, answer.text[:500]
    before = cpu(process)
    for _ in range(TIMES):
        send()
    return (cpu(process) - before) / TIMES * 1000


def bulk() -> list[str]:
    """The second part's lines."""
    rows = followers(2000, np.random.default_rng(1))
    body, stream = msgspec.json.encode(rows), packed(from_followers(rows))
    lines = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
    detector = wiring.detector(wiring.settings())
    decode = msgspec.json.Decoder(list[Follower]).decode

    def predicted(parse: Callable[[], Any]) -> Callable[[], object]:
        return lambda: score_table(parse(), detector, at=None, reasons=False)

    table = table_of(stream, 10**6)
    matrix, ids = extract(table).matrix, table["id"].to_pylist()
    parts = {
        "decode JSON": in_process(lambda: decode(body)),
        "decode JSON into a table": in_process(lambda: from_followers(decode(body))),
        "Arrow into a table": in_process(lambda: table_of(stream, 10**6)),
        "features": in_process(lambda: extract(table)),
        "predict": in_process(lambda: detector.score(matrix, ids)),
    }
    alone = {
        "JSON": in_process(predicted(lambda: from_followers(decode(body)))),
        "Arrow": in_process(predicted(lambda: table_of(stream, 10**6))),
    }
    took: dict[str, float] = {}
    with (
        running(*SERVE) as (process, address),
        httpx.Client() as http,
    ):
        for name, content, media in (
            ("JSON", body, "application/json"),
            ("lines", lines, "application/x-ndjson"),
            ("Arrow", stream, MEDIA),
        ):
            headers = {**JSON, "Content-Type": media}
            took[name] = each(
                process,
                functools.partial(
                    http.post, f"{address}/v1/scores", content=content, headers=headers, timeout=60
                ),
            )
    for features in ("plain", "ours"):
        plain = ("-m", "benchmarks.service_plain", features)
        with running(*plain) as (process, address), httpx.Client() as http:
            asked = functools.partial(http.post, f"{address}/scores", content=body, headers=JSON, timeout=60)
            took[f"pydantic, {features}"] = each(process, asked)
    naive, same = took["pydantic, plain"], took["pydantic, ours"]
    return [
        f"2,000 followers with {POSTS} posts each: {len(body) / 1e6:.1f} MB of JSON, {len(stream) / 1e6:.1f} MB of "
        "Arrow. "
        f"CPU milliseconds, the mean of {TIMES} requests; in process the least of 5.",
        "",
        "| | CPU, ms |",
        "|---|---|",
        *(f"| in process: {name} | {ms:.0f} |" for name, ms in parts.items()),
        *(f"| in process: parse {name} + features + predict | {ms:.0f} |" for name, ms in alone.items()),
        *(f"| POST /v1/scores, {name} | {took[name]:.0f} |" for name in ("JSON", "lines", "Arrow")),
        f"| a plain pydantic route: features a follower at a time, in Python | {naive:.0f} |",
        f"| a plain pydantic route with our features and predict | {same:.0f} |",
        "",
        f"- The service against the same work in process: JSON {took['JSON'] / alone['JSON']:.2f} x, Arrow "
        f"{took['Arrow'] / alone['Arrow']:.2f} x (goal: <= 1.5).",
        f"- Against the plain pydantic route: JSON {naive / took['JSON']:.1f} x, Arrow {naive / took['Arrow']:.1f} x "
        "less CPU (goal without `fast`: >= 3 on JSON; with it, which there is not yet, >= 5 and >= 6). Where the plain "
        f"route takes our features, what is left is parsing: {same / took['JSON']:.1f} x and "
        f"{same / took['Arrow']:.1f} x.",
    ]
