"""Models in training in a store: who asked for which, how far it is, and the records it is trained on until it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Engine, delete, func, insert, select, true, update

from zombiescope.errors import ModelError
from zombiescope.storage import codec
from zombiescope.storage.database_errors import speaking
from zombiescope.storage.stored import ModelRow
from zombiescope.storage.tables import LABELLED, MODELS
from zombiescope.storage.tenancy import DEFAULT

__all__ = ["ModelNameTaken", "Models", "job_of", "tenant_and_name"]

_GOING = ("queued", "running")


class ModelNameTaken(ModelError):
    """There is a model of that name, or one in training."""

    status = 409
    advice = "Choose another name."


def job_of(tenant: str, name: str) -> str:
    """The id of a training's job, of all tenants' together. `default`'s is the bare name, as before tenants."""
    return name if tenant == DEFAULT else f"{tenant}/{name}"


def tenant_and_name(job: str) -> tuple[str, str]:
    """What `job_of` was given."""
    tenant, slash, name = job.rpartition("/")
    return (tenant, name) if slash else (DEFAULT, name)


class Models:
    """The models trained through the service for one tenant, by name; tenant None: for `default`."""

    def __init__(self, engine: Engine, where: str, tenant: str | None = None) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where
        self._tenant = tenant or DEFAULT
        self._mine = MODELS.c.tenant == self._tenant

    def begin(self, model: ModelRow, labelled: pa.Table, *, most: int) -> bool:
        """Store a model that is to be trained, in place of one that failed; False where `most` wait already.

        `most` is of all tenants. Raises ModelNameTaken where one of that name is in training or done.
        """
        row = MODELS.c
        with speaking(self._where), self._writes.begin() as connection:
            state = connection.execute(select(row.state).where(self._mine, row.name == model.name)).scalar()
            if state is not None and state != "failed":
                raise ModelNameTaken(f"there is a model {model.name!r} already ({state})")
            going = select(func.count()).select_from(MODELS).where(row.state.in_(_GOING))
            if connection.execute(going).scalar_one() >= most:
                return False
            connection.execute(delete(MODELS).where(self._mine, row.name == model.name))
            connection.execute(
                insert(MODELS).values(
                    tenant=self._tenant,
                    name=model.name,
                    state=model.state,
                    created_by=model.by,
                    created_at=model.created_at,
                    base=model.base,
                )
            )
            connection.execute(
                insert(LABELLED).values(tenant=self._tenant, name=model.name, records=codec.pack(labelled))
            )
            return True

    def get(self, name: str) -> ModelRow | None:
        """What is known of a model's training."""
        rows = self._rows(MODELS.c.name == name)
        return rows[0] if rows else None

    def all(self) -> list[ModelRow]:
        """All that were trained here, the newest first."""
        return self._rows(true())

    def going(self) -> list[str]:
        """The jobs (`job_of`) of all tenants' models that wait or are trained."""
        query = select(MODELS.c.tenant, MODELS.c.name).where(MODELS.c.state.in_(_GOING))
        with speaking(self._where), self._reads.connect() as connection:
            return [job_of(tenant, name) for tenant, name in connection.execute(query)]

    def claim(self, name: str, run: str, now: datetime) -> tuple[ModelRow, int] | None:
        """Take a model on as `Claims.claim` does; with how often it was taken on before. None where it has ended."""
        row = MODELS.c
        with speaking(self._where), self._writes.begin() as connection:
            going = (self._mine, row.name == name, row.state.in_(_GOING))
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
        """Store its progress; False where it is no longer this run's."""
        return self._write(name, run, progress=progress)

    def end(self, name: str, run: str, now: datetime, *, model: str | None = None, error: str = "") -> bool:
        """Write how it ended: as `model` (NAME-VERSION), or in an error. The records it was trained on go."""
        state = "done" if model else "failed"
        ended = self._write(
            name, run, state=state, finished_at=now, model=model, error=error or None, progress=None
        )
        if ended:
            with speaking(self._where), self._writes.begin() as connection:
                connection.execute(delete(LABELLED).where(*self._records(name)))
        return ended

    def labelled(self, name: str) -> pa.Table | None:
        """The records to train on."""
        with speaking(self._where), self._reads.connect() as connection:
            data = connection.execute(select(LABELLED.c.records).where(*self._records(name))).scalar()
        return None if data is None else codec.unpack(bytes(data))

    def _records(self, name: str) -> tuple[ColumnElement[bool], ...]:
        return (LABELLED.c.tenant == self._tenant, LABELLED.c.name == name)

    def _write(self, name: str, run: str, **values: Any) -> bool:
        row = MODELS.c
        mine = update(MODELS).where(self._mine, row.name == name, row.worker == run, row.state == "running")
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
            .where(self._mine, where)
            .order_by(row.created_at.desc(), row.name)
        )
        with speaking(self._where), self._reads.connect() as connection:
            return [ModelRow(*tuple(one)) for one in connection.execute(query)]
