"""Audits in a store: kept, listed, found again, moved from queued to done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from zombiescope.domain import Audit, FollowerScore, Status
from zombiescope.sources.base import Listing
from zombiescope.storage import codec
from zombiescope.storage.account_key import account_key
from zombiescope.storage.batches import place_row
from zombiescope.storage.database_errors import speaking
from zombiescope.storage.quotas import Requester, book, hold_to, settle
from zombiescope.storage.stored import NoSuchAudit, StoredAudit, Summary, Unfinished
from zombiescope.storage.tables import AUDITS, FEATURES, SAMPLES, SCORES, UPLOADS
from zombiescope.storage.tenancy import DEFAULT, owned
from zombiescope.storage.watches import Watch, place_run
from zombiescope.storage.webhooks import emit

__all__ = ["GOING", "Audits", "BatchPlace", "WatchPlace", "move"]

GOING: tuple[Status, ...] = ("queued", "running")
_COUNTING = 0x2ED1  # of PostgreSQL's advisory lock while audits are counted and one more begins
_NOTHING: Mapping[str, Any] = {}


class BatchPlace(NamedTuple):
    """A row of a batch."""

    batch_id: str
    place: int


class WatchPlace(NamedTuple):
    """A watch that is due, and when it is due again."""

    watch: Watch
    next_at: datetime


class Audits:
    """The audits of one tenant; tenant None: of all of them, where a new one is `default`'s."""

    def __init__(self, engine: Engine, where: str, tenant: str | None = None) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where
        self._mine = owned(AUDITS.c.tenant, tenant)
        self._tenant = tenant or DEFAULT

    def begin(
        self,
        audit: Audit,
        *,
        account: str,
        request: bytes,
        model: str | None = None,
        money: float = 0.0,
        origin: str | None = None,
        upload: Listing | None = None,
        most: int | None = None,
        by: Requester | None = None,
        row: BatchPlace | None = None,
        run: WatchPlace | None = None,
    ) -> bool:
        """Keep an audit that is only asked for; False, and nothing is kept, where `most` are going on already.

        row: of the batch that it belongs to, run: of the watch; False too where that was begun already or must not be
        any more.
        by: the key that asks for it, None: nobody whose quotas count. Raises QuotaExceeded.

        account: as typed. request: what was asked, as JSON. model: NAME-VERSION to score with. money: US dollars
        agreed to. origin: the audit whose sample is to be scored again. upload: the list, where a client sent it.
        """
        extra = {"model": model, "money": money, "origin": origin, "created_by": by.name if by else None}
        with speaking(self._where), self._writes.begin() as connection:
            if (most is not None or by is not None) and connection.dialect.name == "postgresql":
                # SQLite's transaction has the write lock already.
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _COUNTING})
            if most is not None and _crowded(connection, most):
                return False
            if row is not None and not place_row(connection, row.batch_id, row.place, audit.id, money):
                connection.rollback()
                return False
            if run is not None and not place_run(connection, run.watch, run.next_at, audit.id):
                connection.rollback()
                return False
            if by is not None:
                hold_to(connection, by, money, audit.created_at)
                book(connection, by, audit.id, money, audit.created_at)
            _insert(connection, self._tenant, audit, account, request, extra)
            if upload is not None:
                listing, records = codec.listing_parts(upload)
                connection.execute(
                    insert(UPLOADS).values(audit_id=audit.id, listing=listing, records=records)
                )
            return True

    def keep(self, stored: StoredAudit, *, account: str, request: bytes) -> None:
        """Keep a done audit and all it was made of."""
        with speaking(self._where), self._writes.begin() as connection:
            _insert(connection, self._tenant, stored.audit, account, request)
            _insert_parts(connection, stored)

    def move(self, audit: Audit, run: str | None = None) -> bool:
        """Write the new state of an audit that is going on; False where it was ended or deleted meanwhile.

        run: whose state it is (`Claims.claim`); False too where another run has taken the audit over.
        """
        with speaking(self._where), self._writes.begin() as connection:
            return move(connection, audit, run, self._mine)

    def finish(self, stored: StoredAudit, run: str | None = None) -> bool:
        """Write the answer of an audit that is going on; False as `move`."""
        with speaking(self._where), self._writes.begin() as connection:
            if not move(connection, stored.audit, run, self._mine):
                return False
            _insert_parts(connection, stored)
            return True

    def replace(self, stored: StoredAudit) -> None:
        """Write a done audit anew, estimated again with labels."""
        audit_id = stored.audit.id
        with speaking(self._where), self._writes.begin() as connection:
            mine = update(AUDITS).where(AUDITS.c.id == audit_id, self._mine)
            if connection.execute(mine.values(**_state(stored.audit))).rowcount != 1:
                return
            connection.execute(
                update(SCORES).where(SCORES.c.audit_id == audit_id).values(followers=_followers(stored))
            )

    def get(self, audit_id: str) -> Audit:
        """An audit without its followers. Raises NoSuchAudit."""
        return msgspec.json.decode(self._text(AUDITS.c.audit, audit_id), type=Audit)

    def json(self, audit_id: str) -> str:
        """An audit without its followers as it is stored: JSON, perhaps of an older schema. Raises NoSuchAudit."""
        return self._text(AUDITS.c.audit, audit_id)

    def request(self, audit_id: str) -> bytes:
        """What was asked for, as JSON. Raises NoSuchAudit."""
        return self._text(AUDITS.c.request, audit_id).encode()

    def followers(self, audit_id: str) -> tuple[FollowerScore, ...]:
        """The scored followers. Raises NoSuchAudit, or Unfinished."""
        with speaking(self._where), self._reads.connect() as connection:
            blob = connection.execute(
                select(SCORES.c.followers)
                .join(AUDITS, AUDITS.c.id == SCORES.c.audit_id)
                .where(SCORES.c.audit_id == audit_id, self._mine)
            ).scalar()
        if blob is None:
            raise self._unfinished(audit_id)
        return codec.followers(codec.unpack(blob))

    def stored_audit(self, audit_id: str) -> StoredAudit:
        """A done audit with all it was made of. Raises NoSuchAudit, or Unfinished."""
        query = (
            select(
                AUDITS.c.audit, SAMPLES.c.records, SAMPLES.c.templates, SCORES.c.followers, FEATURES.c.matrix
            )
            .join(SAMPLES, SAMPLES.c.audit_id == AUDITS.c.id)
            .join(SCORES, SCORES.c.audit_id == AUDITS.c.id)
            .join(FEATURES, FEATURES.c.audit_id == AUDITS.c.id)
            .where(AUDITS.c.id == audit_id, self._mine)
        )
        with speaking(self._where), self._reads.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise self._unfinished(audit_id)
        audit, records, templates, followers, matrix = row
        scores = codec.unpack(followers)
        return StoredAudit(
            msgspec.structs.replace(
                msgspec.json.decode(audit, type=Audit), followers=codec.followers(scores)
            ),
            codec.unpack(records),
            codec.scored(scores),
            *codec.templates(codec.unpack(templates)),
            codec.matrix(codec.unpack(matrix)),
        )

    def newest(
        self,
        limit: int,
        *,
        after: tuple[datetime, str] | None = None,
        status: Status | None = None,
        account: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Summary]:
        """The newest audits first; with `after`, only those older than that (created_at, id).

        status, account: those alone; an account is compared as `account_key` has it. since, until: those asked for in
        [since, until).
        """
        columns = AUDITS.c
        query = (
            select(columns.id, columns.account, columns.status, columns.created_at, columns.finished_at)
            .where(self._mine)
            .order_by(columns.created_at.desc(), columns.id.desc())
            .limit(limit)
        )
        if after is not None:
            when, last = after
            query = query.where(
                or_(columns.created_at < when, and_(columns.created_at == when, columns.id < last))
            )
        if status is not None:
            query = query.where(columns.status == status)
        if account is not None:
            query = query.where(columns.account_key == account_key(account))
        if since is not None:
            query = query.where(columns.created_at >= since)
        if until is not None:
            query = query.where(columns.created_at < until)
        with speaking(self._where), self._reads.connect() as connection:
            return [Summary(*row) for row in connection.execute(query)]

    def states(self) -> dict[Status, int]:
        """How many audits there are in each state; a state without any is left out."""
        query = select(AUDITS.c.status, func.count()).where(self._mine).group_by(AUDITS.c.status)
        with speaking(self._where), self._reads.connect() as connection:
            return {cast(Status, status): int(count) for status, count in connection.execute(query)}

    def oldest_queued(self) -> datetime | None:
        """When the audit was asked for that waits longest; None where none waits."""
        query = (
            select(AUDITS.c.created_at)
            .where(AUDITS.c.status == "queued", self._mine)
            .order_by(AUDITS.c.created_at)
            .limit(1)
        )
        with speaking(self._where), self._reads.connect() as connection:
            created_at: datetime | None = connection.execute(query).scalar()
        return created_at

    def find(self, named: str) -> str:
        """The id that a person means: an id, the beginning of one, or "last". Raises NoSuchAudit."""
        if named == "last":
            newest = self.newest(1)
            if not newest:
                raise NoSuchAudit("no audit is kept yet", "Run `zombiescope audit ACCOUNT` first.")
            return newest[0].id
        query = (
            select(AUDITS.c.id)
            .where(AUDITS.c.id.startswith(named, autoescape=True), self._mine)
            .order_by(AUDITS.c.id)
        )
        with speaking(self._where), self._reads.connect() as connection:
            ids = [cast(str, i) for i in connection.execute(query.limit(2)).scalars()] if named else []
        if ids and (ids[0] == named or len(ids) == 1):
            return ids[0]
        raise NoSuchAudit(
            f"several audits begin with {named!r}" if ids else f"there is no audit {named!r}",
            'Give an audit\'s id, the beginning of one, or "last".',
        )

    def cancel(self, audit_id: str, now: datetime) -> Audit:
        """End an audit that is going on, and the audit as it is then. Raises NoSuchAudit."""
        audit = self.get(audit_id)
        if audit.status in GOING:
            self.move(msgspec.structs.replace(audit, status="cancelled", finished_at=now))
            audit = self.get(audit_id)
        return audit

    def _text(self, column: Any, audit_id: str) -> str:
        with speaking(self._where), self._reads.connect() as connection:
            text = connection.execute(select(column).where(AUDITS.c.id == audit_id, self._mine)).scalar()
        if text is None:
            raise NoSuchAudit(f"there is no audit {audit_id!r}")
        return cast(str, text)

    def _unfinished(self, audit_id: str) -> Unfinished:
        return Unfinished(f"audit {audit_id} is {self.get(audit_id).status}, so it has no answer")


