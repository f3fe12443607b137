"""Which database audits are stored in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zombiescope.settings import Settings

if TYPE_CHECKING:
    from zombiescope.storage import Store


__all__ = ["database", "store"]


def store(settings: Settings) -> Store:
    """Where audits are kept: the database that is set, else a file in the home folder.

    Raises StorageError where it cannot be used.
    """
    from zombiescope.storage import opened

    return opened(database(settings))


def database(settings: Settings) -> str:
    """The URL of the database."""
    from zombiescope.storage import sqlite_url

    return settings.database_url or sqlite_url(settings.home / "zombiescope.sqlite")
