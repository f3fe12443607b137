"""The outermost layer: every request has an id, is timed, counted, and leaves one line in the log."""

from __future__ import annotations

import logging
import random
import re
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zombiescope import log
from zombiescope.web.http.metrics import Metrics

__all__ = ["RequestLogMiddleware"]

_LOG = logging.getLogger("zombiescope.access")
_QUIET = ("/healthz", "/readyz", "/metrics")  # asked every few seconds
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")  # W3C Trace Context
_random = random.Random()  # noqa: S311 an id is no secret, and the system's source costs a call a request
CLOSED = 499  # the client was gone before its request had been read; nginx's number for it


class RequestLogMiddleware:
    """Binds a request's id to all that is logged within it, and sends it back as X-Request-Id.

    The id is the client's X-Request-Id where it sends one that may stand in a log; `trace` is that of `traceparent`.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; when its answer has ended, count it and log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else f"{_random.getrandbits(128):032x}"
        trace = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
        scope.setdefault("state", {})["request_id"] = request_id
        begun, status = time.perf_counter(), 500

        async def sends(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with log.about(request=request_id, **({} if trace is None else {"trace": trace[1]})):
            try:
                await self._app(scope, receive, sends)
            except ClientDisconnect:
                status = CLOSED
            finally:
                self._record(scope, status, time.perf_counter() - begun)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "none")
        self._metrics.answered(scope["method"], route, status, seconds)
        caller = scope.get("state", {}).get("caller")
        # The query is left out: clients put into it what belongs elsewhere.
        fields = {
            "method": scope["method"],
            "path": scope.get("raw_path", b"").partition(b"?")[0].decode("ascii", "replace"),
            "status": status,
            "ms": round(seconds * 1000, 1),
            "address": (scope.get("client") or ("",))[0],
            "caller": None if caller is None else caller.name,
        }
        _LOG.log(logging.DEBUG if scope["path"] in _QUIET else logging.INFO, "request", extra=fields)
