"""Prefer: wait=SECONDS (RFC 7240): the answer to a request that began an audit, held back until the audit has ended."""

from __future__ import annotations

import asyncio
import re

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from zombiescope.domain import Audit
from zombiescope.web.http.audit_json import audit_json
from zombiescope.web.state import services_of, store_of

__all__ = ["answer_of", "wait_of"]

LOOK = 0.1  # seconds between two looks at an audit that somebody waits for


async def answer_of(request: Request, audit: Audit) -> Response:
    """200 with the audit once it has ended in time, else 202; its address either way.

    A longer wait than the service allows is shortened, and the answer says to how much.
    """
    wait = min(wait_of(request.headers.get("prefer", "")), services_of(request).limits.wait)
    headers = {"Location": f"/v1/audits/{audit.id}"} | (
        {"Preference_Applied": f"wait={wait:g}"} if wait else {}
    )
    status = 202
    if wait and await _finished(request, audit, wait):
        audit, status = await run_in_threadpool(store_of(request).audits.get, audit.id), 200
    return audit_json(audit, status, **headers)


def wait_of(prefer: str) -> float:
    """The seconds of `Prefer: wait=SECONDS`; 0 without."""
    match = re.search(r"(?:^|[,;\s])wait\s*=\s*\"?([0-9]{1,6})", prefer)
    return float(match[1]) if match else 0.0


async def _finished(request: Request, audit: Audit, seconds: float) -> bool:
    """Whether the audit ends in time: it is looked at now and then, as any worker may be at it."""
    clock = services_of(request).clock
    until = clock() + seconds
    while audit.status in ("queued", "running") and clock() < until:
        await asyncio.sleep(LOOK)
        audit = await run_in_threadpool(store_of(request).audits.get, audit.id)
    return audit.status not in ("queued", "running")
