"""Requests a second of one service process: writes benchmarks/results/service_throughput.md. `make bench-throughput`.

16 clients each send their next request when the last is answered, with a key that is stored in the database. The rate
is given by the wall clock and by CPU time of the service (all its threads), which says what a core gives also where
other programs share the machine.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import numpy as np

from benchmarks.http_load import Load, send
from benchmarks.service_cost import cpu, followers, running

RESULT = Path(__file__).parent / "results" / "service_throughput.md"
ADMIN = "admin-secret-0123456789"
SERVE = ("-m", "benchmarks.unlimited_service")


@contextmanager
def service(**environment: str) -> Iterator[tuple[subprocess.Popen[bytes], str, dict[str, str], str]]:
    """A service, its address, the header of a key in its database, and the id of a done audit."""
    with running(*SERVE, ZOMBIESCOPE_API_KEYS=f"boss:admin:{ADMIN}", **environment) as (process, address):
        with httpx.Client(base_url=address, timeout=120) as client:
            boss = {"Authorization": f"Bearer {ADMIN}"}
            order = {"name": "load", "scopes": ["read", "score", "audit"]}
            new_key = client.post("/v1/keys", json=order, headers=boss).raise_for_status().json()
            key = {"Authorization": f"Bearer {new_key['secret']}"}
            begun = client.post(
                "/v1/audits",
                json={"account": "sample:canada", "sample": 300},
                headers={**key, "Prefer": "wait=100"},
            )
            assert begun.status_code == 200, begun.text
        yield process, address, key, begun.json()["id"]


def requests(seconds: float, only: str = "") -> list[tuple[str, Load, float]]:
    """Each kind of request: its name, what came back, and CPU seconds of the service."""
    rng = np.random.default_rng(2)
    plain = [msgspec.structs.replace(one, recent_posts=None) for one in followers(200, rng)]
    bodies = {
        "200 followers, no posts": msgspec.json.encode(plain),
        "200 followers, 20 posts each": msgspec.json.encode(followers(200, rng)),
    }
    rows = []
    with service() as (process, address, key, audit):
        json = {**key, "Content-Type": "application/json"}
        kinds = {
            "GET /v1/audits/{id}": ("GET", f"/v1/audits/{audit}", key, b""),
            "GET /v1/audits?limit=50": ("GET", "/v1/audits?limit=50", key, b""),
            "GET /v1/audits/{id}/followers?limit=100": (
                "GET",
                f"/v1/audits/{audit}/followers?limit=100",
                key,
                b"",
            ),
            **{
                f"POST /v1/scores, {name}": ("POST", "/v1/scores", json, body)
                for name, body in bodies.items()
            },
        }
        for name, (method, path, headers, body) in kinds.items():
            if only not in name:
                continue
            send(address, method, path, seconds=min(2.0, seconds), headers=headers, body=body)  # warm
            before = cpu(process)
            load = send(address, method, path, seconds=seconds, headers=headers, body=body)
            rows.append((name, load, cpu(process) - before))
            print(row(*rows[-1]), flush=True)
    return rows


def row(name: str, load: Load, busy: float) -> str:
    """A line of the table."""
    statuses = ", ".join(f"{status}: {count:,}" for status, count in sorted(load.statuses.items()))
    return (
        f"| {name} | {len(load.seconds) / busy:,.0f} | {load.rate:,.0f} | {busy / load.took:.2f} "
        f"| {load.percentile(50):,.0f} | {load.percentile(99):,.0f} | {statuses} |"
    )


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each kind of request")
    parser.add_argument("--only", default="", help="kinds that hold this text; nothing is written")
    asked = parser.parse_args()
    start = os.getloadavg()[0]
    rows = requests(asked.seconds, asked.only)
    if asked.only:
        return
    RESULT.write_text(
        "\n".join(
            [
                "# Requests a second of one service process",
                "",
                f"`make bench-throughput`: 16 clients for {asked.seconds:g} s of each kind, {os.cpu_count()} cores "
                f"shared with the clients and other programs; load average at the start {start:.1f}.",
                "",
                "| request | a CPU second of the service | a second | cores used | median, ms | p99, ms | statuses |",
                "|---|---|---|---|---|---|---|",
                *(row(*one) for one in rows),
                "",
            ]
        ),
        "utf-8",
    )


if __name__ == "__main__":
    main()
