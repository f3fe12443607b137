"""/v1/batches: many accounts audited with common settings, and ranked."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from zombiescope.domain import Entrant, Interval
from zombiescope.errors import InputError
from zombiescope.report import league as league_report
from zombiescope.report.csv import cell
from zombiescope.report.estimate import reached
from zombiescope.storage import Batch, BatchRow, BatchStatus, RowStatus, Store
from zombiescope.usecases import batches, ranking
from zombiescope.usecases.batches import BatchSettings
from zombiescope.web.api.responses import cursor, place_of, time_and_id_of
from zombiescope.web.audit_orders import MOST_DECLARED
from zombiescope.web.auth.access import Caller, Reader, needs
from zombiescope.web.batch_orders import BatchRequest, begin_batch
from zombiescope.web.http.accept import OCTETS
from zombiescope.web.http.dates import Date
from zombiescope.web.http.idempotency import Body
from zombiescope.web.http.json_response import json
from zombiescope.web.http.request_body import JSON, decoded, kind, limited
from zombiescope.web.state import job_queue_of, services_of, store_of

__all__ = [
    "BatchOrder",
    "BatchResult",
    "BatchRows",
    "BatchState",
    "BatchStates",
    "router",
    "rows_csv",
]

router = APIRouter(prefix="/v1/batches", tags=["batches"])

Auditor = Annotated[Caller, Depends(needs("audit"))]
Limit = Annotated[int, Query(ge=1, le=1000)]
CSV = "text/csv"
_AT_ONCE = 500  # rows of a file written at once
COLUMNS = (
    "place", "account", "name", "declared", "status", "audit", "share_estimate", "share_low", "share_high", "reason",
)  # fmt: skip
_Count = Annotated[int, msgspec.Meta(ge=0, le=MOST_DECLARED)]
_Text = Annotated[str, msgspec.Meta(max_length=300)]


class BatchAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account of a batch as `zombiescope rank` has it; without `account` it stands in the table unaudited."""

    account: _Text = ""
    name: _Text = ""
    declared: _Count | None = None
    declared_at_least: bool = False
    posts: _Count | None = None
    reactions: _Count | None = None


