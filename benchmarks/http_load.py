"""Clients that send one request again and again over connections that stay open: a load generator in few instructions.

httpx takes more CPU for a request than the service does, and would be what is measured.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

__all__ = ["Load", "send"]


@dataclass
class Load:
    """What came back. seconds: of each answer."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    took: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.took

    def percentile(self, q: float) -> float:
        """Milliseconds."""
        return float(np.percentile(self.seconds, q)) * 1000

    @property
    def server_errors(self) -> int:
        """Answers of 500 and above."""
        return sum(count for status, count in self.statuses.items() if status >= 500)


def send(
    address: str,
    method: str,
    path: str,
    *,
    seconds: float,
    clients: int = 16,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> Load:
    """Send the request from so many clients at once, each the next when the last is answered, for so long."""
    host, _, port = address.removeprefix("http://").partition(":")
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}:{port}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    request = "\r\n".join([*lines, "", ""]).encode() + body
    load = Load()
    asyncio.run(_all(host, int(port), request, seconds, clients, load))
    return load


async def _all(host: str, port: int, request: bytes, seconds: float, clients: int, load: Load) -> None:
    begun = time.perf_counter()
    until = begun + seconds
    await asyncio.gather(*(_one(host, port, request, until, load) for _ in range(clients)))
    load.took = time.perf_counter() - begun


async def _one(host: str, port: int, request: bytes, until: float, load: Load) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        while (begun := time.perf_counter()) < until:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
            )
            await reader.readexactly(length)
            load.statuses[int(head[9:12])] += 1
            load.seconds.append(time.perf_counter() - begun)
    finally:
        writer.close()
