"""Batches in a store: accounts audited with common settings, how far each is, and which are to be begun next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Engine, and_, case, func, insert, or_, select, update

from zombiescope.domain import Audit, Entrant, Status
from zombiescope.storage.account_key import account_key
from zombiescope.storage.database_errors import speaking
from zombiescope.storage.stored import NoSuchAudit
from zombiescope.storage.tables import AUDITS, BATCH_ROWS, BATCHES
from zombiescope.storage.tenancy import DEFAULT, owned
from zombiescope.storage.webhooks import emit

__all__ = ["Batch", "BatchRow", "BatchStatus", "Batches", "NoSuchBatch", "RowStatus", "place_row"]

BatchStatus = Literal["running", "done", "cancelled"]
# Of a row: that of its audit once it has one; `waiting` before, `no audit` where there will be none.
RowStatus = Literal["waiting", "queued", "running", "done", "failed", "cancelled", "no_audit"]
_GOING = ("queued", "running")
_AT_ONCE = 1000  # rows in one statement
_NOTHING: Mapping[int, str] = {}


class NoSuchBatch(NoSuchAudit):
    """The tenant has no batch of that id."""

    advice = "See /v1/batches."


@dataclass(frozen=True)
class Batch:
    """One batch. settings: what is asked of each account, as JSON. money: US dollars not spoken for yet.

    key_sha256: of the stored key that asked for it. reason: why it was cancelled, where no client did.
    """

    id: str
    tenant: str
    created_by: str
    created_at: datetime
    finished_at: datetime | None
    status: BatchStatus
    settings: bytes
    money: float
    size: int
    key_sha256: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class BatchRow:
    """One account of a batch. audit: without its followers, None before it was begun or once it was deleted."""

    place: int
    entrant: Entrant
    status: RowStatus
    audit_id: str | None
    audit: Audit | None
    reason: str | None


class Batches:
    """The batches of one tenant; tenant None: of all of them, where a new one is `default`'s."""

    def __init__(self, engine: Engine, where: str, tenant: str | None = None) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where
        self._tenant, self._mine = tenant or DEFAULT, owned(BATCHES.c.tenant, tenant)

    def add(
        self,
        batch_id: str,
        entrants: Sequence[Entrant],
        *,
        settings: bytes,
        by: str,
        now: datetime,
        money: float = 0.0,
        key_sha256: str | None = None,
        reasons: Mapping[int, str] = _NOTHING,
        begun: bool = False,
    ) -> None:
        """Store a batch whose rows wait to be begun; those with a reason have no audit, for that reason.

        key_sha256: of the stored key that asks for it, without which no more of it is begun; None: of no stored key.
        begun: the caller begins them itself, and no worker does.
        """
        rows: list[dict[str, Any]] = [
            {
                "batch_id": batch_id,
                "place": place,
                "account": one.account,
                "account_key": account_key(one.account),
                "name": one.name,
                "declared": one.declared,
                "at_least": one.at_least,
                "posts": one.posts,
                "reactions": one.reactions,
                "state": "none" if place in reasons else "begun" if begun else "waiting",
                "reason": reasons.get(place),
            }
            for place, one in enumerate(entrants)
        ]
        with speaking(self._where), self._writes.begin() as connection:
            connection.execute(
                insert(BATCHES).values(
                    id=batch_id,
                    tenant=self._tenant,
                    created_by=by,
                    key_sha256=key_sha256,
                    created_at=now,
                    status="running",
                    settings=settings.decode(),
                    money=money,
                    size=len(rows),
                )
            )
            for first in range(0, len(rows), _AT_ONCE):
                connection.execute(insert(BATCH_ROWS), rows[first : first + _AT_ONCE])

    def get(self, batch_id: str) -> Batch:
        """A batch. Raises NoSuchBatch."""
        batches = self._batches(BATCHES.c.id == batch_id)
        if not batches:
            raise NoSuchBatch(f"there is no batch {batch_id!r}")
        return batches[0]

    def newest(
        self,
        limit: int,
        *,
        after: tuple[datetime, str] | None = None,
        status: BatchStatus | None = None,
        since: datetime | None = None,
    ) -> list[Batch]:
        """The newest batches first; with `after`, only those older than that (created_at, id).

        status: those alone. since: those asked for since then.
        """
        row = BATCHES.c
        where: list[Any] = []
        if after is not None:
            when, last = after
            where.append(or_(row.created_at < when, and_(row.created_at == when, row.id < last)))
        if status is not None:
            where.append(row.status == status)
        if since is not None:
            where.append(row.created_at >= since)
        return self._batches(*where, limit=limit)

    def running(self) -> list[Batch]:
        """Those that have not ended, the oldest first."""
        return self._batches(BATCHES.c.status == "running")[::-1]

    def counts(self, batch_ids: Sequence[str]) -> dict[str, dict[RowStatus, int]]:
        """How many rows of each batch are in each status; a status without any is left out."""
        status, row = _row_status(), BATCH_ROWS.c
        query = (
            select(row.batch_id, status, func.count())
            .select_from(_rows_with_audits())
            .where(row.batch_id.in_(batch_ids))
            .group_by(row.batch_id, status)
        )
        counts: dict[str, dict[RowStatus, int]] = {batch_id: {} for batch_id in batch_ids}
        with speaking(self._where), self._reads.connect() as connection:
            for batch_id, name, count in connection.execute(query):
                counts[batch_id][name] = int(count)
        return counts

    def rows(
        self, batch_id: str, *, first: int = 0, limit: int | None = None, status: RowStatus | None = None
    ) -> list[BatchRow]:
        """The rows from a place on, in the order of the list. Raises NoSuchBatch."""
        self.get(batch_id)
        row, status_of = BATCH_ROWS.c, _row_status()
        query = (
            select(BATCH_ROWS, status_of.label("status"), AUDITS.c.audit)
            .select_from(_rows_with_audits())
            .where(row.batch_id == batch_id, row.place >= first)
            .order_by(row.place)
            .limit(limit)
        )
        if status is not None:
            query = query.where(status_of == status)
        with speaking(self._where), self._reads.connect() as connection:
            return [_row(one) for one in connection.execute(query)]

    def waiting(self, batch_id: str, limit: int) -> list[tuple[int, str]]:
        """The next rows to begin: (place, account)."""
        row = BATCH_ROWS.c
        query = (
            select(row.place, row.account)
            .where(row.batch_id == batch_id, row.state == "waiting")
            .order_by(row.place)
            .limit(limit)
        )
        with speaking(self._where), self._reads.connect() as connection:
            return [(place, account) for place, account in connection.execute(query)]

    def give_up(self, batch_id: str, place: int, reason: str) -> None:
        """Say why an account that waits, or that its caller could not audit, has no audit."""
        row = BATCH_ROWS.c
        one = update(BATCH_ROWS).where(
            row.batch_id == batch_id, row.place == place, row.state.in_(("waiting", "begun"))
        )
        with speaking(self._where), self._writes.begin() as connection:
            connection.execute(one.values(state="none", reason=reason))

    def audited(self, batch_id: str, place: int, audit_id: str) -> None:
        """Say which stored audit is the row's, where the caller began it itself."""
        row = BATCH_ROWS.c
        with speaking(self._where), self._writes.begin() as connection:
            connection.execute(
                update(BATCH_ROWS)
                .where(row.batch_id == batch_id, row.place == place)
                .values(audit_id=audit_id, state="begun")
            )

    def end(self, batch_id: str, now: datetime) -> bool:
        """End a batch of which every row has; whether it did now."""
        row = BATCHES.c
        going = (
            select(BATCH_ROWS.c.place)
            .select_from(_rows_with_audits())
            .where(BATCH_ROWS.c.batch_id == batch_id, _row_status().in_(("waiting", *_GOING)))
        )
        with speaking(self._where), self._writes.begin() as connection:
            if connection.execute(going.limit(1)).first() is not None:
                return False
            running = update(BATCHES).where(row.id == batch_id, row.status == "running")
            if connection.execute(running.values(status="done", finished_at=now)).rowcount != 1:
                return False
            _tell(connection, batch_id, "batch.done", now)
            return True

    def cancel(self, batch_id: str, now: datetime, *, reason: str | None = None) -> list[str]:
        """Begin no more of its rows; the ids of its audits that are going on, for the caller to end.

        Of one that has ended already nothing changes. Raises NoSuchBatch.
        """
        self.get(batch_id)
        batch, row = BATCHES.c, BATCH_ROWS.c
        with speaking(self._where), self._writes.begin() as connection:
            mine = update(BATCHES).where(batch.id == batch_id, self._mine, batch.status == "running")
            ended = mine.values(status="cancelled", finished_at=now, reason=reason)
            if connection.execute(ended).rowcount != 1:
                return []
            _tell(connection, batch_id, "batch.cancelled", now)
            connection.execute(
                update(BATCH_ROWS)
                .where(row.batch_id == batch_id, row.state == "waiting")
                .values(state="cancelled", reason=reason)
            )
            going = (
                select(row.audit_id)
                .select_from(_rows_with_audits())
                .where(row.batch_id == batch_id, AUDITS.c.status.in_(_GOING))
            )
            return [str(audit_id) for audit_id in connection.execute(going).scalars()]

    def _batches(self, *where: Any, limit: int | None = None) -> list[Batch]:
        row = BATCHES.c
        query = select(BATCHES).where(self._mine, *where)
        query = query.order_by(row.created_at.desc(), row.id.desc()).limit(limit)
        with speaking(self._where), self._reads.connect() as connection:
            return [
                Batch(
                    one.id,
                    one.tenant,
                    one.created_by,
                    one.created_at,
                    one.finished_at,
                    one.status,
                    one.settings.encode(),
                    one.money,
                    one.size,
                    one.key_sha256,
                    one.reason,
                )
                for one in connection.execute(query)
            ]


