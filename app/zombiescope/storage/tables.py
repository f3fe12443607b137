"""The tables, as SQLAlchemy knows them; migrations/ makes them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

__all__ = [
    "API_KEYS",
    "AUDITS",
    "BATCHES",
    "BATCH_ROWS",
    "COUNTERS",
    "CURRENT_MODELS",
    "DELIVERIES",
    "DELIVERY_ATTEMPTS",
    "FEATURES",
    "IDEMPOTENCY",
    "LABELLED",
    "LABELS",
    "META",
    "MODELS",
    "MODEL_FILES",
    "PAGES",
    "SAMPLES",
    "SCORES",
    "SESSIONS",
    "SPENDING",
    "TRAIL",
    "UPLOADS",
    "WATCHES",
    "WATCH_RUNS",
    "WEBHOOKS",
    "WORKERS",
    "Time",
]


class Time(TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps no zone, so it is taken off and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC."""
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


META = MetaData()

# Whose a row is. What existed before there were tenants belongs to `default` (tenancy.py).
_TENANT_LENGTH = 64


def _tenant(*, key: bool = False) -> Column[str]:
    return Column("tenant", String(_TENANT_LENGTH), primary_key=key, nullable=False, server_default="default")


# request and audit are JSON; the audit's followers are in `scores`. model: NAME-VERSION to score with. money: US
# dollars agreed to. origin: the audit whose sample is scored again. worker: who works at it. starts: how often it was
# begun without being handed back. created_by: the name of the key that asked for it.
AUDITS = Table(
    "audits",
    META,
    Column("id", String(64), primary_key=True),
    Column("account", Text, nullable=False),
    Column("account_key", Text, nullable=False, index=True),
    Column("status", String(16), nullable=False),
    Column("request", Text, nullable=False),
    Column("audit", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("finished_at", Time),
    Column("model", Text),
    Column("money", Float, nullable=False, default=0.0),
    Column("origin", String(64)),
    Column("worker", String(64)),
    Column("starts", Integer, nullable=False, default=0),
    Column("started_at", Time),
    _tenant(),
    Column("created_by", String(64)),
    Index("audits_newest", "tenant", "created_at", "id"),
    Index("audits_all_newest", "created_at", "id"),
    Index("audits_status", "status"),
)

_OF_AUDIT = ("audits.id",)


def _audit_id() -> Column[str]:
    return Column("audit_id", String(64), ForeignKey(*_OF_AUDIT, ondelete="CASCADE"), primary_key=True)


# Each blob is Arrow IPC, zstd (codec.py).
SAMPLES = Table(
    "samples",
    META,
    _audit_id(),
    Column("records", LargeBinary, nullable=False),
    Column("templates", LargeBinary, nullable=False),
)
SCORES = Table("scores", META, _audit_id(), Column("followers", LargeBinary, nullable=False))
FEATURES = Table("features", META, _audit_id(), Column("matrix", LargeBinary, nullable=False))

LABELS = Table(
    "labels",
    META,
    _audit_id(),
    Column("follower", Text, primary_key=True),
    Column("annotator", Text, primary_key=True),
    Column("label", String(16)),
    Column("note", Text, nullable=False),
    Column("at", Time, nullable=False),
)

# What a live source has fetched, so that an audit that stopped goes on where it was; and what that took.
PAGES = Table(
    "pages",
    META,
    _tenant(key=True),
    Column("account_key", Text, primary_key=True),
    Column("step", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("fetched_at", Time, nullable=False),
    Column("requests", Integer, nullable=False, default=0),
    Column("money", Float, nullable=False, default=0.0),
)

# Lists that clients sent, until their audit ends: what of the `Listing` is no row as JSON, its rows as Arrow.
UPLOADS = Table(
    "uploads",
    META,
    _audit_id(),
    Column("listing", Text, nullable=False),
    Column("records", LargeBinary, nullable=False),
)

# Who works at jobs. beat counts up while it lives: no two clocks are compared to tell that it is silent.
WORKERS = Table(
    "workers",
    META,
    Column("id", String(64), primary_key=True),
    Column("form", String(32), nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("beat", Integer, nullable=False),
    Column("seen_at", Time, nullable=False),
)

# What a caller's Idempotency-Key began.
IDEMPOTENCY = Table(
    "idempotency",
    META,
    Column("caller", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body_sha256", String(64), nullable=False),
    Column("audit_id", String(64), nullable=False),
    Column("created_at", Time, nullable=False),
    Index("idempotency_created_at", "created_at"),
)

# Models in training and trained through the service; the artefacts are folders. progress is a line for people.
MODELS = Table(
    "models",
    META,
    _tenant(key=True),
    Column("name", String(100), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("started_at", Time),
    Column("finished_at", Time),
    Column("base", Text),
    Column("progress", Text),
    Column("error", Text),
    Column("model", Text),
    Column("worker", String(64)),
    Column("starts", Integer, nullable=False, default=0),
)
# The labelled records that a model is trained on, until it is.
LABELLED = Table(
    "labelled",
    META,
    _tenant(key=True),
    Column("name", String(100), primary_key=True),
    Column("records", LargeBinary, nullable=False),
    ForeignKeyConstraint(["tenant", "name"], ["models.tenant", "models.name"], ondelete="CASCADE"),
)

# Secrets are kept as their sha256 alone: they are long and random, so that no salt is needed. Quotas are null where
# there is none: audits at once, requests a day, US dollars a calendar month (UTC).
API_KEYS = Table(
    "api_keys",
    META,
    _tenant(key=True),
    Column("name", String(64), primary_key=True),
    Column("scopes", Text, nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("created_at", Time, nullable=False),
    Column("created_by", Text),
    Column("expires_at", Time),
    Column("quota_audits", Integer),
    Column("quota_requests", Integer),
    Column("quota_money", Float),
)
SESSIONS = Table(
    "sessions",
    META,
    Column("sha256", String(64), primary_key=True),
    Column("key_sha256", String(64), nullable=False),
    Column("expires_at", Time, nullable=False),
)

# How much of a limit is used in its window of time, by all processes together. bucket: a hash. ends_at: of the
# window, in Unix seconds.
COUNTERS = Table(
    "counters",
    META,
    Column("bucket", String(64), primary_key=True),
    Column("ends_at", Float, nullable=False),
    Column("used", Integer, nullable=False),
)

# What a key's audits cost: US dollars agreed to, once it has ended what it took. It outlives the audit, and names no
# account.
SPENDING = Table(
    "spending",
    META,
    Column("audit_id", String(64), primary_key=True),
    _tenant(),
    Column("key_name", String(64), nullable=False),
    Column("at", Time, nullable=False),
    Column("money", Float, nullable=False),
    Index("spending_of_key", "tenant", "key_name", "at"),
)

# Who changed what, when, from where; no secrets, no bodies.
TRAIL = Table(
    "trail",
    META,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _tenant(),
    Column("at", Time, nullable=False),
    Column("actor", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("request_id", String(128), nullable=False),
    Index("trail_of_tenant", "tenant", "id"),
)

# Accounts audited with common settings. settings: JSON, what is asked of each. money: US dollars agreed to for all of
# them that are not spoken for yet. status: running, done or cancelled; reason: why it was cancelled, where not by a
# client. size: rows. key_sha256: of the stored key that asked for it.
BATCHES = Table(
    "batches",
    META,
    Column("id", String(64), primary_key=True),
    _tenant(),
    Column("created_by", String(64), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("finished_at", Time),
    Column("status", String(16), nullable=False),
    Column("settings", Text, nullable=False),
    Column("money", Float, nullable=False, default=0.0),
    Column("size", Integer, nullable=False),
    Column("key_sha256", String(64)),
    Column("reason", Text),
    Index("batches_newest", "tenant", "created_at", "id"),
    Index("batches_status", "status"),
)

# state: waiting, begun (its audit tells the rest), none (there is no audit; reason) or cancelled.
BATCH_ROWS = Table(
    "batch_rows",
    META,
    Column("batch_id", String(64), ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("account", Text, nullable=False),
    Column("account_key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("declared", BigInteger),
    Column("at_least", Boolean, nullable=False),
    Column("posts", BigInteger),
    Column("reactions", BigInteger),
    Column("state", String(16), nullable=False),
    Column("audit_id", String(64)),
    Column("reason", Text),
    Index("batch_rows_state", "batch_id", "state", "place"),
    Index("batch_rows_account", "account_key"),
    Index("batch_rows_audit", "audit_id"),
)

# Accounts audited again on a schedule (crontab, UTC). settings: JSON, what is asked each time. money: US dollars agreed
# to for each audit. state: active or paused; reason: why, where no client paused it.
WATCHES = Table(
    "watches",
    META,
    Column("id", String(64), primary_key=True),
    _tenant(),
    Column("created_by", String(64), nullable=False),
    Column("key_sha256", String(64)),
    Column("created_at", Time, nullable=False),
    Column("account", Text, nullable=False),
    Column("account_key", Text, nullable=False),
    Column("schedule", String(100), nullable=False),
    Column("settings", Text, nullable=False),
    Column("money", Float, nullable=False, default=0.0),
    Column("state", String(16), nullable=False),
    Column("reason", Text),
    Column("next_at", Time, nullable=False),
    Index("watches_newest", "tenant", "created_at", "id"),
    Index("watches_due", "state", "next_at"),
    Index("watches_account", "account_key"),
)

# state: begun, ended (its audit, and what it was compared with) or none (no audit; reason). change: JSON. alerts:
# words, separated by spaces. point: JSON, the run as the growth curve shows it, so that it outlives its audit.
WATCH_RUNS = Table(
    "watch_runs",
    META,
    Column("watch_id", String(64), ForeignKey("watches.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Time, nullable=False),
    Column("state", String(16), nullable=False),
    Column("audit_id", String(64)),
    Column("change", Text),
    Column("alerts", Text, nullable=False, default=""),
    Column("reason", Text),
    Column("point", Text),
    Index("watch_runs_state", "state"),
    Index("watch_runs_audit", "audit_id"),
)

# Addresses that are told of events. secret: it signs what is sent, so it is stored as it is. events: names separated by
# spaces. state: active or disabled (the receiver answered 410).
WEBHOOKS = Table(
    "webhooks",
    META,
    Column("id", String(64), primary_key=True),
    _tenant(),
    Column("created_by", String(64), nullable=False),
    Column("created_at", Time, nullable=False),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Index("webhooks_tenant", "tenant", "created_at"),
)

# What is to be sent, written in the transaction of what it tells of. state: waiting, delivered or failed. next_at: when
# it is tried next; while it is tried, when another worker may take it over.
DELIVERIES = Table(
    "deliveries",
    META,
    Column("id", String(64), primary_key=True),
    Column("webhook_id", String(64), ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("event", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", Time, nullable=False),
    Index("deliveries_newest", "webhook_id", "created_at", "id"),
    Index("deliveries_due", "state", "next_at"),
)
DELIVERY_ATTEMPTS = Table(
    "delivery_attempts",
    META,
    Column("delivery_id", String(64), ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Time, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("status", Integer),
    Column("error", Text),
)

# Trained models, so that every machine has them: the folder's files as a tar archive, zstd; sha256 of the archive.
MODEL_FILES = Table(
    "model_files",
    META,
    _tenant(key=True),
    Column("name", String(100), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("archive", LargeBinary, nullable=False),
    Column("stored_at", Time, nullable=False),
)
# Which model a tenant uses, and which before, the latest last, separated by spaces.
CURRENT_MODELS = Table(
    "current_models",
    META,
    _tenant(key=True),
    Column("name", String(100), nullable=False),
    Column("history", Text, nullable=False, default=""),
    Column("changed_at", Time, nullable=False),
)
