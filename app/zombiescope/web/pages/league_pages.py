"""The league table's pages: a list of accounts in, a batch begun, the table as its audits end.

The address of a table is that of its batch. Older addresses say themselves which audits stand in the table; they are
shown as they were.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from zombiescope.domain import Audit, League, learn
from zombiescope.errors import InputError, ZombiescopeError
from zombiescope.report import league as table
from zombiescope.report import league_chart
from zombiescope.report.html import chart_svg
from zombiescope.storage import Store
from zombiescope.usecases import batches
from zombiescope.usecases.ranking import COLUMNS, MOST_DIGITS, Entrant, league, read
from zombiescope.web.auth.access import Caller, Reader, form_of, needs
from zombiescope.web.batch_orders import BatchRequest, begin_batch
from zombiescope.web.http.idempotency import Body
from zombiescope.web.pages.rendering import page
from zombiescope.web.state import services_of, store_of

__all__ = ["Place", "entrants_of", "router", "table_at", "written"]

router = APIRouter(prefix="/rank", include_in_schema=False)

Auditor = Annotated[Caller, Depends(needs("audit"))]
_LONGEST = 2**17  # bytes of a table's list, unpacked
_BATCH = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Place(msgspec.Struct, frozen=True, array_like=True):
    """One row of a table: the entrant, and its audit or why there is none."""

    entrant: Entrant
    audit: str | None
    reason: str | None


class _Table(msgspec.Struct, frozen=True, array_like=True):
    sample: int
    places: list[Place]


learn(_Table)


@router.get("")
def blank(request: Request, caller: Reader) -> Response:
    """A list of accounts, to be filled in."""
    return _asked(caller)


@router.post("")
async def begin(request: Request, caller: Auditor) -> Response:
    """Begin an audit of every account of the list, with common settings, and lead to their table."""
    form = await form_of(request, caller)
    text, sample = form.get("accounts", ""), form.get("sample") or "1000"
    try:
        entrants = entrants_of(text)
        if not sample.isdecimal() or len(sample) > MOST_DIGITS:
            raise InputError("the sample is no number", "Write 1000, say.")
        order = BatchRequest(sample=int(sample))
        batch = await run_in_threadpool(begin_batch, request, caller, Body(request), entrants, order)
    except ZombiescopeError as error:
        return _asked(caller, form, error)
    return RedirectResponse(f"/rank/table?of={batch.id}", 303)


@router.get("/table")
def shown(request: Request, caller: Reader, of: str) -> Response:
    """The table as far as its audits are; it renews itself until all have ended."""
    league, going, ended = _table_of(request, of)
    drawn = None if going else league_chart.chart(league)
    return page(
        "league.html.j2",
        caller,
        lines=[] if going else table.lines(league),
        notes=table.notes(league),
        simulated=table.marked(league),
        going=going,
        ended=ended,
        csv=f"/rank/table.csv?of={of}",
        of=of,
        chart=None if going or drawn is None else chart_svg(drawn),
    )


@router.get("/table.csv")
def as_csv(request: Request, caller: Reader, of: str) -> Response:
    """The same as a file for spreadsheets."""
    league, _, _ = _table_of(request, of)
    headers = {"Content-Disposition": 'attachment; filename="zombiescope-rank.csv"'}
    return Response(table.render(league, form="csv"), headers=headers, media_type="text/csv")


@router.get("/table.{form}")
def as_picture(request: Request, caller: Reader, of: str, form: Literal["svg", "png"]) -> Response:
    """The chart of the table as a file."""
    league, _, _ = _table_of(request, of)
    drawn = league_chart.chart(league)
    if drawn is None:
        raise InputError("no account of this table is ranked", "Wait for its audits, or rank others.")
    headers = {"Content-Disposition": f'attachment; filename="zombiescope-rank.{form}"'}
    if form == "svg":
        return Response(drawn.svg(alone=True), headers=headers, media_type="image/svg+xml")
    return Response(drawn.png(), headers=headers, media_type="image/png")


def written(sample: int, places: Sequence[Place]) -> str:
    """A table as a text for its address."""
    packed = zlib.compress(msgspec.json.encode(_Table(sample, list(places))), 9)
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def table_at(text: str) -> _Table:
    """The table that an address names. Raises InputError for one that is none, or that unpacks to too much."""
    try:
        unpack = zlib.decompressobj()
        packed = unpack.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), _LONGEST)
        if unpack.unconsumed_tail or not unpack.eof:
            raise InputError("the table is too long", "Rank fewer accounts at once.")
        return msgspec.json.decode(packed, type=_Table)
    except (binascii.Error, zlib.error, ValueError, msgspec.DecodeError, RecursionError):
        raise InputError("this is no table's address", "Begin at /rank.") from None


def _table_of(request: Request, of: str) -> tuple[League, int, int]:
    """A table, how many of its audits have not ended, and how many have. Raises NoSuchBatch, or InputError."""
    store, now = store_of(request), services_of(request).now()
    if not _BATCH.fullmatch(of):
        asked = table_at(of)
        audits = _audits(store, asked.places)
        going = sum(audit.status in ("queued", "running") for audit in audits.values())
        return _league(asked, audits, now), going, len(audits) - going
    batch = store.batches.get(of)
    counts = store.batches.counts([of])[of]
    going = sum(counts.get(status, 0) for status in ("waiting", "queued", "running"))
    ended = sum(counts.get(status, 0) for status in ("done", "failed", "cancelled"))
    return batches.table(store, batch, now=now), going, ended


def entrants_of(text: str) -> list[Entrant]:
    """The accounts of a form: a CSV with a header, or one account a line."""
    rows = [line.strip() for line in text.splitlines() if line.strip()]
    if not rows:
        raise InputError("there is no account to rank", "Write one a line.")
    plain = not {"account", "name"} & {cell.strip(' "') for cell in rows[0].removeprefix("\ufeff").split(",")}
    return [Entrant(account=row) for row in rows] if plain else read(text, "the list")


def _audits(store: Store, places: Sequence[Place]) -> dict[str, Audit]:
    """The audits of a table by id; those that are no longer kept are left out."""
    audits = {}
    for place in places:
        if place.audit is not None:
            try:
                audits[place.audit] = store.audits.get(place.audit)
            except InputError:
                continue
    return audits


def _league(asked: _Table, audits: dict[str, Audit], now: datetime) -> League:
    by_entrant = iter(asked.places)

    def audit(entrant: Entrant) -> Audit:
        place = next(one for one in by_entrant if one.entrant == entrant)
        if place.audit is None or place.audit not in audits:
            raise InputError(place.reason or "its audit is no longer kept")
        return audits[place.audit]

    entrants = [place.entrant for place in asked.places]
    return league(entrants, audit, now=now, sample=asked.sample, seed=0)


def _asked(
    caller: Caller, form: dict[str, str] | None = None, error: ZombiescopeError | None = None
) -> Response:
    return page(
        "rank.html.j2",
        caller,
        status=200 if error is None else error.status,
        form=form or {},
        error=error,
        columns=COLUMNS,
    )
