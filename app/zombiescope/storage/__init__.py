"""What is kept: audits with all they were made of, labels, fetched pages and keys; SQLite or PostgreSQL.

Importing this imports SQLAlchemy: do so where a store is opened, not before.
"""

from __future__ import annotations

from zombiescope.storage.engine import sqlite_url
from zombiescope.storage.idempotency import KeyReused
from zombiescope.storage.kept import (
    Claimed,
    Kept,
    LabelRow,
    ModelRow,
    NoSuchAudit,
    Summary,
    Unfinished,
    WorkerRow,
)
from zombiescope.storage.keys import SCOPES, Key, hashed
from zombiescope.storage.models import ModelTaken
from zombiescope.storage.store import Forgotten, Store, opened

__all__ = [
    "SCOPES",
    "Claimed",
    "Forgotten",
    "Kept",
    "Key",
    "KeyReused",
    "LabelRow",
    "ModelRow",
    "ModelTaken",
    "NoSuchAudit",
    "Store",
    "Summary",
    "Unfinished",
    "WorkerRow",
    "hashed",
    "opened",
    "sqlite_url",
]
