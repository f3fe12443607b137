"""The database: audits with their inputs, labels, fetched pages and keys; SQLite or PostgreSQL.

Importing this imports SQLAlchemy: do so where a store is opened, not before.
"""

from __future__ import annotations

from zombiescope.storage.api_keys import SCOPES, Key, KeyNameTaken, NoSuchKey, hashed
from zombiescope.storage.audits import BatchPlace, WatchPlace
from zombiescope.storage.batches import Batch, BatchRow, BatchStatus, NoSuchBatch, RowStatus
from zombiescope.storage.counters import Grant
from zombiescope.storage.database import sqlite_url
from zombiescope.storage.idempotency import KeyReused
from zombiescope.storage.quotas import LOCAL, QuotaExceeded, Quotas, Requester
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
from zombiescope.storage.tenancy import DEFAULT, check_tenant
from zombiescope.storage.trail import TrailEntry
from zombiescope.storage.training_jobs import ModelNameTaken, job_of, tenant_and_name
from zombiescope.storage.watches import NoSuchWatch, RunState, Watch, WatchRun, WatchState
from zombiescope.storage.webhooks import (
    EVENTS,
    Attempt,
    Delivery,
    DeliveryState,
    DueDelivery,
    NoSuchWebhook,
    Webhook,
)

__all__ = [
    "DEFAULT",
    "EVENTS",
    "LOCAL",
    "SCOPES",
    "Attempt",
    "Batch",
    "BatchPlace",
    "BatchRow",
    "BatchStatus",
    "Claimed",
    "Delivery",
    "DeliveryState",
    "DueDelivery",
    "Forgotten",
    "Grant",
    "Key",
    "KeyNameTaken",
    "KeyReused",
    "LabelRow",
    "ModelNameTaken",
    "ModelRow",
    "NoSuchAudit",
    "NoSuchBatch",
    "NoSuchKey",
    "NoSuchWatch",
    "NoSuchWebhook",
    "QuotaExceeded",
    "Quotas",
    "Requester",
    "RowStatus",
    "RunState",
    "Store",
    "StoredAudit",
    "Summary",
    "TrailEntry",
    "Unfinished",
    "Watch",
    "WatchPlace",
    "WatchRun",
    "WatchState",
    "Webhook",
    "WorkerRow",
    "check_tenant",
    "hashed",
    "job_of",
    "opened",
    "sqlite_url",
    "tenant_and_name",
]
