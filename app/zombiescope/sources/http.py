"""HTTP client of one host: its rate limit, its retries, and the checks of its answers."""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec
import stamina

from zombiescope import __version__
from zombiescope.errors import RateLimited, SourceError, Untrusted
from zombiescope.sources.budget import RequestMeter
from zombiescope.sources.rate_limit import HostRateLimit, asked_wait, exhausted, reset_wait
from zombiescope.sources.ssrf_guard import SsrfGuard

__all__ = ["Answer", "CheckedTransport", "Http", "Limits", "Params", "certificates"]

# Retries are not logged by stamina: it would pass them to structlog, which prints to stdout unless it is configured,
# and to Prometheus' one registry for the whole process.
stamina.instrumentation.set_on_retry_hooks(())

Params = Mapping[str, str | int | Sequence[str]]


@dataclass(frozen=True)
class Limits:
    """The bounds of one request. Times are in seconds.

    size: the largest body, decompressed, in bytes. total: from the connection to the last byte. attempts: how
    often a request is sent before giving up. backoff: the first wait where the host names none. patience: the
    longest wait that a host may ask for.
    """

    size: int = 8 << 20
    total: float = 30.0
    attempts: int = 6
    backoff: float = 1.0
    patience: float = 1000.0


@dataclass(frozen=True)
class Answer:
    """An answer of a host: status 200 with a JSON value, or a client error (4xx) with its JSON body, if any.

    headers: by lower-case name.
    """

    status: int
    value: Any
    headers: Mapping[str, str] = field(repr=False)

    def error(self) -> Mapping[str, Any]:
        """The refusal's JSON object; empty where it had none."""
        return self.value if isinstance(self.value, dict) else {}


