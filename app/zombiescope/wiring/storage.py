"""Which database audits are stored in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from zombiescope.settings import Settings

if TYPE_CHECKING:
    from zombiescope.storage import Store


__all__ = ["database", "process_store", "shared_store", "store"]


def store(settings: Settings) -> Store:
    """Where the audits of the settings' tenant are stored: the database that is set, else a file in the home folder.

    Raises StorageError where it cannot be used.
    """
    return shared_store(settings).of(settings.tenant)


def shared_store(settings: Settings) -> Store:
    """The same database, of all tenants: for the service, its workers and its operator. Raises StorageError."""
    from zombiescope.storage import opened

    return opened(database(settings))


@cache
def process_store(settings: Settings) -> Store:
    """The same, opened once for what all of this process shares: fetched pages and models. Raises StorageError."""
    return shared_store(settings)


def database(settings: Settings) -> str:
    """The URL of the database."""
    from zombiescope.storage import sqlite_url

    return settings.database_url or sqlite_url(settings.home / "zombiescope.sqlite")
