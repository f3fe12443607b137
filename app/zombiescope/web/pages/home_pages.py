"""The home page: one field or a dropped file in, recent audits below; what was typed or dropped is told back."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from zombiescope.errors import InputError, ZombiescopeError
from zombiescope.records.understanding import Choices
from zombiescope.usecases.audit import AuditRequest
from zombiescope.usecases.audit_request import CENSUS
from zombiescope.web.audit_orders import AuditOrder, begin_audit, request_of
from zombiescope.web.auth.access import Caller, Reader, form_of, needs
from zombiescope.web.http.idempotency import Body
from zombiescope.web.http.json_response import json
from zombiescope.web.http.request_body import kind, stream
from zombiescope.web.pages import dropped_file, platform_needs
from zombiescope.web.pages.recent_audits import recent
from zombiescope.web.pages.rendering import fragment, page
from zombiescope.web.state import detector_of, job_queue_of, services_of, store_of

__all__ = ["percentage", "router"]

router = APIRouter(include_in_schema=False)

Auditor = Annotated[Caller, Depends(needs("audit"))]
FILE = "application/octet-stream"
_READ_AS = ("date-order", "decimal", "encoding", "member")


class Understood(msgspec.Struct, frozen=True):
    """What was typed, read back. account: PLATFORM:NAME, None where it is not understood."""

    account: str | None
    text: str


class Begun(msgspec.Struct, frozen=True):
    """Where an audit that has begun is shown."""

    address: str


@router.get("/")
async def home(request: Request, caller: Reader) -> Response:
    """An account or a file in; recent audits."""
    return await _home(request, caller)


@router.get("/understand")
def understand(request: Request, caller: Reader, text: str = "") -> Response:
    """What a text in the account field means."""
    reading = platform_needs.understood(text[:300], _platforms(request))
    return json(Understood(reading.account, reading.text))


@router.post("/audits")
async def begin(request: Request, caller: Auditor) -> Response:
    """Start an audit from the home page's form."""
    form = await form_of(request, caller)
    typed = form.get("account", "").strip()
    reading = platform_needs.understood(typed[:300], _platforms(request))
    try:
        order = AuditOrder(
            account=reading.account or typed,
            sample=int(form.get("sample") or 1000),
            claim=percentage(form.get("claim", "")),
        )
        audit = await begin_audit(request, caller, order, Body(request))
    except ValueError:
        return await _home(request, caller, form, InputError("the sample is no number", "Write 1000, say."))
    except ZombiescopeError as error:
        return await _home(request, caller, form, error)
    return RedirectResponse(f"/audits/{audit.id}", 303)


@router.post("/files/preview")
async def preview(request: Request, caller: Auditor, name: str) -> Response:
    """A dropped file's first rows with its columns as they are understood, as a part of the home page."""
    kind(request, FILE)
    chosen = dict(request.query_params.items())
    try:
        choices = _choices(request)
        with dropped_file.dropped(name) as path:
            await dropped_file.written(path, stream(request, services_of(request).limits.upload))
            file = await run_in_threadpool(dropped_file.preview, path, name, choices)
    except ZombiescopeError as error:
        return fragment(
            "file_preview.html.j2", caller, status=error.status, error=error, file=None, chosen=chosen
        )
    return fragment("file_preview.html.j2", caller, error=None, file=file, chosen=chosen)


@router.post("/files")
async def audit_file(
    request: Request,
    caller: Auditor,
    name: str,
    label: str = "",
    claim: str = "",
    sample: str = "",
    order: Literal["", "newest-first", "oldest-first", "unknown"] = "",
    declared: str = "",
    as_of: str = "",
) -> Response:
    """Begin the audit of a dropped file with the choices made for it; the answer says where it is shown."""
    kind(request, FILE)
    services = services_of(request)
    asked = request_of(
        AuditOrder(
            account="upload:list",
            sample=_number(sample, "the sample", 1000) or 1000,
            claim=percentage(claim),
            order=order or None,
            declared=_number(declared, "the declared count", None),
            as_of=_day(as_of),
        ),
        services.limits,
        ("upload",),
    )
    choices = _choices(request)
    with dropped_file.dropped(name) as path:
        await dropped_file.written(path, stream(request, services.limits.upload))
        sent = await run_in_threadpool(
            lambda: dropped_file.listing(
                path, label.strip() or name, choices, order=asked.order, declared=asked.declared
            )
        )

    def begun() -> str:
        census = 0 if sample.strip() else CENSUS
        named: AuditRequest = msgspec.structs.replace(asked, account=sent.account.ref, census=census)
        detector = detector_of(services, None, tenant=caller.tenant)
        return str(job_queue_of(request).begin(named, detector, sent=sent, requester=caller.requester).id)

    return json(Begun(f"/audits/{await run_in_threadpool(begun)}"), 201)


def percentage(text: str) -> float | None:
    """A claim as a person writes it: 87, 87% or 0.87. Raises InputError.

    A bare number below 1 could be either (0.87 for 87%, or less than one per cent), so it is asked back rather than
    guessed; with a per cent sign it is what it says.
    """
    bare = text.strip().replace("％", "%").replace(",", ".")
    if not bare:
        return None
    try:
        number = float(bare.removesuffix("%").strip())
    except ValueError:
        raise InputError(f"{text[:40]!r} is no percentage", "Write 87 for 87%.") from None
    if not math.isfinite(number):
        raise InputError(f"{text[:40]!r} is no percentage", "Write 87 for 87%.")
    if 0 < number < 1 and not bare.endswith("%"):
        raise InputError(
            f"{bare[:20]} can mean {number * 100:g}% or {number:g}%",
            f"Write {number * 100:g} for {number * 100:g}%, or {number:g}% with the sign.",
        )
    return number / 100


async def _home(
    request: Request,
    caller: Caller,
    form: dict[str, str] | None = None,
    error: ZombiescopeError | None = None,
) -> Response:
    return page(
        "home.html.j2",
        caller,
        status=200 if error is None else error.status,
        groups=await run_in_threadpool(recent, store_of(request)),
        form=form or {},
        error=error,
        needs=platform_needs.needs(_platforms(request)),
    )


def _platforms(request: Request) -> list[str]:
    return [name for name in services_of(request).platforms if name != "file"]


def _choices(request: Request) -> Choices:
    """How the file is to be read, as chosen by hand: `map=FIELD:COLUMN`, any number of them, and the questions' keys.

    Raises InputError.
    """
    given = request.query_params
    pairs = [one.partition(":") for one in given.getlist("map")[:200]]
    fields = {
        "columns": {field: column for field, colon, column in pairs if colon and field and column},
        "constants": {"platform": given["platform"]} if given.get("platform") else {},
        "accept_rejected": given.get("accept-rejected") == "yes",
        **{key.replace("-", "_"): given[key] for key in _READ_AS if given.get(key)},
    }
    try:
        return msgspec.convert(fields, Choices)
    except msgspec.ValidationError as error:
        raise InputError(f"the choices cannot be read: {error}", "Load the page again.") from None


def _number(text: str, what: str, usual: int | None) -> int | None:
    bare = text.strip().replace(",", "").replace(" ", "")
    if not bare:
        return usual
    if not (bare.isascii() and bare.isdigit() and len(bare) <= 15):
        raise InputError(f"{what} is no number", "Write 1000, say.")
    return int(bare)


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text[:40]!r} is no date", "Write 2026-01-31.") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