def _crowded(connection: Connection, most: int) -> bool:
    going = select(func.count()).select_from(AUDITS).where(AUDITS.c.status.in_(GOING))
    return bool(connection.execute(going).scalar_one() >= most)


def _insert(
    connection: Connection,
    tenant: str,
    audit: Audit,
    account: str,
    request: bytes,
    extra: Mapping[str, Any] = _NOTHING,
) -> None:
    connection.execute(
        insert(AUDITS).values(
            id=audit.id,
            tenant=tenant,
            account=account,
            account_key=account_key(account),
            request=request.decode(),
            created_at=audit.created_at,
            **_state(audit),
            **extra,
        )
    )


def _insert_parts(connection: Connection, stored: StoredAudit) -> None:
    audit_id = stored.audit.id
    templates = codec.pack(codec.templates_table(stored.templates, stored.reference))
    connection.execute(
        insert(SAMPLES).values(audit_id=audit_id, records=codec.pack(stored.rows), templates=templates)
    )
    connection.execute(insert(SCORES).values(audit_id=audit_id, followers=_followers(stored)))
    if stored.features is not None:
        connection.execute(
            insert(FEATURES).values(
                audit_id=audit_id, matrix=codec.pack(codec.features_table(stored.features))
            )
        )


def _followers(stored: StoredAudit) -> bytes:
    return codec.pack(codec.scores_table(stored.audit.followers or (), stored.scored))


