"""Rate limits and daily quotas of keys, and of addresses without one, held by all processes together.

Each process takes a part of a limit from the database at a time and gives it out by itself: so together they never
give more than the limit, and hardly any request waits for the database. Where that does not answer, each process
holds clients to the limit alone.
"""

from __future__ import annotations

import ipaddress
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zombiescope.errors import StorageError
from zombiescope.storage import Grant, QuotaExceeded, hashed
from zombiescope.web.auth.access import Caller
from zombiescope.web.http.problem_json import Refusal, problem
from zombiescope.web.middleware.host_guard import OPEN

__all__ = ["RateLimitMiddleware", "RateLimiter", "address_of"]

MINUTE = 60.0
_PARTS = 50  # in so many parts a limit is taken from the database
_PREFIX = 8  # characters of a key by which unknown ones are distinguished
_PREFIXES = 5
_MOST_LEASES = 20_000  # from so many on, those that have ended are dropped


class Counting(Protocol):
    """What counts a limit."""

    def take(self, bucket: str, amount: int, limit: int, *, now: float, ends_at: float) -> Grant:
        """As `storage.Counters.take`."""


class _Local:
    """Counts in the memory of this process."""

    def __init__(self) -> None:
        self._used: dict[str, tuple[int, float]] = {}

    def take(self, bucket: str, amount: int, limit: int, *, now: float, ends_at: float) -> Grant:
        used, ends = self._used.get(bucket, (0, 0.0))
        if ends <= now:
            used, ends = 0, ends_at
        given = max(0, min(amount, limit - used))
        if len(self._used) >= _MOST_LEASES:
            self._used = {name: one for name, one in self._used.items() if one[1] > now}
        self._used[bucket] = used + given, ends
        return Grant(given, max(0, limit - used - given), ends)


@dataclass
class _Lease:
    """What this process may still give out of a limit, and what nobody had taken when it last asked."""

    mine: int
    others: int
    ends_at: float


class _Window(NamedTuple):
    free: bool
    left: int
    ends_at: float


