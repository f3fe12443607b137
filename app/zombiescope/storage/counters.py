"""Counters of limits by window of time in a store, so that all processes hold clients to them together."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects import postgresql, sqlite

from zombiescope.storage.database_errors import speaking
from zombiescope.storage.tables import COUNTERS

__all__ = ["Counters", "Grant"]


class Grant(NamedTuple):
    """What was given of a limit. left: what nobody was given yet. ends_at: of the window, in Unix seconds."""

    given: int
    left: int
    ends_at: float


class Counters:
    """How much of each limit is used."""

    def __init__(self, engine: Engine, where: str) -> None:
        self._writes, self._where = engine.execution_options(writes=True), where

    def take(self, bucket: str, amount: int, limit: int, *, now: float, ends_at: float) -> Grant:
        """Take `amount` of what is left of `limit`; less, down to 0, where less is left.

        now: Unix seconds. ends_at: of the window that begins now where the last one has ended. The bucket's name is
        stored as a hash: it may hold a client's address.
        """
        row, name = COUNTERS.c, hashlib.sha256(bucket.encode()).hexdigest()
        with speaking(self._where), self._writes.begin() as connection:
            kind = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            connection.execute(
                kind(COUNTERS).values(bucket=name, ends_at=ends_at, used=0).on_conflict_do_nothing()
            )
            query = select(row.used, row.ends_at).where(row.bucket == name).with_for_update()
            used, ends = connection.execute(query).one()
            if ends <= now:
                used, ends = 0, ends_at
            given = max(0, min(amount, limit - used))
            connection.execute(
                update(COUNTERS).where(row.bucket == name).values(used=used + given, ends_at=ends)
            )
        return Grant(given, max(0, limit - used - given), ends)