class _Again(Exception):
    """A request to retry, after `wait` seconds where the host asks for it."""

    def __init__(self, what: str, *, wait: float | None = None, throttled: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.wait = wait
        self.throttled = throttled


class Http:
    """A session with one host, `base` (scheme, host and port), used within `async with`.

    It asks no other host: a link elsewhere and every redirect are refused, so `headers` (credentials) reach
    this host alone. Requests are counted by `meter` and spaced by `pace`; `throttled` statuses, 5xx, broken
    JSON and network trouble are tried again, other refusals never. `transport` is what reaches the network.

    Raises Untrusted where the guard refuses the host, or its answer passes the limits or leads elsewhere.
    """

    def __init__(
        self,
        base: str,
        *,
        guard: SsrfGuard,
        meter: RequestMeter,
        pace: HostRateLimit,
        headers: Mapping[str, str] | None = None,
        throttled: frozenset[int] = frozenset({429}),
        limits: Limits | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        try:
            self._base = httpx.URL(base)
        except httpx.InvalidURL:
            self._base = httpx.URL("")
        if not self._base.host:
            raise Untrusted(f"{base!r} names no host")
        guard.scheme(*_origin(self._base))
        self._meter = meter
        self._pace = pace
        self._throttled = throttled
        self._limits = limits or Limits()
        self._now = now
        self._client = httpx.AsyncClient(
            transport=CheckedTransport(guard, transport or httpx.AsyncHTTPTransport(verify=certificates())),
            headers={
                "user-agent": f"zombiescope/{__version__} (+https://github.com/zombiescope/zombiescope)",
                "accept": "application/json",
                "accept-encoding": "gzip",
                **(headers or {}),
            },
            timeout=self._limits.total,
            follow_redirects=False,
            trust_env=False,  # a proxy would do its own look-up, behind the guard's back
        )

    @property
    def host(self) -> str:
        """The host's name."""
        return self._base.host

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def get(
        self, target: str, params: Params | None = None, *, pace: HostRateLimit | None = None
    ) -> Answer:
        """Ask for `target`, a path or a whole URL of this host; `pace` is a further limit of this call.

        Raises RateLimited where the host asks to wait longer than the limits allow, SourceError where it
        fails however often it is asked, Untrusted for another host, BudgetError where no request is left.
        """
        url = self._url(target)
        try:
            async for attempt in stamina.retry_context(
                on=_hook,
                attempts=self._limits.attempts,
                timeout=None,
                wait_initial=self._limits.backoff,
                wait_jitter=self._limits.backoff,
                wait_max=30.0,
            ):
                with attempt:
                    return await self._once(url, params, [p for p in (pace, self._pace) if p])
        except _Again as failed:
            kind = RateLimited if failed.throttled else SourceError
            raise kind(f"{self.host}{url.path}: {failed.what}") from None
        raise AssertionError("stamina returns or raises")  # pragma: no cover

    def _url(self, target: str) -> httpx.URL:
        try:
            url = self._base.join(target)
        except httpx.InvalidURL:
            raise Untrusted(f"{self.host} gave a link that is none") from None
        if _origin(url) != _origin(self._base) or url.userinfo:
            raise Untrusted(
                f"{self.host} leads to another host, {url.host or url.scheme}, which is not asked"
            )
        return url

    async def _once(
        self, url: httpx.URL, params: Params | None, host_rate_limits: Sequence[HostRateLimit]
    ) -> Answer:
        waited = [await pace.turn() for pace in host_rate_limits]
        self._meter.ask()
        self._pace.count(sum(waited))
        try:
            async with (
                asyncio.timeout(self._limits.total),
                self._client.stream("GET", url, params=params) as response,
            ):
                status = response.status_code
                headers = {name.lower(): value for name, value in response.headers.items()}
                body = await self._body(response)
        except TimeoutError:
            raise _Again(f"no whole answer within {self._limits.total:g} seconds") from None
        except (httpx.HTTPError, zlib.error) as error:
            raise _Again(f"the connection failed ({type(error).__name__})") from None
        if status in self._throttled:
            raise self._throttle(headers, host_rate_limits)
        if 300 <= status < 400:
            raise Untrusted(f"{self.host}{url.path} sends elsewhere (HTTP {status}), which is not followed")
        if status >= 500 or status == 408:
            raise _Again(f"HTTP {status}", wait=self._bounded(asked_wait(headers, self._now())))
        self._heed(headers, host_rate_limits)
        try:
            value = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            if status == 200:
                raise _Again("the answer is not JSON") from None
            value = None
        if status >= 400 or status == 200:
            return Answer(status, value, headers)
        raise SourceError(f"{self.host}{url.path}: HTTP {status} where 200 was due")

    async def _body(self, response: httpx.Response) -> bytes:
        """The body, decompressed here because a small gzip can expand to a large answer."""
        coding = response.headers.get("content-encoding", "identity").strip().lower()
        if coding not in ("identity", "gzip", ""):
            raise Untrusted(f"{self.host} packs its answer as {coding}, which was not asked for")
        unpack = zlib.decompressobj(wbits=31) if coding == "gzip" else None
        body = bytearray()
        async for raw in response.aiter_raw():
            room = self._limits.size + 1 - len(body)
            body += unpack.decompress(raw, room) if unpack else raw
            if len(body) > self._limits.size:
                raise Untrusted(f"{self.host} answers with more than {self._limits.size:,} bytes")
        return bytes(body)

    def _throttle(self, headers: Mapping[str, str], host_rate_limits: Sequence[HostRateLimit]) -> _Again:
        wait = asked_wait(headers, self._now())
        if wait is not None and wait > self._limits.patience:
            raise RateLimited(
                f"{self.host} asks to wait {wait / 60:,.0f} minutes",
                "Run again then; what was fetched so far is kept and goes on from there.",
            )
        if wait is not None:
            for pace in host_rate_limits:
                pace.hold(wait)
        # The rate limit delays every request for as long as was asked: the retry itself need not wait again.
        return _Again("asked too often", wait=None if wait is None else 0.0, throttled=True)

    def _heed(self, headers: Mapping[str, str], host_rate_limits: Sequence[HostRateLimit]) -> None:
        """Where this was the window's last request, delay the next one until the window ends."""
        wait = self._bounded(reset_wait(headers, self._now())) if exhausted(headers) else None
        if wait is not None:
            for pace in host_rate_limits:
                pace.hold(wait)

    def _bounded(self, wait: float | None) -> float | None:
        return wait if wait is not None and wait <= self._limits.patience else None


class CheckedTransport(httpx.AsyncBaseTransport):
    """Connects to addresses that the guard has checked, with TLS and the Host header for the name; of one host.

    The addresses are looked up once and cached, so a name that resolves differently the second time changes
    nothing; after a failed connection they are looked up and checked again.
    """

    def __init__(self, guard: SsrfGuard, inner: httpx.AsyncBaseTransport) -> None:
        self._guard = guard
        self._inner = inner
        self._addresses: Sequence[str] = ()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        scheme, host, port = _origin(request.url)
        self._guard.scheme(scheme, host, port)
        if not self._addresses:
            self._addresses = await self._guard.addresses(host, port)
        failed: httpx.TransportError | None = None
        for address in self._addresses:
            checked = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": request.url.raw_host.decode("ascii")},
            )
            try:
                return await self._inner.handle_async_request(checked)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failed = error
        self._addresses = ()
        raise failed or httpx.ConnectError(f"no address of {host}")

    async def aclose(self) -> None:
        await self._inner.aclose()


@cache
def certificates() -> ssl.SSLContext:
    """The authorities that are believed, read once."""
    return httpx.create_ssl_context(trust_env=False)


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)


def _hook(error: Exception) -> bool | float:
    """Whether stamina should try again, or in how many seconds."""
    if not isinstance(error, _Again):
        return False
    return True if error.wait is None else error.wait
