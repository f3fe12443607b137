"""Audit trail: each request that changes something, or was refused to, is written down before it is answered."""

from __future__ import annotations

import logging

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zombiescope.errors import StorageError
from zombiescope.storage import TrailEntry
from zombiescope.web.openapi.operations import OPERATIONS

__all__ = ["AuditTrailMiddleware"]

_LOG = logging.getLogger("zombiescope.web")
_SAFE = ("GET", "HEAD", "OPTIONS")
_CHANGES_NOTHING = ("/v1/scores",)  # records in, scores out: nothing is stored
_LONGEST = 500  # characters of a target


class AuditTrailMiddleware:
    """Writes the trail of the caller's tenant: key, address, operation, what it was done to, and the status.

    Neither query nor body is written: they may hold what belongs to nobody else. Where the trail cannot be written
    the answer stands, as what it says has happened, and the log has the entry.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; write it down as its answer begins."""
        if scope["type"] != "http" or scope["method"] in _SAFE:
            await self._app(scope, receive, send)
            return

        async def sends(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Asked for here: signing in makes the caller known only in the route.
                caller = scope.get("state", {}).get("caller")
                route = getattr(scope.get("route"), "path", None)
                if caller is not None and route is not None and route not in _CHANGES_NOTHING:
                    answer = Headers(raw=message["headers"])
                    await run_in_threadpool(
                        _write, scope, caller.tenant, _entry(scope, route, answer, message)
                    )
            await send(message)

        await self._app(scope, receive, sends)


def _entry(scope: Scope, route: str, answer: Headers, message: Message) -> TrailEntry:
    operation = OPERATIONS.get((route, scope["method"].lower()))
    named = [str(value) for value in scope.get("path_params", {}).values()]
    # What was made is in Location: of a page it is only where the browser goes next.
    location = answer.get("location", "") if operation is not None else ""
    return TrailEntry(
        at=scope["app"].state.services.now(),
        actor=scope["state"]["caller"].name,
        address=(scope.get("client") or ("",))[0],
        action=f"{scope['method']} {route}" if operation is None else operation.name,
        target=" ".join([*named, *([location] if location else [])])[:_LONGEST],
        status=message["status"],
        request_id=scope["state"].get("request_id", ""),
    )


def _write(scope: Scope, tenant: str, entry: TrailEntry) -> None:
    try:
        scope["app"].state.store.of(tenant).trail.add(entry)
    except StorageError as error:
        _LOG.error(
            "the audit trail cannot be written (%s): %s of %s by %s/%s from %s: %d",
            error.what,
            entry.action,
            entry.target,
            tenant,
            entry.actor,
            entry.address,
            entry.status,
        )
