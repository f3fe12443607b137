"""Batches: many accounts audited with common settings; the API, the league table and `zombiescope rank` share this."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from zombiescope.domain import Audit, Entrant, League, learn
from zombiescope.errors import InputError
from zombiescope.storage import Batch, BatchRow, Requester, Store
from zombiescope.usecases.audit_request import AuditRequest
from zombiescope.usecases.ranking import NO_LIST, league

__all__ = ["BatchSettings", "begin", "request_for", "rows_of", "settings_of", "table"]

_AT_ONCE = 500  # rows read at once
_STATES = {
    "waiting": "its audit has not begun",
    "queued": "its audit is waiting",
    "running": "its audit is running",
    "cancelled": "its audit was cancelled",
    "failed": "its audit failed",
}


class BatchSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of each account, as `AuditRequest` has it.

    model: the NAME-VERSION that all are scored with, so that a table has one model whatever is activated meanwhile.
    named: a client named it; else simulated accounts have the model of simulated followers.
    """

    sample: int = 1000
    margin: float | None = None
    claim: float | None = None
    posts: int = 20
    seed: int = 0
    as_of: datetime | None = None
    explain: bool = False
    model: str = ""
    named: bool = False

    def model_for(self, account: str) -> str:
        """The model to score an account with; empty for the one that is chosen by the account."""
        return "" if account.startswith("sample:") and not self.named else self.model


learn(BatchSettings)


def request_for(settings: BatchSettings, account: str) -> AuditRequest:
    """What is asked of one account."""
    return AuditRequest(
        account=account,
        sample=settings.sample,
        margin=settings.margin,
        claim=settings.claim,
        posts=settings.posts,
        seed=settings.seed,
        as_of=settings.as_of,
        explain=settings.explain,
    )


def begin(
    store: Store,
    entrants: Sequence[Entrant],
    settings: BatchSettings,
    *,
    now: datetime,
    requester: Requester,
    batch_id: str | None = None,
    money: float = 0.0,
    key_sha256: str | None = None,
    reasons: Mapping[int, str] | None = None,
    begun: bool = False,
) -> Batch:
    """Store a batch of the tenant's; workers begin its audits, unless the caller does (`begun`).

    reasons: why rows have no audit, by place; those without an account have none either. money: US dollars agreed to
    for all of them together. Raises InputError for no account or a setting that no audit can use, and StorageError.
    """
    if not entrants:
        raise InputError("there is no account to audit", "Name at least one.")
    request_for(settings, "").check()
    without = {place: NO_LIST for place, one in enumerate(entrants) if not one.account}
    batch_id = batch_id or str(uuid.uuid4())
    store.batches.add(
        batch_id,
        entrants,
        settings=msgspec.json.encode(settings),
        by=requester.name,
        now=now,
        money=money,
        key_sha256=key_sha256,
        reasons={**without, **(reasons or {})},
        begun=begun,
    )
    return store.batches.get(batch_id)


def settings_of(batch: Batch) -> BatchSettings:
    """What is asked of each account of a batch."""
    return msgspec.json.decode(batch.settings, type=BatchSettings)


def rows_of(store: Store, batch_id: str) -> Iterator[BatchRow]:
    """All rows in the order of the list, a few hundred in memory at a time. Raises NoSuchBatch."""
    first = 0
    while rows := store.batches.rows(batch_id, first=first, limit=_AT_ONCE):
        yield from rows
        first = rows[-1].place + 1


def table(
    store: Store,
    batch: Batch,
    *,
    now: datetime,
    row_audit: Callable[[BatchRow], Audit] | None = None,
    on_progress: Callable[[int, int], None] = lambda done, of: None,
) -> League:
    """The accounts ranked, as far as their audits are; a row without one says why.

    row_audit: gives a row's audit, where the caller does the audits itself; what it raises of ZombiescopeError
    becomes the row's reason. None: the stored one. on_progress: how many rows are done, of how many.
    """
    settings, give = settings_of(batch), row_audit or _stored
    rows = list(_slim(store, batch.id))
    entrants = [_entrant(row) for row in rows]
    audited = iter([row for row, one in zip(rows, entrants, strict=True) if one.account])
    return league(
        entrants,
        lambda _entrant: give(next(audited)),
        now=now,
        sample=settings.sample,
        seed=settings.seed,
        on_progress=on_progress,
    )


def _entrant(row: BatchRow) -> Entrant:
    """The row's account; one that was deleted has a name all the same, so that it stands in the table."""
    named = row.entrant.account or row.entrant.name
    return row.entrant if named else Entrant(account="(deleted)")


def _slim(store: Store, batch_id: str) -> Iterator[BatchRow]:
    """The rows without what a table does not show: of ten thousand audits it would fill the memory."""
    for row in rows_of(store, batch_id):
        if row.audit is None:
            yield row
        else:
            slim = msgspec.structs.replace(row.audit, evidence=None, drift=None, crowd=None, sensitivity=None)
            yield BatchRow(row.place, row.entrant, row.status, row.audit_id, slim, row.reason)


def _stored(row: BatchRow) -> Audit:
    if row.audit is None or row.status in ("queued", "running"):
        raise InputError(row.reason or _STATES.get(row.status, NO_LIST))
    return row.audit
