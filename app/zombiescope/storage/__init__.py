"""What is kept: audits with all they were made of, labels, fetched pages and keys; SQLite or PostgreSQL.

Importing this imports SQLAlchemy: do so where a store is opened, not before.
"""

from __future__ import annotations

from zombiescope.storage.api_keys import SCOPES, Key, hashed
from zombiescope.storage.database import sqlite_url
from zombiescope.storage.idempotency import KeyReused
from zombiescope.storage.store import Forgotten, Store, opened
from zombiescope.storage.stored import (
    Claimed,
    LabelRow,
    ModelRow,
    NoSuchAudit,
    StoredAudit,
    Summary,
    Unfinished,
    WorkerRow,
)
from zombiescope.storage.training_jobs import ModelNameTaken

__all__ = [
    "SCOPES",
    "Claimed",
    "Forgotten",
    "Key",
    "KeyReused",
    "LabelRow",
    "ModelNameTaken",
    "ModelRow",
    "NoSuchAudit",
    "Store",
    "StoredAudit",
    "Summary",
    "Unfinished",
    "WorkerRow",
    "hashed",
    "opened",
    "sqlite_url",
]
