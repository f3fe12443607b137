"""/v1/audits/{id}/events: an audit's progress as server-sent events, whichever process works at it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from zombiescope.domain import Audit, Progress, Status
from zombiescope.errors import StorageError
from zombiescope.jobs import Busy
from zombiescope.storage import NoSuchAudit, Store
from zombiescope.web.auth.access import Reader
from zombiescope.web.state import services_of, store_of

__all__ = ["Event", "Streams", "router"]

router = APIRouter(prefix="/v1/audits", tags=["audits"])

MEDIA = "text/event-stream"
POLL = 0.5  # seconds between two looks at the store: the audit may run in another process
_GOING: tuple[Status, ...] = ("queued", "running")


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What an event says of its audit, as of then: a client needs only the last one."""

    id: str
    status: Status
    progress: Progress | None
    error: str | None


class Streams:
    """How many streams are open, of the most there may be."""

    def __init__(self, most: int) -> None:
        self._free = most

    def take(self) -> None:
        """Open one. Raises Busy. Only the event loop calls this, so it needs no lock."""
        if self._free <= 0:
            raise Busy("too many event streams are open", "Ask for the audit itself now and then.")
        self._free -= 1

    def give_back(self) -> None:
        """Close one."""
        self._free += 1


@router.get("/{audit_id}/events", summary="Follow an audit")
async def events(request: Request, caller: Reader, audit_id: str) -> Response:
    """Server-sent events: `state` when the status changes, `progress`, and `done` at the end, which ends the stream.

    Each has an id; with `Last-Event-ID` what was seen is not sent again, and nothing is sent (204) where that was the
    end. Comments come where nothing happens for a while.
    """
    store = store_of(request)
    audit = await run_in_threadpool(store.audits.get, audit_id)
    last_id = request.headers.get("last-event-id")
    if audit.status not in _GOING and last_id == _mark(audit):
        return Response(status_code=204)
    streams: Streams = request.app.state.streams
    streams.take()
    return _Stream(streams, _lines(store, audit, last_id, services_of(request).limits.heartbeat))


class _Stream(StreamingResponse):
    """An event stream that gives its place back however it ends."""

    def __init__(self, streams: Streams, content: AsyncIterator[str]) -> None:
        # Proxies that collect an answer before they pass it on would hold events back.
        super().__init__(content, media_type=MEDIA, headers={"X-Accel-Buffering": "no"})
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.give_back()


async def _lines(store: Store, audit: Audit, last_id: str | None, heartbeat: float) -> AsyncIterator[str]:
    status, quiet = None, 0.0
    yield "retry: 2000\n\n"
    while True:
        if _mark(audit) != last_id:
            last_id, quiet = _mark(audit), 0.0
            yield _event("progress" if audit.status == status else "state", audit)
            status = audit.status
        if audit.status not in _GOING:
            return
        await asyncio.sleep(POLL)
        quiet += POLL
        if quiet >= heartbeat:
            quiet = 0.0
            yield ": waiting\n\n"
        try:
            audit = await run_in_threadpool(store.audits.get, audit.id)
        except NoSuchAudit:  # it was forgotten meanwhile
            return
        except StorageError:
            continue  # the database may come back


def _event(kind: str, audit: Audit) -> str:
    event = Event(id=audit.id, status=audit.status, progress=audit.progress, error=audit.error)
    name = kind if audit.status in _GOING else "done"
    return f"id: {_mark(audit)}\nevent: {name}\ndata: {msgspec.json.encode(event).decode()}\n\n"


def _mark(audit: Audit) -> str:
    """The event's id: what it says, in short, so that any process knows it again."""
    progress: Any = audit.progress or Progress()
    return f"{audit.status}-{progress.followers}-{progress.of or 0}-{progress.requests}"
