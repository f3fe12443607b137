"""The audit trail in a store: who changed what, when and from where. It holds no secret and no body of a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, insert, select

from zombiescope.storage.database_errors import speaking
from zombiescope.storage.tables import TRAIL
from zombiescope.storage.tenancy import DEFAULT, owned

__all__ = ["Trail", "TrailEntry"]


@dataclass(frozen=True)
class TrailEntry:
    """One change, or one that was refused.

    actor: the name of the key, `local` for a person on this machine, `operator` for the command line. action: the
    operationId of the API, else method and route. target: what it was done to. status: the HTTP status; 0 on the
    command line. id: counts up; 0 before it is stored.
    """

    at: datetime
    actor: str
    address: str
    action: str
    target: str
    status: int
    request_id: str = ""
    id: int = 0


class Trail:
    """The audit trail of one tenant; tenant None: of all, where a new entry is `default`'s."""

    def __init__(self, engine: Engine, where: str, tenant: str | None = None) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where
        self._tenant, self._mine = tenant or DEFAULT, owned(TRAIL.c.tenant, tenant)

    def add(self, entry: TrailEntry) -> None:
        """Write an entry."""
        with speaking(self._where), self._writes.begin() as connection:
            connection.execute(
                insert(TRAIL).values(
                    tenant=self._tenant,
                    at=entry.at,
                    actor=entry.actor,
                    address=entry.address,
                    action=entry.action,
                    target=entry.target,
                    status=entry.status,
                    request_id=entry.request_id,
                )
            )

    def newest(
        self,
        limit: int,
        *,
        before: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[TrailEntry]:
        """The newest entries first.

        before: only those with a smaller id. since, until: only those of [since, until).
        """
        row = TRAIL.c
        query = (
            select(row.at, row.actor, row.address, row.action, row.target, row.status, row.request_id, row.id)
            .where(self._mine)
            .order_by(row.id.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(row.id < before)
        if since is not None:
            query = query.where(row.at >= since)
        if until is not None:
            query = query.where(row.at < until)
        with speaking(self._where), self._reads.connect() as connection:
            return [TrailEntry(*one) for one in connection.execute(query)]
