"""gzip for the API's answers, and for nothing that holds a page's token."""

from __future__ import annotations

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["GzipMiddleware"]

LEVEL = 4  # of 9: most of the gain at a third of the time
SMALLEST = 1000
# Only programs read these, and they send their key in a header: no answer holds a secret beside text that somebody
# else chose, whose packed length would tell of it (BREACH). Pages hold the session's token, so they are not packed.
_UNDER = ("/v1/", "/openapi.json", "/static/")


class GzipMiddleware:
    """Packs answers under the API's addresses where the client takes it; event streams never."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._packing = app, GZipMiddleware(app, minimum_size=SMALLEST, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with or without packing."""
        packs = scope["type"] == "http" and scope["path"].startswith(_UNDER)
        await (self._packing if packs else self._app)(scope, receive, send)