def place_row(connection: Connection, batch_id: str, place: int, audit_id: str, money: float) -> bool:
    """Give a row that waits its audit and speak for `money` of the batch's, in the transaction that begins the audit.

    False, and nothing is written, where another worker was first, the batch has ended, or too little money is left.
    """
    batch, row = BATCHES.c, BATCH_ROWS.c
    spoken_for = update(BATCHES).where(
        batch.id == batch_id, batch.status == "running", batch.money >= money - 1e-9
    )
    if connection.execute(spoken_for.values(money=batch.money - money)).rowcount != 1:
        return False
    mine = update(BATCH_ROWS).where(row.batch_id == batch_id, row.place == place, row.state == "waiting")
    return connection.execute(mine.values(state="begun", audit_id=audit_id)).rowcount == 1


def _tell(connection: Connection, batch_id: str, event: str, now: datetime) -> None:
    tenant = connection.execute(select(BATCHES.c.tenant).where(BATCHES.c.id == batch_id)).scalar()
    if tenant is not None:
        emit(connection, tenant, event, {"batch": batch_id}, now)


def _rows_with_audits() -> Any:
    return BATCH_ROWS.outerjoin(AUDITS, AUDITS.c.id == BATCH_ROWS.c.audit_id)


def _row_status() -> Any:
    """The status of a row as an expression over `_rows_with_audits`."""
    row = BATCH_ROWS.c
    without = case((row.audit_id.is_(None), "waiting"), else_="no_audit")
    return case(
        (row.state == "none", "no_audit"),
        (row.state == "begun", func.coalesce(AUDITS.c.status, without)),
        else_=row.state,
    )


def _row(one: Any) -> BatchRow:
    status: Status | RowStatus = one.status
    gone = one.state == "begun" and one.audit_id is not None and one.audit is None
    return BatchRow(
        one.place,
        Entrant(one.account, one.name, one.declared, one.at_least, one.posts, one.reactions),
        status,
        None if gone else one.audit_id,
        None if one.audit is None else msgspec.json.decode(one.audit, type=Audit),
        "its audit is not stored any more" if gone else one.reason,
    )
