"""How often a key, or an address without one, may ask: a moving window in the memory of each process."""

from __future__ import annotations

import ipaddress
import math
import time

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zombiescope.web.http.problem_json import Refusal, problem

__all__ = ["OPEN", "RateLimiter", "Rated", "address_of"]

OPEN = ("/healthz", "/readyz")  # asked by what watches over the service


class RateLimiter:
    """Counts requests. each: a minute, of a key or an address. wrong: unknown keys a minute, of an address."""

    def __init__(self, *, each: int, wrong: int) -> None:
        self._each, self._wrong = RateLimitItemPerMinute(each), RateLimitItemPerMinute(wrong)
        self._windows = MovingWindowRateLimiter(MemoryStorage())

    def take(self, who: str) -> dict[str, str]:
        """Count a request, and say in headers how many are left. Raises Refusal (429) where none is."""
        free = self._windows.hit(self._each, "each", who)
        headers = self._headers(self._each, "each", who)
        if not free:
            raise _too_many("this is asked too often", headers)
        return headers

    def wrong(self, address: str) -> None:
        """Count a key that nobody knows."""
        self._windows.hit(self._wrong, "wrong", address)

    def check(self, address: str) -> None:
        """Raises Refusal (429) where too many unknown keys came from there: the right one is not told apart then."""
        if not self._windows.test(self._wrong, "wrong", address):
            raise _too_many("too many unknown keys", self._headers(self._wrong, "wrong", address))

    def _headers(self, limit: RateLimitItemPerMinute, *who: str) -> dict[str, str]:
        reset, left = self._windows.get_window_stats(limit, *who)
        return {
            "RateLimit-Limit": str(limit.amount),
            "RateLimit-Remaining": str(left),
            "RateLimit-Reset": str(max(1, math.ceil(reset - time.time()))),
        }


class Rated:
    """Holds everybody to the rate, but a person on this machine where there is no key."""

    def __init__(self, app: ASGIApp, *, rates: RateLimiter) -> None:
        self._app, self._rates = app, rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its headers, or answer it."""
        caller = scope.get("state", {}).get("caller")
        if scope["type"] != "http" or scope["path"] in OPEN or (caller is not None and caller.key is None):
            await self._app(scope, receive, send)
            return
        try:
            who = f"address {address_of(Request(scope))}" if caller is None else f"key {caller.name}"
            said = self._rates.take(who)
        except Refusal as refusal:
            await problem(refusal)(scope, receive, send)
            return

        async def sends(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(said)
            await send(message)

        await self._app(scope, receive, sends)


def address_of(request: Request) -> str:
    """Whose request it is, for counting alone: the peer, or whom a proxy on this machine says it asks for.

    An IPv6 client has a whole /64 to ask from, so that is what is counted.
    """
    peer = "" if request.client is None else request.client.host
    found = _address(peer)
    if found is not None and found.is_loopback:
        told = Headers(scope=request.scope).get("x-forwarded-for", "").rpartition(",")[2].strip()
        found = _address(told) or found
    if found is None:
        return peer
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _too_many(what: str, headers: dict[str, str]) -> Refusal:
    named = {name.replace("-", "_"): text for name, text in headers.items()}
    return Refusal(
        429, what, "Wait as long as Retry-After says.", Retry_After=headers["RateLimit-Reset"], **named
    )