def move(connection: Connection, audit: Audit, run: str | None, mine: ColumnElement[bool]) -> bool:
    """Write the new state of an audit that is going on, where it is still this run's.

    Where it has ended, a list it came with is deleted, and what it cost is settled.
    """
    going = update(AUDITS).where(AUDITS.c.id == audit.id, AUDITS.c.status.in_(GOING), mine)
    if run is not None:
        going = going.where(AUDITS.c.worker == run)
    if connection.execute(going.values(**_state(audit))).rowcount != 1:
        return False
    if audit.status not in GOING:
        connection.execute(delete(UPLOADS).where(UPLOADS.c.audit_id == audit.id))
        settle(connection, audit)
        _tell(connection, audit)
    return True


def _tell(connection: Connection, ended: Audit) -> None:
    """Have the tenant's webhooks told that an audit has ended. Of whom is not said: the receiver reads the audit."""
    tenant = connection.execute(select(AUDITS.c.tenant).where(AUDITS.c.id == ended.id)).scalar()
    if tenant is not None:
        data = {"audit": ended.id, "status": ended.status}
        emit(connection, tenant, f"audit.{ended.status}", data, ended.finished_at)


def _state(audit: Audit) -> dict[str, Any]:
    bare = msgspec.structs.replace(audit, followers=None)
    return {
        "status": audit.status,
        "audit": msgspec.json.encode(bare).decode(),
        "finished_at": audit.finished_at,
    }
