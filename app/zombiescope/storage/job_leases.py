"""Job leases: an audit is claimed by one run at a time, handed back, and recovered when its run has gone."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Engine, select, update

from zombiescope.domain import Audit, Status
from zombiescope.sources.base import Listing
from zombiescope.storage import codec
from zombiescope.storage.audits import GOING
from zombiescope.storage.database_errors import speaking
from zombiescope.storage.stored import Claimed
from zombiescope.storage.tables import AUDITS, UPLOADS

__all__ = ["Claims"]


class Claims:
    """Who works at the audits of one store."""

    def __init__(self, engine: Engine, where: str) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where

    def claim(self, audit_id: str, run: str, now: datetime) -> Claimed | None:
        """Take an audit on: it is running, and what an earlier run still writes of it is not taken any more.

        None where it has ended or was deleted.
        """
        columns = AUDITS.c
        query = select(
            columns.audit,
            columns.request,
            columns.model,
            columns.money,
            columns.origin,
            columns.starts,
            columns.started_at,
            columns.tenant,
        ).where(columns.id == audit_id, columns.status.in_(GOING))
        with speaking(self._where), self._writes.begin() as connection:
            row = connection.execute(query.with_for_update()).first()
            if row is None:
                return None
            audit = msgspec.structs.replace(msgspec.json.decode(row[0], type=Audit), status="running")
            values = {
                "status": "running",
                "audit": msgspec.json.encode(audit).decode(),
                "worker": run,
                "starts": row[5] + 1,
                "started_at": row[6] or now,
            }
            connection.execute(update(AUDITS).where(columns.id == audit_id).values(**values))
        return Claimed(
            audit,
            row[1].encode(),
            row[2],
            row[3],
            row[4],
            row[5],
            row[6] or now,
            first=row[6] is None,
            tenant=row[7],
        )

    def hand_back(self, audit_id: str, run: str) -> None:
        """Let another run take it on; this start does not count. Nothing where it is not this run's any more."""
        columns = AUDITS.c
        mine = (columns.id == audit_id, columns.worker == run, columns.status == "running")
        with speaking(self._where), self._writes.begin() as connection:
            text = connection.execute(select(columns.audit).where(*mine)).scalar()
            if text is not None:
                audit = msgspec.structs.replace(msgspec.json.decode(text, type=Audit), status="queued")
                connection.execute(
                    update(AUDITS)
                    .where(*mine)
                    .values(
                        status="queued",
                        audit=msgspec.json.encode(audit).decode(),
                        worker=None,
                        starts=columns.starts - 1,
                    )
                )

    def going(self) -> list[str]:
        """The ids of all audits that have not ended, the oldest first."""
        query = (
            select(AUDITS.c.id).where(AUDITS.c.status.in_(GOING)).order_by(AUDITS.c.created_at, AUDITS.c.id)
        )
        with speaking(self._where), self._reads.connect() as connection:
            return list(connection.execute(query).scalars())

    def statuses(self, audit_ids: list[str]) -> dict[str, Status]:
        """The states of those audits that are there."""
        query = select(AUDITS.c.id, AUDITS.c.status).where(AUDITS.c.id.in_(audit_ids))
        with speaking(self._where), self._reads.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def upload(self, audit_id: str) -> Listing | None:
        """The list that a client sent for an audit, until that ends."""
        query = select(UPLOADS.c.listing, UPLOADS.c.records).where(UPLOADS.c.audit_id == audit_id)
        with speaking(self._where), self._reads.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else codec.listing(row[0], bytes(row[1]))
