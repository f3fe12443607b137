"""Watches in a store: accounts audited again on a schedule, their runs, and what changed from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Engine, and_, delete, func, insert, or_, select, update

from zombiescope.compare import Change
from zombiescope.domain import Audit, Point, learn
from zombiescope.storage.account_key import account_key
from zombiescope.storage.database_errors import speaking
from zombiescope.storage.stored import NoSuchAudit
from zombiescope.storage.tables import AUDITS, WATCH_RUNS, WATCHES
from zombiescope.storage.tenancy import DEFAULT, owned
from zombiescope.storage.webhooks import emit

__all__ = ["NoSuchWatch", "RunState", "Watch", "WatchRun", "WatchState", "Watches", "place_run"]

WatchState = Literal["active", "paused"]
RunState = Literal["begun", "ended", "none"]
_GOING = ("queued", "running")
_NEWEST = (WATCHES.c.created_at.desc(), WATCHES.c.id.desc())

learn(Change)


class NoSuchWatch(NoSuchAudit):
    """The tenant has no watch of that id."""

    advice = "See /v1/watches, or `zombiescope watch list`."


@dataclass(frozen=True)
class Watch:
    """An account audited again on a schedule.

    schedule: as in a crontab, in UTC. settings: what is asked each time, as JSON. money: US dollars agreed to for each
    audit. reason: why it is paused, where no client paused it. next_at: when it is due.
    """

    id: str
    tenant: str
    created_by: str
    created_at: datetime
    account: str
    schedule: str
    settings: bytes
    next_at: datetime
    money: float = 0.0
    key_sha256: str | None = None
    state: WatchState = "active"
    reason: str | None = None


@dataclass(frozen=True)
class WatchRun:
    """One time that a watch was due. audit: without its followers, None where there is none or it was deleted.

    change: since the run before that has an answer. alerts: what of it is worth a word. reason: why there is no
    audit, or no change. point: the run as it was found, which outlives its audit; None before it was compared.
    """

    watch_id: str
    number: int
    at: datetime
    state: RunState
    audit_id: str | None
    audit: Audit | None
    change: Change | None
    alerts: tuple[str, ...]
    reason: str | None
    point: Point | None = None


class Watches:
    """The watches of one tenant; tenant None: of all of them."""

    def __init__(self, engine: Engine, where: str, tenant: str | None = None) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where
        self._tenant, self._mine = tenant or DEFAULT, owned(WATCHES.c.tenant, tenant)

    def add(self, watch: Watch, *, most: int) -> bool:
        """Store a watch of the tenant that it names; False, and nothing is stored, where that has `most` already."""
        count = select(func.count()).select_from(WATCHES).where(WATCHES.c.tenant == watch.tenant)
        with speaking(self._where), self._writes.begin() as connection:
            if connection.execute(count).scalar_one() >= most:
                return False
            connection.execute(
                insert(WATCHES).values(
                    id=watch.id,
                    tenant=watch.tenant,
                    created_by=watch.created_by,
                    key_sha256=watch.key_sha256,
                    created_at=watch.created_at,
                    account=watch.account,
                    account_key=account_key(watch.account),
                    schedule=watch.schedule,
                    settings=watch.settings.decode(),
                    money=watch.money,
                    state=watch.state,
                    reason=watch.reason,
                    next_at=watch.next_at,
                )
            )
        return True

    def get(self, watch_id: str) -> Watch:
        """A watch. Raises NoSuchWatch."""
        watches = self._watches(WATCHES.c.id == watch_id)
        if not watches:
            raise NoSuchWatch(f"there is no watch {watch_id!r}")
        return watches[0]

    def newest(
        self,
        limit: int,
        *,
        after: tuple[datetime, str] | None = None,
        state: WatchState | None = None,
        account: str | None = None,
    ) -> list[Watch]:
        """The newest watches first; with `after`, only those older than that (created_at, id).

        state, account: those alone; an account is compared as `account_key` has it.
        """
        row = WATCHES.c
        where: list[Any] = []
        if after is not None:
            when, last = after
            where.append(or_(row.created_at < when, and_(row.created_at == when, row.id < last)))
        if state is not None:
            where.append(row.state == state)
        if account is not None:
            where.append(row.account_key == account_key(account))
        return self._watches(*where, limit=limit)

    def due(self, now: datetime, limit: int) -> list[Watch]:
        """Active watches whose time has come."""
        row = WATCHES.c
        return self._watches(
            row.state == "active", row.next_at <= now, order=(row.next_at, row.id), limit=limit
        )

    def pause(self, watch_id: str, *, reason: str | None = None, now: datetime | None = None) -> None:
        """Let it rest; with a reason, webhooks are told. Raises NoSuchWatch."""
        mine = update(WATCHES).where(WATCHES.c.id == watch_id, self._mine)
        with speaking(self._where), self._writes.begin() as connection:
            tenant = connection.execute(
                select(WATCHES.c.tenant).where(WATCHES.c.id == watch_id, self._mine)
            ).scalar()
            if tenant is None:
                raise NoSuchWatch(f"there is no watch {watch_id!r}")
            active = mine.where(WATCHES.c.state == "active").values(state="paused", reason=reason)
            if connection.execute(active).rowcount == 1 and reason is not None:
                emit(connection, tenant, "watch.paused", {"watch": watch_id, "reason": reason}, now)

    def resume(self, watch_id: str, next_at: datetime) -> None:
        """Have it due at a time again. Raises NoSuchWatch."""
        mine = update(WATCHES).where(WATCHES.c.id == watch_id, self._mine)
        with speaking(self._where), self._writes.begin() as connection:
            if connection.execute(mine.values(state="active", reason=None, next_at=next_at)).rowcount != 1:
                raise NoSuchWatch(f"there is no watch {watch_id!r}")

    def remove(self, watch_id: str) -> None:
        """Delete a watch and its runs; their audits stay. Raises NoSuchWatch."""
        with speaking(self._where), self._writes.begin() as connection:
            gone = delete(WATCHES).where(WATCHES.c.id == watch_id, self._mine)
            if connection.execute(gone).rowcount != 1:
                raise NoSuchWatch(f"there is no watch {watch_id!r}")

    def runs(self, watch_id: str, limit: int | None = None, *, before: int | None = None) -> list[WatchRun]:
        """The runs of a watch, the newest first. before: only those with a smaller number. Raises NoSuchWatch."""
        self.get(watch_id)
        row = WATCH_RUNS.c
        where = [row.watch_id == watch_id, *([] if before is None else [row.number < before])]
        return self._runs(*where, order=row.number.desc(), limit=limit)

    def to_compare(self, limit: int) -> list[WatchRun]:
        """Runs whose audit has ended, and that were not compared with the one before yet."""
        row = WATCH_RUNS.c
        ended = or_(AUDITS.c.status.notin_(_GOING), AUDITS.c.id.is_(None))
        return self._runs(row.state == "begun", ended, order=row.at, limit=limit)

    def is_busy(self, watch_id: str) -> bool:
        """Whether an audit of it goes on, or was not compared yet."""
        query = select(WATCH_RUNS.c.number).where(
            WATCH_RUNS.c.watch_id == watch_id, WATCH_RUNS.c.state == "begun"
        )
        with speaking(self._where), self._reads.connect() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def put_off(self, watch: Watch, next_at: datetime, *, reason: str | None = None) -> bool:
        """Have a due watch wait for its next time; with a reason, as a run without an audit.

        False where another worker was first.
        """
        with speaking(self._where), self._writes.begin() as connection:
            if not _move_on(connection, watch, next_at):
                return False
            if reason is not None:
                _add_run(connection, watch, state="none", reason=reason)
            return True

    def compared(
        self,
        run: WatchRun,
        *,
        change: Change | None,
        alerts: tuple[str, ...],
        reason: str | None,
        now: datetime,
        point: Point | None = None,
    ) -> bool:
        """Write what was found and what changed, and have the tenant's webhooks told of alerts.

        False where another worker was first.
        """
        row = WATCH_RUNS.c
        mine = update(WATCH_RUNS).where(
            row.watch_id == run.watch_id, row.number == run.number, row.state == "begun"
        )
        written = None if change is None else msgspec.json.encode(change).decode()
        with speaking(self._where), self._writes.begin() as connection:
            values = {
                "state": "ended",
                "change": written,
                "alerts": " ".join(alerts),
                "reason": reason,
                "point": None if point is None else msgspec.json.encode(point).decode(),
            }
            if connection.execute(mine.values(**values)).rowcount != 1:
                return False
            tenant = connection.execute(select(WATCHES.c.tenant).where(WATCHES.c.id == run.watch_id)).scalar()
            if alerts and tenant is not None:
                data = {
                    "watch": run.watch_id,
                    "run": run.number,
                    "audit": run.audit_id,
                    "alerts": alerts,
                    "change": None if change is None else change.share,
                }
                emit(connection, tenant, "watch.alert", data, now)
            return True

    def _watches(
        self, *where: Any, order: tuple[Any, ...] = _NEWEST, limit: int | None = None
    ) -> list[Watch]:
        query = select(WATCHES).where(self._mine, *where).order_by(*order).limit(limit)
        with speaking(self._where), self._reads.connect() as connection:
            return [
                Watch(
                    id=one.id,
                    tenant=one.tenant,
                    created_by=one.created_by,
                    created_at=one.created_at,
                    account=one.account,
                    schedule=one.schedule,
                    settings=one.settings.encode(),
                    next_at=one.next_at,
                    money=one.money,
                    key_sha256=one.key_sha256,
                    state=one.state,
                    reason=one.reason,
                )
                for one in connection.execute(query)
            ]

    def _runs(self, *where: Any, order: Any, limit: int | None) -> list[WatchRun]:
        query = (
            select(WATCH_RUNS, AUDITS.c.audit)
            .select_from(WATCH_RUNS.outerjoin(AUDITS, AUDITS.c.id == WATCH_RUNS.c.audit_id))
            .where(*where)
            .order_by(order)
            .limit(limit)
        )
        with speaking(self._where), self._reads.connect() as connection:
            return [
                WatchRun(
                    one.watch_id,
                    one.number,
                    one.at,
                    one.state,
                    one.audit_id,
                    None if one.audit is None else msgspec.json.decode(one.audit, type=Audit),
                    None if one.change is None else msgspec.json.decode(one.change, type=Change),
                    tuple(one.alerts.split()),
                    one.reason,
                    None if one.point is None else msgspec.json.decode(one.point, type=Point),
                )
                for one in connection.execute(query)
            ]


def place_run(connection: Connection, watch: Watch, next_at: datetime, audit_id: str) -> bool:
    """Give a due watch its audit and move it on to its next time, in the transaction that begins the audit.

    False, and nothing is written, where another worker was first.
    """
    if not _move_on(connection, watch, next_at):
        return False
    _add_run(connection, watch, state="begun", audit_id=audit_id)
    return True


def _move_on(connection: Connection, watch: Watch, next_at: datetime) -> bool:
    row = WATCHES.c
    due = update(WATCHES).where(row.id == watch.id, row.state == "active", row.next_at == watch.next_at)
    return connection.execute(due.values(next_at=next_at)).rowcount == 1


def _add_run(connection: Connection, watch: Watch, **values: Any) -> None:
    last = select(func.coalesce(func.max(WATCH_RUNS.c.number), 0)).where(WATCH_RUNS.c.watch_id == watch.id)
    number = int(connection.execute(last).scalar_one()) + 1
    connection.execute(
        insert(WATCH_RUNS).values(watch_id=watch.id, number=number, at=watch.next_at, alerts="", **values)
    )
