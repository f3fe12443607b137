"""The service under load, and what its work costs: writes benchmarks/results/service.md. Run by `make bench-service`.

1. 64 clients on reads, scores and new audits over loopback: answers, latencies, memory minute by minute.
2. POST /v1/scores of 2,000 followers with 20 posts each: CPU of the service against parse + features + predict in
   process, and against a plain pydantic route beside it, fed the same JSON.
3. schemathesis over the OpenAPI document, with more examples than the tests take.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import msgspec
import numpy as np

from benchmarks.service_cost import JSON, SERVE, bulk, cpu, followers, running

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "service.md"
# The server closes what is idle for 5 seconds: a connection that is let go before is never met half closed.
LIMITS = httpx.Limits(max_connections=200, keepalive_expiry=2.0)
CLIENTS = {"read": 48, "score": 8, "audit": 8}


def memory(process: subprocess.Popen[bytes]) -> float:
    """Resident MiB of a process."""
    match = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
    assert match
    return int(match[1]) / 1024


class Load:
    """64 clients, each sending its next request when the last is answered."""

    def __init__(self, address: str, seconds: float) -> None:
        self.http = httpx.AsyncClient(base_url=address, timeout=120, limits=LIMITS)
        self.until = time.perf_counter() + seconds
        self.taken: dict[str, list[float]] = defaultdict(list)
        self.answers: Counter[tuple[str, int]] = Counter()
        self.ids: list[str] = []
        self.body = msgspec.json.encode(followers(50, np.random.default_rng(2)))

    async def ask(self, kind: str, method: str, path: str, **more: Any) -> httpx.Response:
        """One request, timed."""
        begun = time.perf_counter()
        answer = await self.http.request(method, path, **more)
        self.taken[kind].append(time.perf_counter() - begun)
        self.answers[kind, answer.status_code] += 1
        return answer

    async def read(self, rng: np.random.Generator) -> None:
        """The list, an audit, its followers, and now and then its report; half of them by tag."""
        tags: dict[str, str] = {}
        while time.perf_counter() < self.until:
            audit = self.ids[int(rng.integers(len(self.ids)))]
            paths = ("/v1/audits?limit=20", f"/v1/audits/{audit}", f"/v1/audits/{audit}/followers?limit=100")
            path = paths[int(rng.integers(3))]
            kind = "read"
            if rng.integers(400) == 0:
                kind, path = "report", f"/v1/audits/{audit}/report"
            headers = {"If-None-Match": tags[path]} if path in tags and rng.integers(2) else {}
            answer = await self.ask(kind, "GET", path, headers=headers)
            if tag := answer.headers.get("etag"):
                tags[path] = tag

    async def score(self, rng: np.random.Generator) -> None:
        """50 followers, without reasons."""
        while time.perf_counter() < self.until:
            await self.ask("score", "POST", "/v1/scores?explain=false", content=self.body, headers=JSON)

    async def audit(self, rng: np.random.Generator) -> None:
        """A new audit of a sample of 100; where the queue is full, again when Retry-After says so."""
        while time.perf_counter() < self.until:
            order = {"account": "sample:brazil", "sample": 100, "seed": int(rng.integers(10**6))}
            answer = await self.ask("audit", "POST", "/v1/audits", json=order, headers={"Prefer": "wait=30"})
            if answer.status_code == 503:
                await asyncio.sleep(float(answer.headers["retry-after"]))

    async def run(self, process: subprocess.Popen[bytes]) -> list[float]:
        """All clients until the time is over; the memory after each half minute."""
        for seed in range(3):
            order = {"account": "sample:canada", "sample": 300, "seed": seed}
            answer = await self.http.post("/v1/audits", json=order, headers={"Prefer": "wait=60"})
            self.ids.append(answer.json()["id"])
        held: list[float] = []

        async def watch() -> None:
            while time.perf_counter() < self.until:
                await asyncio.sleep(min(30.0, max(self.until - time.perf_counter(), 0.1)))
                held.append(memory(process))

        work = [
            getattr(self, kind)(np.random.default_rng([number, len(kind)]))
            for kind, count in CLIENTS.items()
            for number in range(count)
        ]
        await asyncio.gather(watch(), *work)
        await self.http.aclose()
        return held


def loaded(seconds: float) -> list[str]:
    """The first part's lines."""
    with running(*SERVE) as (process, address):
        load = Load(address, seconds)
        begun, before = time.perf_counter(), cpu(process)
        held = asyncio.run(load.run(process))
        spent, busy = time.perf_counter() - begun, cpu(process) - before
        audits = httpx.get(f"{address}/metrics").text
    lines = [
        f"{sum(CLIENTS.values())} clients ({', '.join(f'{n} {kind}' for kind, n in CLIENTS.items())}) for {spent:.0f} "
        "s; "
        f"the service used {busy / spent:.2f} cores. Statuses: "
        + ", ".join(f"{kind} {status}: {n:,}" for (kind, status), n in sorted(load.answers.items()))
        + ".",
        "",
        "| request | answers | a second | median, ms | p99, ms | p99 / median |",
        "|---|---|---|---|---|---|",
    ]
    for kind, took in sorted(load.taken.items()):
        middle, most = np.percentile(took, [50, 99]) * 1000
        lines.append(
            f"| {kind} | {len(took):,} | {len(took) / spent:,.0f} | {middle:,.0f} | {most:,.0f} | {most / middle:.1f} |"
        )
    bad = {status for kind, status in load.answers if status >= 500 and status != 503}
    done = re.search(r'zombiescope_audits\{state="done"\} (\d+)', audits)
    minutes = held[1::2]
    drift = max((abs(b / a - 1) for a, b in pairwise(minutes)), default=0.0)
    took = load.taken["read"]
    lines += [
        "",
        f"- 5xx but 503: {sorted(bad) or 'none'} (goal: none). Audits done: {int(float(done[1])) if done else 0}.",
        f"- p99 of reads: {np.percentile(took, 99) / np.median(took):.1f} x its median (goal: <= 10).",
        f"- Memory after each half minute, MiB: {', '.join(f'{mib:.0f}' for mib in held)}; from minute to minute at "
        f"most {drift:.1%} (goal: 10%).",
    ]
    return lines


def conformed() -> list[str]:
    """The third part's lines."""
    from web.schema import KEY, conforming, served
    from web.serving import serving

    with tempfile.TemporaryDirectory() as home, serving(served(Path(home))) as client:
        order = {"account": "weibo:small"}
        client.post("/v1/audits", json=order, headers={**KEY, "Prefer": "wait=60"})
        code, output = conforming(str(client.base_url).rstrip("/"), examples=25, seed=2)
    match = re.search(r"(\d[\d,]*) generated.*", output)
    if code:
        print(output, file=sys.stderr)
    return [
        f"Exit code {code} (0: no failure). {match[0].strip() if match else ''}, seed 2, 25 examples an operation."
    ]


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180.0, help="of load")
    asked = parser.parse_args()
    parts = {
        "Bulk scores": bulk,
        "Under load": lambda: loaded(asked.seconds),
        "The OpenAPI document": conformed,
    }
    text = [
        f"# The service\n\n`make bench-service`, {os.cpu_count()} cores shared with the clients; load average of the "
        f"machine at the start {os.getloadavg()[0]:.1f}.\n"
    ]
    for title, part in parts.items():
        lines = part()
        print(title, *lines, sep="\n", flush=True)
        text.append(f"## {title}\n\n" + "\n".join(lines) + "\n")
    RESULT.write_text("\n".join(text), "utf-8")


if __name__ == "__main__":
    main()
