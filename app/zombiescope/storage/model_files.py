"""Trained models in a store, and which of them is in use: what all machines on one database share."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine, delete, insert, select

from zombiescope.errors import StorageError
from zombiescope.storage.database_errors import speaking
from zombiescope.storage.tables import CURRENT_MODELS, MODEL_FILES
from zombiescope.storage.tenancy import DEFAULT

__all__ = ["CurrentModel", "ModelFiles"]


class CurrentModel(NamedTuple):
    """The model in use, and those before it, the latest last."""

    name: str
    history: tuple[str, ...]


class ModelFiles:
    """The models of one tenant, each as an archive; tenant None: of `default`."""

    def __init__(self, engine: Engine, where: str, tenant: str | None = None) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where
        self._tenant = tenant or DEFAULT
        self._mine = MODEL_FILES.c.tenant == self._tenant

    def put(self, name: str, archive: bytes, now: datetime) -> None:
        """Store a model, in place of one of the same name."""
        one = (self._mine, MODEL_FILES.c.name == name)
        with speaking(self._where), self._writes.begin() as connection:
            connection.execute(delete(MODEL_FILES).where(*one))
            connection.execute(
                insert(MODEL_FILES).values(
                    tenant=self._tenant,
                    name=name,
                    sha256=hashlib.sha256(archive).hexdigest(),
                    archive=archive,
                    stored_at=now,
                )
            )

    def get(self, name: str) -> bytes | None:
        """A model's archive; None where there is none. Raises StorageError for one that was damaged."""
        query = select(MODEL_FILES.c.archive, MODEL_FILES.c.sha256).where(
            self._mine, MODEL_FILES.c.name == name
        )
        with speaking(self._where), self._reads.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        archive = bytes(row.archive)
        if hashlib.sha256(archive).hexdigest() != row.sha256:
            raise StorageError(
                f"the stored model {name} is damaged", "Restore the database from a backup, or train it anew."
            )
        return archive

    def names(self) -> list[str]:
        """The names of the stored models."""
        query = select(MODEL_FILES.c.name).where(self._mine).order_by(MODEL_FILES.c.name)
        with speaking(self._where), self._reads.connect() as connection:
            return list(connection.execute(query).scalars())

    def current(self) -> CurrentModel | None:
        """Which model is in use; None where none was ever chosen here."""
        row = CURRENT_MODELS.c
        query = select(row.name, row.history).where(row.tenant == self._tenant)
        with speaking(self._where), self._reads.connect() as connection:
            current = connection.execute(query).first()
        return None if current is None else CurrentModel(current.name, tuple(current.history.split()))

    def use(self, name: str, history: Sequence[str], now: datetime) -> None:
        """Choose the model in use."""
        row = CURRENT_MODELS.c
        with speaking(self._where), self._writes.begin() as connection:
            connection.execute(delete(CURRENT_MODELS).where(row.tenant == self._tenant))
            connection.execute(
                insert(CURRENT_MODELS).values(
                    tenant=self._tenant, name=name, history=" ".join(history), changed_at=now
                )
            )
