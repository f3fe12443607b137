"""Idempotency keys in a store: which audit a caller's key began, so that a repeated request begins no second one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from zombiescope.errors import InputError
from zombiescope.storage.database_errors import speaking
from zombiescope.storage.tables import IDEMPOTENCY

__all__ = ["Idempotency", "KeyReused"]


class KeyReused(InputError):
    """The same Idempotency-Key came with another body."""

    advice = "Use a new Idempotency-Key for a new request."


class Idempotency:
    """The idempotency keys of one store."""

    def __init__(self, engine: Engine, where: str) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where

    def remember(self, caller: str, key: str, body_sha256: str, audit_id: str, now: datetime) -> str | None:
        """Store that `key` of `caller` begins `audit_id`; where it began one before, that one's id, and nothing is
        stored.

        Of concurrent requests one is stored. Raises KeyReused where the body was another.
        """
        with speaking(self._where):
            try:
                with self._writes.begin() as connection:
                    row = _row(connection, caller, key)
                    if row is None:
                        connection.execute(
                            insert(IDEMPOTENCY).values(
                                caller=caller,
                                key=key,
                                body_sha256=body_sha256,
                                audit_id=audit_id,
                                created_at=now,
                            )
                        )
                        return None
            except IntegrityError:  # the other request's transaction was first
                with self._reads.connect() as connection:
                    row = _row(connection, caller, key)
        if row is None or row[0] != body_sha256:
            raise KeyReused(f"the Idempotency-Key {key[:80]!r} was used for another request")
        return row[1]

    def forget(self, caller: str, key: str, audit_id: str) -> None:
        """Delete what `remember` stored, where the audit could not be begun."""
        row = IDEMPOTENCY.c
        with speaking(self._where), self._writes.begin() as connection:
            connection.execute(
                IDEMPOTENCY.delete().where(row.caller == caller, row.key == key, row.audit_id == audit_id)
            )


def _row(connection: Connection, caller: str, key: str) -> tuple[str, str] | None:
    query = select(IDEMPOTENCY.c.body_sha256, IDEMPOTENCY.c.audit_id).where(
        IDEMPOTENCY.c.caller == caller, IDEMPOTENCY.c.key == key
    )
    row = connection.execute(query).first()
    return None if row is None else (row[0], row[1])
