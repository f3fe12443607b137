"""Models in training in a store: who asked for which, how far it is, and the records it is trained on until it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import Engine, delete, func, insert, select, update

from zombiescope.errors import ModelError
from zombiescope.storage import codec
from zombiescope.storage.database_errors import speaking
from zombiescope.storage.stored import ModelRow
from zombiescope.storage.tables import LABELLED, MODELS

__all__ = ["ModelNameTaken", "Models"]

_GOING = ("queued", "running")


class ModelNameTaken(ModelError):
    """There is a model of that name, or one in training."""

    status = 409
    advice = "Choose another name."


class Models:
    """The models trained through the service, by name."""

    def __init__(self, engine: Engine, where: str) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where

    def begin(self, model: ModelRow, labelled: pa.Table, *, most: int) -> bool:
        """Keep a model that is to be trained, in place of one that failed; False where `most` wait already.

        Raises ModelTaken where one of that name is in training or done.
        """
        row = MODELS.c
        with speaking(self._where), self._writes.begin() as connection:
            state = connection.execute(select(row.state).where(row.name == model.name)).scalar()
            if state is not None and state != "failed":
                raise ModelNameTaken(f"there is a model {model.name!r} already ({state})")
            going = select(func.count()).select_from(MODELS).where(row.state.in_(_GOING))
            if connection.execute(going).scalar_one() >= most:
                return False
            connection.execute(delete(MODELS).where(row.name == model.name))
            connection.execute(
                insert(MODELS).values(
                    name=model.name,
                    state=model.state,
                    created_by=model.by,
                    created_at=model.created_at,
                    base=model.base,
                )
            )
            connection.execute(insert(LABELLED).values(name=model.name, records=codec.pack(labelled)))
            return True

    def get(self, name: str) -> ModelRow | None:
        """What is known of a model's training."""
        rows = self._rows(MODELS.c.name == name)
        return rows[0] if rows else None

    def all(self) -> list[ModelRow]:
        """All that were trained here, the newest first."""
        return self._rows(True)

    def going(self) -> list[str]:
        """The names of those that wait or are trained."""
        return [one.name for one in self._rows(MODELS.c.state.in_(_GOING))]

    def claim(self, name: str, run: str, now: datetime) -> tuple[ModelRow, int] | None:
        """Take a model on as `Claims.claim` does; with how often it was taken on before. None where it has ended."""
        row = MODELS.c
        with speaking(self._where), self._writes.begin() as connection:
            going = (row.name == name, row.state.in_(_GOING))
            going_row = connection.execute(select(row.starts, row.started_at).where(*going)).first()
            if going_row is None:
                return None
            connection.execute(
                update(MODELS)
                .where(*going)
                .values(state="running", worker=run, starts=going_row[0] + 1, started_at=going_row[1] or now)
            )
        taken = self.get(name)
        return None if taken is None else (taken, going_row[0])

    def hand_back(self, name: str, run: str) -> None:
        """Let another run take it on; this start does not count."""
        self._write(name, run, state="queued", worker=None, progress=None, starts=MODELS.c.starts - 1)

    def tell(self, name: str, run: str, progress: str) -> bool:
        """Say how far it is; False where it is not this run's any more."""
        return self._write(name, run, progress=progress)

    def end(self, name: str, run: str, now: datetime, *, model: str | None = None, error: str = "") -> bool:
        """Write how it ended: as `model` (NAME-VERSION), or in an error. The records it was trained on go."""
        state = "done" if model else "failed"
        ended = self._write(
            name, run, state=state, finished_at=now, model=model, error=error or None, progress=None
        )
        if ended:
            with speaking(self._where), self._writes.begin() as connection:
                connection.execute(delete(LABELLED).where(LABELLED.c.name == name))
        return ended

    def labelled(self, name: str) -> pa.Table | None:
        """The records to train on."""
        with speaking(self._where), self._reads.connect() as connection:
            data = connection.execute(select(LABELLED.c.records).where(LABELLED.c.name == name)).scalar()
        return None if data is None else codec.unpack(bytes(data))

    def _write(self, name: str, run: str, **values: Any) -> bool:
        row = MODELS.c
        mine = update(MODELS).where(row.name == name, row.worker == run, row.state == "running")
        with speaking(self._where), self._writes.begin() as connection:
            return connection.execute(mine.values(**values)).rowcount == 1

    def _rows(self, where: Any) -> list[ModelRow]:
        row = MODELS.c
        query = (
            select(
                row.name,
                row.state,
                row.created_by,
                row.created_at,
                row.started_at,
                row.finished_at,
                row.base,
                row.progress,
                row.error,
                row.model,
            )
            .where(where)
            .order_by(row.created_at.desc(), row.name)
        )
        with speaking(self._where), self._reads.connect() as connection:
            return [ModelRow(*tuple(one)) for one in connection.execute(query)]
