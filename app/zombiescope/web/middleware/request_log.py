"""The outermost layer: every request has an id, is timed, and leaves one line in the log."""

from __future__ import annotations

import logging
import time
import uuid

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zombiescope import log
from zombiescope.web.api.metrics import Metrics

__all__ = ["RequestLogMiddleware"]

_LOG = logging.getLogger("zombiescope.access")
_QUIET = ("/healthz", "/readyz", "/metrics")  # asked every few seconds


class RequestLogMiddleware:
    """Binds a request's id to all that is logged within it, and says it in X-Request-Id."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; when its answer has ended, count it and log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name, begun, status = uuid.uuid4().hex, time.perf_counter(), 500

        async def sends(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = name
            await send(message)

        with log.about(request=name):
            try:
                await self._app(scope, receive, sends)
            finally:
                self._tell(scope, status, time.perf_counter() - begun)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "none")
        self._metrics.answered(scope["method"], route, status, seconds)
        caller = scope.get("state", {}).get("caller")
        # The query is left out: clients put into it what belongs elsewhere.
        told = {
            "method": scope["method"],
            "path": scope.get("raw_path", b"").partition(b"?")[0].decode("ascii", "replace"),
            "status": status,
            "ms": round(seconds * 1000, 1),
            "address": (scope.get("client") or ("",))[0],
            "caller": None if caller is None else caller.name,
        }
        _LOG.log(logging.DEBUG if scope["path"] in _QUIET else logging.INFO, "request", extra=told)
