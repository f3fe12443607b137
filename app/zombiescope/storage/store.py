"""The store: one database, its parts by name, and what is deleted across all of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import Connection, Engine, delete, exists, text, update

from zombiescope.errors import StorageError
from zombiescope.storage.account_key import account_key
from zombiescope.storage.api_keys import Keys
from zombiescope.storage.audits import Audits
from zombiescope.storage.batches import Batches
from zombiescope.storage.counters import Counters
from zombiescope.storage.database import connect, name
from zombiescope.storage.database_errors import speaking
from zombiescope.storage.idempotency import Idempotency
from zombiescope.storage.job_leases import Claims
from zombiescope.storage.labels import LabelStore
from zombiescope.storage.model_files import ModelFiles
from zombiescope.storage.pages import Pages
from zombiescope.storage.tables import (
    AUDITS,
    BATCH_ROWS,
    BATCHES,
    COUNTERS,
    DELIVERIES,
    IDEMPOTENCY,
    META,
    PAGES,
    SESSIONS,
    SPENDING,
    TRAIL,
    WATCHES,
)
from zombiescope.storage.trail import Trail
from zombiescope.storage.training_jobs import Models
from zombiescope.storage.watches import Watches
from zombiescope.storage.webhooks import Webhooks
from zombiescope.storage.workers import Workers

__all__ = ["Forgotten", "Store", "opened"]

REMEMBERED = timedelta(days=1)  # how long an idempotency key is
TRAIL_DAYS = timedelta(days=400)  # how long the audit trail goes back: a year and the time to look at it
LOG_DAYS = timedelta(days=30)  # how long the log of what was sent to webhooks goes back
_READ_THROUGH = 256 * 2**20  # bytes
_CHECKED_FOR = 60.0  # seconds


@dataclass(frozen=True)
class Forgotten:
    """How much was deleted."""

    audits: int
    pages: int


class Store:
    """All that is stored: of one tenant, or of all of them.

    tenant: whose rows are seen and written; None: those of all tenants, for workers and for the operator, where a new
    row is `default`'s. What erases (`forget`, `expire`, `sweep`) and workers, claims and counters are of all tenants.
    Methods may be called from any thread. What writes does so whole or not at all, and raises StorageError
    where the database fails.
    """

    def __init__(self, engine: Engine, where: str, tenant: str | None = None) -> None:
        self._engine, self.where, self.tenant = engine, where, tenant
        self._checked_until = 0.0
        self._views: dict[str, Store] = {}
        self.audits = Audits(engine, where, tenant)
        self.labels = LabelStore(engine, where, tenant)
        self.pages = Pages(engine, where, tenant)
        self.keys = Keys(engine, where, tenant)
        self.idempotency = Idempotency(engine, where)
        self.claims = Claims(engine, where)
        self.workers = Workers(engine, where)
        self.models = Models(engine, where, tenant)
        self.batches = Batches(engine, where, tenant)
        self.watches = Watches(engine, where, tenant)
        self.webhooks = Webhooks(engine, where, tenant)
        self.model_files = ModelFiles(engine, where, tenant)
        self.counters = Counters(engine, where)
        self.trail = Trail(engine, where, tenant)

    def of(self, tenant: str) -> Store:
        """The same database, of one tenant alone. Closing either closes both."""
        if tenant not in self._views:
            self._views[tenant] = Store(self._engine, self.where, tenant)
        return self._views[tenant]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ping(self) -> None:
        """Raises StorageError where the database does not answer."""
        with speaking(self.where), self._engine.connect() as connection:
            connection.execute(text("SELECT version_num FROM alembic_version"))

    def check(self) -> None:
        """Raises StorageError where the database cannot be read and written, or SQLite's file is damaged.

        A file of up to 256 MiB is read through for damage, at most once a minute.
        """
        with speaking(self.where), self._engine.execution_options(writes=True).connect() as connection:
            # Written as it is and rolled back: a file or a server that may only be read refuses this.
            connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
            connection.rollback()
        if self._engine.dialect.name != "sqlite" or time.monotonic() < self._checked_until:
            return
        with speaking(self.where), self._engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            size = pages * connection.exec_driver_sql("PRAGMA page_size").scalar_one()
            damage = (
                None if size > _READ_THROUGH else connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
            )
        if damage not in (None, "ok"):
            raise StorageError(
                f"{self.where}: the database is damaged", "Restore it from a backup, or move the file away."
            )
        self._checked_until = time.monotonic() + _CHECKED_FOR

    def forget(self, account: str) -> Forgotten:
        """Delete an account's audits, samples, labels, pages and watches for good, those of all tenants.

        account: as it was typed.

        Of SQLite's file the bytes are overwritten; PostgreSQL's are free for reuse after a VACUUM.
        """
        key = account_key(account)
        self._blank_rows(key)
        with speaking(self.where), self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(delete(WATCHES).where(WATCHES.c.account_key == key))
        return self._delete(AUDITS.c.account_key == key, PAGES.c.account_key == key)

    def expire(self, keep_days: float, now: datetime) -> Forgotten:
        """Delete as `forget` does: audits and pages older than `keep_days`, and what ends by itself (`sweep`)."""
        self.sweep(now)
        before = now - timedelta(days=keep_days)
        ended = (BATCHES.c.status != "running", BATCHES.c.created_at < before)
        with speaking(self.where), self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(delete(BATCHES).where(*ended))
        return self._delete(AUDITS.c.created_at < before, PAGES.c.fetched_at < before)

    def sweep(self, now: datetime) -> None:
        """End batches whose command was killed; delete sessions that have ended, idempotency keys older than a day,
        counters whose window has ended, what was sent to webhooks more than `LOG_DAYS` ago, and entries of spending
        and of the audit trail older than `TRAIL_DAYS`."""
        with speaking(self.where), self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at <= now))
            connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.created_at < now - REMEMBERED))
            connection.execute(_interrupted(now))
            connection.execute(delete(COUNTERS).where(COUNTERS.c.ends_at <= now.timestamp()))
            connection.execute(delete(DELIVERIES).where(DELIVERIES.c.created_at < now - LOG_DAYS))
            connection.execute(delete(TRAIL).where(TRAIL.c.at < now - TRAIL_DAYS))
            connection.execute(delete(SPENDING).where(SPENDING.c.at < now - TRAIL_DAYS))

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _blank_rows(self, key: str) -> None:
        """Take an account out of the batches that have it; its row stays and says that it was deleted."""
        blank = {
            **dict.fromkeys(("account", "account_key", "name"), ""),
            **dict.fromkeys(("declared", "posts", "reactions", "audit_id")),
            "at_least": False,
            "state": "none",
            "reason": "what was stored of this account was deleted",
        }
        with speaking(self.where), self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(update(BATCH_ROWS).where(BATCH_ROWS.c.account_key == key).values(**blank))

    def _delete(self, audits: Any, pages: Any) -> Forgotten:
        with speaking(self.where), self._engine.execution_options(writes=True).begin() as connection:
            gone = Forgotten(
                connection.execute(delete(AUDITS).where(audits)).rowcount,
                connection.execute(delete(PAGES).where(pages)).rowcount,
            )
        if gone.audits or gone.pages:
            self._erase()
        return gone

    def _erase(self) -> None:
        """See that what was deleted is nowhere in the database's files any more."""
        with speaking(self.where), self._engine.connect() as connection:
            plain = connection.execution_options(isolation_level="AUTOCOMMIT")
            if self._engine.dialect.name == "sqlite":
                _empty_log(plain, self.where)
            else:
                for table in META.sorted_tables:
                    plain.execute(text(f'VACUUM "{table.name}"'))


def _empty_log(connection: Connection, where: str) -> None:
    """Deleted rows are overwritten in the file (secure_delete), but the write-ahead log still has them."""
    busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
    if busy:
        raise StorageError(
            f"{where}: deleted, but another process still reads, so the bytes are in {where}-wal",
            "Run it again when that process has finished.",
        )


def _interrupted(now: datetime) -> Any:
    """End batches that a command was to audit itself, and that it left two days ago."""
    of_batch = BATCH_ROWS.c.batch_id == BATCHES.c.id
    left = exists().where(of_batch, BATCH_ROWS.c.state == "begun", BATCH_ROWS.c.audit_id.is_(None))
    waits = exists().where(of_batch, BATCH_ROWS.c.state == "waiting")
    return (
        update(BATCHES)
        .where(BATCHES.c.status == "running", BATCHES.c.created_at < now - timedelta(days=2), left, ~waits)
        .values(status="cancelled", finished_at=now, reason="the command was interrupted")
    )


def opened(url: str) -> Store:
    """The store at a database URL, made or moved to the newest form where need be.

    Raises StorageError for a database that cannot be reached, used, or is newer than this program.
    """
    return Store(connect(url), name(url))