class RateLimiter:
    """Counts requests. each: a minute, of a key or an address. wrong: unknown keys a minute, of an address and prefix.

    A valid key is never refused for what others send from its address. Unknown ones are counted by address and the
    first characters of what was sent, so that one client with an old key does not use up what its neighbours have;
    five times as many are taken of an address altogether. A window begins with the first request in it. Methods may be
    called from any thread.
    """

    def __init__(
        self, *, each: int, wrong: int, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._each, self._wrong, self._now = each, wrong, now
        self._local = _Local()
        self._counters: Counting = self._local
        self._leases: dict[str, _Lease] = {}
        self._lock = threading.Lock()

    def share(self, counters: Counting) -> None:
        """Count together with the other processes from now on."""
        self._counters = counters

    def take(self, who: str) -> dict[str, str]:
        """Count a request, and give the headers of how many are left. Raises Refusal (429) where none is."""
        return self._answer(self._hit(f"each {who}", self._each, MINUTE))

    def take_held(self, who: str) -> dict[str, str] | None:
        """As `take`, without asking the database; None where it must be asked."""
        window = self._give_out(f"each {who}")
        return None if window is None else self._answer(window)

    def take_of_day(self, who: str, limit: int) -> None:
        """Count a request of a key that has a quota a day (UTC). Raises QuotaExceeded."""
        now = self._now().astimezone(UTC)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        seconds = (midnight - now).total_seconds()
        if not self._hit(f"day {who}", limit, seconds).free:
            raise QuotaExceeded(
                f"the key may send {limit} requests a day, and has",
                "Wait for the next day (UTC).",
                of="requests",
                seconds=seconds,
            )

    def wrong(self, address: str, secret: str) -> None:
        """Count a key that nobody knows. Raises Refusal (429) where too many came before."""
        prefix = hashed(secret[:_PREFIX])
        for bucket, limit in (
            (f"wrong {address}", _PREFIXES * self._wrong),
            (f"wrong {address} {prefix}", self._wrong),
        ):
            window = self._hit(bucket, limit, MINUTE)
            if not window.free:
                raise _too_many("too many unknown keys", self._headers(window, limit))

    def _hit(self, bucket: str, limit: int, seconds: float) -> _Window:
        window = self._give_out(bucket)
        if window is not None:
            return window
        now = self._now().timestamp()
        asked = {"now": now, "ends_at": now + seconds}
        part = max(1, limit // _PARTS)
        try:
            grant = self._counters.take(bucket, part, limit, **asked)
        except StorageError:
            with self._lock:
                grant = self._local.take(bucket, 1, limit, **asked)
        with self._lock:
            self._drop_ended(now)
            lease = self._leases.get(bucket)
            if lease is None or lease.ends_at <= now:
                lease = self._leases[bucket] = _Lease(0, 0, grant.ends_at)
            lease.mine, lease.others = lease.mine + grant.given, grant.left
            free = lease.mine > 0
            lease.mine -= free
            return _Window(free, lease.mine + lease.others, lease.ends_at)

    def _give_out(self, bucket: str) -> _Window | None:
        """One of what this process has; refused where nobody has any; None where more may be had."""
        with self._lock:
            lease = self._leases.get(bucket)
            if lease is None or lease.ends_at <= self._now().timestamp():
                return None
            if lease.mine:
                lease.mine -= 1
                return _Window(True, lease.mine + lease.others, lease.ends_at)
            return None if lease.others else _Window(False, 0, lease.ends_at)

    def _drop_ended(self, now: float) -> None:
        if len(self._leases) >= _MOST_LEASES:
            self._leases = {name: lease for name, lease in self._leases.items() if lease.ends_at > now}

    def _answer(self, window: _Window) -> dict[str, str]:
        headers = self._headers(window, self._each)
        if not window.free:
            raise _too_many("this is asked too often", headers)
        return headers

    def _headers(self, window: _Window, limit: int) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(limit),
            "RateLimit-Remaining": str(window.left),
            "RateLimit-Reset": str(max(1, math.ceil(window.ends_at - self._now().timestamp()))),
        }


class RateLimitMiddleware:
    """Holds everybody to the rate and to the day's quota, but a person on this machine where there is no key."""

    def __init__(self, app: ASGIApp, *, rates: RateLimiter) -> None:
        self._app, self._rates = app, rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its headers, or answer it."""
        caller: Caller | None = scope.get("state", {}).get("caller")
        if scope["type"] != "http" or scope["path"] in OPEN or (caller is not None and caller.key is None):
            await self._app(scope, receive, send)
            return
        try:
            who = f"address {address_of(Request(scope))}" if caller is None else f"key {caller.unique_name}"
            held = self._rates.take_held(who)
            headers = await run_in_threadpool(self._rates.take, who) if held is None else held
            if caller is not None and caller.requester.quotas.requests is not None:
                quota = caller.requester.quotas.requests
                await run_in_threadpool(self._rates.take_of_day, caller.unique_name, quota)
        except (Refusal, QuotaExceeded) as refusal:
            await problem(refusal)(scope, receive, send)
            return

        async def sends(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self._app(scope, receive, sends)


def address_of(request: Request) -> str:
    """Whose request it is, for counting alone: the peer, or whom a trusted proxy asks for (`TrustedProxies`).

    An IPv6 client has a whole /64 to ask from, so that is what is counted.
    """
    peer = "" if request.client is None else request.client.host
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return "unknown"  # a proxy passed on what is no address: all such share one count
    address = getattr(address, "ipv4_mapped", None) or address
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _too_many(what: str, headers: dict[str, str]) -> Refusal:
    named = {name.replace("-", "_"): text for name, text in headers.items()}
    return Refusal(
        429, what, "Wait as long as Retry-After says.", Retry_After=headers["RateLimit-Reset"], **named
    )
