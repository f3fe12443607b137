"""Host, Origin and Content-Length checks, security headers, and the answer to errors that no route handles.

A pure ASGI layer: nothing of a body is read before Host, Origin and the announced length have passed.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zombiescope.errors import ZombiescopeError
from zombiescope.web.http.problem_json import Refusal, problem, unexpected

__all__ = ["OPEN", "HostGuardMiddleware", "is_local"]

OPEN = ("/healthz", "/readyz")  # asked by what watches over the service

_SAFE = ("GET", "HEAD", "OPTIONS")
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")

# No page of ours has reason for less; a page's own policy takes this one's place.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


_RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]


def is_local(scope: Scope) -> bool:
    """Whether a request comes from this machine and through no proxy that says so.

    A proxy on this machine that hides itself cannot be told from a local user: docs/service.md asks for a key there.
    """
    client = scope.get("client")
    headers = Headers(scope=scope)
    if client is None or any(name in headers for name in _FORWARDED):
        return False
    try:
        address = ipaddress.ip_address(client[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback and _hostname(headers.get("host", "")) in _LOOPBACK


class HostGuardMiddleware:
    """Refuses foreign hosts and origins and too long bodies, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, *, hosts: Sequence[str], longest: int) -> None:
        self._app = app
        self._hosts = {*_LOOPBACK, *(host.lower() for host in hosts)}
        self._longest = longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        begun = False

        async def sends(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                names = {name for name, _ in message.get("headers", ())}
                added = [header for header in _RAW_HEADERS if header[0] not in names]
                message = {**message, "headers": [*message.get("headers", ()), *added]}
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await problem(refusal)(scope, receive, sends)
            return
        try:
            await self._app(scope, receive, sends)
        except ClientDisconnect:
            raise  # nobody is there to be answered: the request log counts it as 499
        except ZombiescopeError as error:
            if begun:
                raise
            await problem(error)(scope, receive, sends)
        except Exception as error:
            if begun:
                raise  # half an answer is sent: all that is left is to cut the connection
            await unexpected(scope, error)(scope, receive, sends)

    def _refusal(self, scope: Scope) -> Refusal | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        # Orchestrators probe by a container's address, which no list of names has; these routes tell nothing.
        probe = scope["path"] in OPEN and scope["method"] in _SAFE
        if _hostname(host) not in self._hosts and not probe:
            return Refusal(421, f"this service does not answer to {_hostname(host)[:100]!r}",
                           "Name it in ZOMBIESCOPE_ALLOWED_HOSTS.")  # fmt: skip
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return Refusal(
                403, "requests of another site's pages are refused", "Ask from a page of this service."
            )
        if headers.get("sec-fetch-site") == "cross-site" and scope["method"] not in _SAFE:
            return Refusal(
                403, "requests of another site's pages are refused", "Ask from a page of this service."
            )
        if "\x00" in scope["path"]:
            return Refusal(400, "the address holds a NUL", "No name has one.")  # PostgreSQL refuses it too
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self._longest:
            return Refusal(413, f"the body is longer than {self._longest:,} bytes", "Send less at once.")
        return None


def _hostname(host: str) -> str:
    """The name in a Host header, without the port."""
    name = host.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0]
