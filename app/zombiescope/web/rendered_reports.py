"""Reports and pictures of audits, rendered once off the event loop, and cached."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

import msgspec
from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from zombiescope import i18n
from zombiescope.domain import Audit
from zombiescope.jobs import Busy
from zombiescope.report import render
from zombiescope.web.http.etag import tag_of
from zombiescope.web.http.thread_pool import Pool
from zombiescope.web.state import services_of, store_of

__all__ = ["RenderedReports", "draw_soon", "report_html", "tag_of_audit", "warm_up"]


class RenderedReports:
    """The last few reports and pictures, each drawn once however many ask for it at the same time."""

    def __init__(self, most: int = 16) -> None:
        self._most = most
        self._drawn: OrderedDict[tuple[str, str], asyncio.Task[str]] = OrderedDict()

    async def get(self, pool: Pool, key: tuple[str, str], draw: Callable[[], str]) -> str:
        """What was drawn for this key, or is now. key: what is drawn, and the tag of what it is drawn of."""
        task = self._drawn.get(key)
        if task is None:
            task = self._drawn[key] = asyncio.create_task(pool.run(draw))
            while len(self._drawn) > self._most:
                self._drawn.popitem(last=False)
        try:
            return await asyncio.shield(task)  # one client that leaves does not take it from the others
        except Exception:
            self._drawn.pop(key, None)
            raise


async def tag_of_audit(request: Request, audit_id: str) -> str:
    """Whatever is drawn of an audit follows from the audit and the language, so these are enough to tell a change."""
    return _tag(await run_in_threadpool(store_of(request).audits.get, audit_id))


async def report_html(request: Request, audit_id: str, tag: str) -> str:
    """The report as a page, of the audit as `tag` names it."""
    services, store = services_of(request), store_of(request)

    def draw() -> str:
        stored = store.audits.stored_audit(audit_id)
        truth = None if stored.audit.account is None else services.truth(stored.audit.account.ref)
        return render(stored.audit, stored.rows, form="html", truth=truth, reference=stored.reference)

    drawn: RenderedReports = request.app.state.drawn
    return await drawn.get(request.app.state.pool, ("report", tag), draw)


async def draw_soon(request: Request, audit: Audit) -> None:
    """Draw the report of an audit whose page is being read: the report is likely to be next."""
    try:
        await report_html(request, audit.id, _tag(audit))
    except Busy:  # others come first; it is drawn when it is asked for
        return


def warm_up() -> None:
    """Load what the first report needs, which takes a second on its own."""
    from zombiescope.report import html

    html.warm_up()


def _tag(audit: Audit) -> str:
    return tag_of(msgspec.json.encode(audit) + i18n.language().encode())
