"""Rate limits of keys, and of addresses without one: moving windows in the memory of each process."""

from __future__ import annotations

import ipaddress
import math
import time

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zombiescope.storage import hashed
from zombiescope.web.http.problem_json import Refusal, problem
from zombiescope.web.middleware.host_guard import OPEN

__all__ = ["RateLimitMiddleware", "RateLimiter", "address_of"]

_PREFIX = 8  # characters of a key by which unknown ones are told apart
_PREFIXES = 5


class RateLimiter:
    """Counts requests. each: a minute, of a key or an address. wrong: unknown keys a minute, of an address and prefix.

    A valid key is never refused for what others send from its address. Unknown ones are counted by address and the
    first characters of what was sent, so that one client with an old key does not use up what its neighbours have;
    five times as many are taken of an address altogether.
    """

    def __init__(self, *, each: int, wrong: int) -> None:
        self._each, self._wrong = RateLimitItemPerMinute(each), RateLimitItemPerMinute(wrong)
        self._wrong_altogether = RateLimitItemPerMinute(_PREFIXES * wrong)
        self._windows = MovingWindowRateLimiter(MemoryStorage())

    def take(self, who: str) -> dict[str, str]:
        """Count a request, and give the headers of how many are left. Raises Refusal (429) where none is."""
        free = self._windows.hit(self._each, "each", who)
        headers = self._headers(self._each, "each", who)
        if not free:
            raise _too_many("this is asked too often", headers)
        return headers

    def wrong(self, address: str, secret: str) -> None:
        """Count a key that nobody knows. Raises Refusal (429) where too many came before."""
        prefix = hashed(secret[:_PREFIX])
        if not self._windows.hit(self._wrong_altogether, "wrong", address):
            raise _too_many("too many unknown keys", self._headers(self._wrong_altogether, "wrong", address))
        if not self._windows.hit(self._wrong, "wrong", address, prefix):
            raise _too_many("too many unknown keys", self._headers(self._wrong, "wrong", address, prefix))

    def _headers(self, limit: RateLimitItemPerMinute, *who: str) -> dict[str, str]:
        reset, left = self._windows.get_window_stats(limit, *who)
        return {
            "RateLimit-Limit": str(limit.amount),
            "RateLimit-Remaining": str(left),
            "RateLimit-Reset": str(max(1, math.ceil(reset - time.time()))),
        }


class RateLimitMiddleware:
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
            headers = self._rates.take(who)
        except Refusal as refusal:
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
