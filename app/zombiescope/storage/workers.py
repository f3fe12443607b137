"""Workers in a store: each sends heartbeats by counting, and a silent one is replaced
by one other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update

from zombiescope.storage.database_errors import speaking
from zombiescope.storage.stored import WorkerRow
from zombiescope.storage.tables import WORKERS

__all__ = ["Workers"]


class Workers:
    """The workers of one store.

    Whether one lives is told by its count going up while another looks on, never by a date: clocks of several
    machines differ, and clocks are set back.
    """

    def __init__(self, engine: Engine, where: str) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where

    def join(self, worker: WorkerRow) -> None:
        """Register a worker, again where it was taken for gone."""
        row = WORKERS.c
        with speaking(self._where), self._writes.begin() as connection:
            connection.execute(delete(WORKERS).where(row.id == worker.id))
            connection.execute(
                insert(WORKERS).values(
                    id=worker.id,
                    form=worker.form,
                    host=worker.host,
                    pid=worker.pid,
                    beat=worker.beat,
                    seen_at=worker.seen_at,
                )
            )

    def beat(self, worker_id: str, now: datetime) -> bool:
        """Count up; False where another has taken this worker for gone."""
        row = WORKERS.c
        alive = update(WORKERS).where(row.id == worker_id).values(beat=row.beat + 1, seen_at=now)
        with speaking(self._where), self._writes.begin() as connection:
            return connection.execute(alive).rowcount == 1

    def all(self) -> list[WorkerRow]:
        """All workers."""
        row = WORKERS.c
        query = select(row.id, row.form, row.host, row.pid, row.beat, row.seen_at).order_by(row.id)
        with speaking(self._where), self._reads.connect() as connection:
            return [WorkerRow(*one) for one in connection.execute(query)]

    def take(self, silent: WorkerRow) -> bool:
        """Take the place of a worker that was silent; True for the first alone of those who saw the same count.

        Its row stays, one count on, until `leave`: should whoever took it go too, it falls silent again.
        """
        row = WORKERS.c
        taken = (
            update(WORKERS).where(row.id == silent.id, row.beat == silent.beat).values(beat=silent.beat + 1)
        )
        with speaking(self._where), self._writes.begin() as connection:
            return connection.execute(taken).rowcount == 1

    def leave(self, worker_id: str) -> None:
        """Strike a worker off."""
        with speaking(self._where), self._writes.begin() as connection:
            connection.execute(delete(WORKERS).where(WORKERS.c.id == worker_id))
