"""A small real HTTP server on loopback, whose answers can be made late, slow, broken or refused."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request: its path, its query (each name's values) and its headers (lower-case names)."""

    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]

    def one(self, name: str) -> str | None:
        """The first value of a query parameter."""
        return self.query.get(name, [None])[0]


@dataclass(frozen=True)
class Reply:
    """An answer. drip: seconds between single bytes, of the head too where `drip_head`; endless: the body never
    ends."""

    value: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    drip: float = 0.0
    drip_head: bool = False
    endless: bool = False


@dataclass
class Fault:
    """Spoils requests whose path holds `path`: the first `times` after `after` others (times None: always)."""

    answer: Reply
    path: str = ""
    times: int | None = 1
    after: int = 0


class Server:
    """Serves `answer` on loopback from a thread of its own, keeping what was asked.

    delay: seconds before each answer. asked: every request. most: how many were under way at once.
    """

    def __init__(self, answer: Callable[[Asked], Reply], *, delay: float = 0.0) -> None:
        self._answer = answer
        self.delay = delay
        self.faults: list[Fault] = []
        self.asked: list[Asked] = []
        self.times: list[float] = []
        self.most = 0
        self._under_way = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()
        self.port = 0

    @property
    def url(self) -> str:
        """The server's base URL."""
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> Counter[str]:
        """How often each path was asked for."""
        return Counter(one.path for one in self.asked)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        self._talks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for talk in list(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._reply(head.decode("latin-1"), writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._talks.discard(talk)

    async def _reply(self, head: str, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.split("\r\n")
        url = urlsplit(first.split(" ")[1])
        headers = {n.strip().lower(): v.strip() for n, _, v in (line.partition(":") for line in lines) if n}
        asked = Asked(url.path, parse_qs(url.query, keep_blank_values=True), headers)
        self.asked.append(asked)
        self.times.append(self._loop.time())
        self._under_way += 1
        self.most = max(self.most, self._under_way)
        try:
            await asyncio.sleep(self.delay)
            answer = self._spoilt(asked) or self._answer(asked)
            body = json.dumps(answer.value).encode() if answer.body is None else answer.body
            whole = {"content-type": "application/json", "content-length": str(len(body)), **answer.headers}
            header_lines = "".join(f"{name}: {value}\r\n" for name, value in whole.items())
            status_and_headers = f"HTTP/1.1 {answer.status} X\r\n{header_lines}\r\n".encode()
            if not answer.drip_head:
                writer.write(status_and_headers)
            while answer.endless:
                writer.write(bytes(1 << 16))
                await writer.drain()
            if answer.drip:
                for byte in status_and_headers + body if answer.drip_head else body:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await asyncio.sleep(answer.drip)
            else:
                writer.write(body)
            await writer.drain()
        finally:
            self._under_way -= 1

    def _spoilt(self, asked: Asked) -> Reply | None:
        for fault in self.faults:
            if fault.path not in asked.path:
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            if fault.times is not None:
                if fault.times == 0:
                    continue
                fault.times -= 1
            return fault.answer
        return None