class BatchOrder(BatchRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of POST /v1/batches: the accounts, each as text or with what is published of it, and what is asked of
    all of them. `accept_cost`: US dollars agreed to for all together."""

    accounts: Annotated[list[_Text | BatchAccount], msgspec.Meta(min_length=1)]


class BatchCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many accounts are in each status; they add up to all of them."""

    waiting: int = 0
    queued: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0
    cancelled: int = 0
    no_audit: int = 0


class BatchState(msgspec.Struct, frozen=True, kw_only=True):
    """A batch as far as it is. reason: why it was cancelled, where no client did."""

    id: str
    status: BatchStatus
    created_at: datetime
    created_by: str
    finished_at: datetime | None
    accounts: int
    counts: BatchCounts
    settings: BatchSettings
    reason: str | None


class BatchStates(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the list of batches, the newest first; `next` is the cursor of the next page, null on the last."""

    batches: list[BatchState]
    next: str | None


class BatchResult(msgspec.Struct, frozen=True, kw_only=True):
    """One account of a batch. share: zombies among the followers reached, once its audit is done. reason: why there is
    no audit, or no share."""

    place: int
    account: str
    name: str
    declared: int | None
    status: RowStatus
    audit: str | None
    share: Interval | None
    reason: str | None


class BatchRows(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a batch's accounts in the order of its list; `next` is the next page's cursor, null on the last."""

    rows: list[BatchResult]
    next: str | None


@router.post("", summary="Audit many accounts")
async def create(request: Request, caller: Auditor) -> Response:
    """Audit up to 10,000 accounts with common settings: 202 and the batch's address.

    The body is an order, or the CSV that `zombiescope rank` takes (columns account, name, declared, declared_at_least,
    posts, reactions; `text/csv` or, for generated clients, `application/octet-stream`), which is audited with the
    usual settings. Audits are begun a few at a time, beside others; an
    account that cannot be audited stays in the list with the reason. All are scored with one model.
    """
    body = Body(request)
    media = kind(request, *JSON, CSV, OCTETS)
    data = body.add(await limited(request, services_of(request).limits.batch_body))
    order: BatchRequest
    if media in (CSV, OCTETS):
        entrants = ranking.read(_text(data), "the body")
        order = BatchRequest()
    else:
        order = given = decoded(data, BatchOrder)
        entrants = [_entrant(one) for one in given.accounts]
    batch = await run_in_threadpool(begin_batch, request, caller, body, entrants, order)
    state = _state(batch, store_of(request).batches.counts([batch.id])[batch.id])
    return json(state, 202, Location=f"/v1/batches/{batch.id}")


@router.get("", summary="List batches")
def listed(
    request: Request,
    caller: Reader,
    status: BatchStatus | None = None,
    since: Date | None = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> Response:
    """The batches, the newest first: those of a status, asked for since then."""
    store = store_of(request)
    newest = store.batches.newest(limit + 1, after=time_and_id_of(cursor), status=status, since=since)
    more = _cursor(newest[limit - 1].created_at, newest[limit - 1].id) if len(newest) > limit else None
    counts = store.batches.counts([one.id for one in newest[:limit]])
    return json(BatchStates(batches=[_state(one, counts[one.id]) for one in newest[:limit]], next=more))


@router.get("/{batch_id}", summary="Read a batch's progress")
def read(request: Request, caller: Reader, batch_id: str) -> Response:
    """How far it is: how many of its accounts wait, run, are done, failed, or have no audit."""
    store = store_of(request)
    return json(_state(store.batches.get(batch_id), store.batches.counts([batch_id])[batch_id]))


@router.get("/{batch_id}/rows", summary="Read a batch's results")
def rows(
    request: Request,
    caller: Reader,
    batch_id: str,
    status: RowStatus | None = None,
    cursor: str | None = None,
    limit: Limit = 200,
) -> Response:
    """The accounts in the order of the list with what their audits say so far. `status`: those alone.

    With `Accept: text/csv` all of them as a file.
    """
    store = store_of(request)
    if CSV in request.headers.get("accept", ""):
        store.batches.get(batch_id)
        return StreamingResponse(
            _exported(store, batch_id, status), headers=_attachment(batch_id, "rows"), media_type=CSV
        )
    page = store.batches.rows(batch_id, first=place_of(cursor), limit=limit + 1, status=status)
    more = _cursor(page[limit].place) if len(page) > limit else None
    return json(BatchRows(rows=[_result(one) for one in page[:limit]], next=more), Vary="Accept")


@router.get("/{batch_id}/table", summary="Read a batch as a league table")
def table(request: Request, caller: Reader, batch_id: str) -> Response:
    """Its accounts ranked by their genuine followers, as far as their audits are; JSON, or CSV as `Accept` says."""
    store, now = store_of(request), services_of(request).now()
    ranking_table = batches.table(store, store.batches.get(batch_id), now=now)
    if CSV in request.headers.get("accept", ""):
        text = league_report.render(ranking_table, form="csv")
        return Response(text, headers=_attachment(batch_id, "table"), media_type=CSV)
    return json(ranking_table, Vary="Accept")


@router.delete("/{batch_id}", summary="Cancel a batch")
def cancel(request: Request, caller: Auditor, batch_id: str) -> Response:
    """Begin no more of its audits, and end those that are going on; what is done stays. The batch as it is then.

    Of one that has ended nothing changes.
    """
    store = store_of(request)
    job_queue_of(request).cancel_batch(batch_id, tenant=caller.tenant)
    return json(_state(store.batches.get(batch_id), store.batches.counts([batch_id])[batch_id]))


def _entrant(one: str | BatchAccount) -> Entrant:
    if isinstance(one, str):
        return Entrant(account=one)
    return Entrant(one.account, one.name, one.declared, one.declared_at_least, one.posts, one.reactions)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("the body is no UTF-8 text", "Save it as a CSV file in UTF-8.") from None


def _state(batch: Batch, counts: dict[RowStatus, int]) -> BatchState:
    return BatchState(
        id=batch.id,
        status=batch.status,
        created_at=batch.created_at,
        created_by=batch.created_by,
        finished_at=batch.finished_at,
        accounts=batch.size,
        counts=BatchCounts(**counts),
        settings=batches.settings_of(batch),
        reason=batch.reason,
    )


def _result(row: BatchRow) -> BatchResult:
    audit, entrant = row.audit, row.entrant
    share = None if audit is None or audit.share is None else reached(audit, audit.share)
    return BatchResult(
        place=row.place,
        account=entrant.account,
        name=entrant.name,
        declared=entrant.declared,
        status=row.status,
        audit=row.audit_id,
        share=share,
        reason=row.reason or (None if audit is None else audit.error),
    )


def _exported(store: Store, batch_id: str, status: RowStatus | None) -> Iterator[str]:
    yield _lines([COLUMNS])
    rows = (one for one in batches.rows_of(store, batch_id) if status in (None, one.status))
    while some := [_result(one) for one in islice(rows, _AT_ONCE)]:
        yield rows_csv(some)


def rows_csv(results: Sequence[BatchResult]) -> str:
    """Accounts as rows of CSV, of which no cell is a formula."""
    written = []
    for one in results:
        share = ("", "", "") if one.share is None else (one.share.estimate, one.share.low, one.share.high)
        written.append(
            (one.place, one.account, one.name, one.declared, one.status, one.audit, *share, one.reason)
        )
    return _lines([tuple(cell(v) if isinstance(v, str) else v for v in row) for row in written])


def _lines(written: Sequence[tuple[Any, ...]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(written)
    return text.getvalue()


def _attachment(batch_id: str, what: str) -> dict[str, str]:
    name = "".join(letter for letter in batch_id if letter.isalnum() or letter == "-")[:64]
    return {"Content-Disposition": f'attachment; filename="batch-{name}-{what}.csv"', "Vary": "Accept"}


def _cursor(*parts: Any) -> str:
    return cursor(*parts)
