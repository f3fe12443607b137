"""Tenants: existing rows belong to `default`; quotas and expiry of keys, counters, spending and the audit trail.

Tables whose primary key gains the tenant are made anew and their rows copied: SQLite cannot change a primary key.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables and columns."""
    op.add_column("audits", _tenant())
    op.add_column("audits", sa.Column("created_by", sa.String(64)))
    op.drop_index("audits_newest", "audits")
    op.create_index("audits_newest", "audits", ["tenant", "created_at", "id"])
    op.create_index("audits_all_newest", "audits", ["created_at", "id"])
    _remake_pages()
    _remake_models()
    _remake_keys()
    op.create_table(
        "counters",
        sa.Column("bucket", sa.String(64), primary_key=True),
        sa.Column("ends_at", sa.Float, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
    )
    op.create_table(
        "spending",
        sa.Column("audit_id", sa.String(64), primary_key=True),
        _tenant(),
        sa.Column("key_name", sa.String(64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("money", sa.Float, nullable=False),
    )
    op.create_index("spending_of_key", "spending", ["tenant", "key_name", "at"])
    op.create_table(
        "trail",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _tenant(),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("request_id", sa.String(128), nullable=False),
    )
    op.create_index("trail_of_tenant", "trail", ["tenant", "id"])


def _tenant(*, key: bool = False) -> sa.Column[str]:
    return sa.Column("tenant", sa.String(64), primary_key=key, nullable=False, server_default="default")


def _remake_pages() -> None:
    op.create_table(
        "pages_new",
        _tenant(key=True),
        sa.Column("account_key", sa.Text, primary_key=True),
        sa.Column("step", sa.Text, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("fetched_at", _TIME, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False, server_default="0"),
        sa.Column("money", sa.Float, nullable=False, server_default="0"),
    )
    _move("pages", "pages_new", "account_key, step, body, fetched_at, requests, money")


def _remake_models() -> None:
    # The child first: dropping the parent would delete its rows.
    op.create_table(
        "labelled_copy",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("records", sa.LargeBinary, nullable=False),
    )
    op.execute("INSERT INTO labelled_copy (name, records) SELECT name, records FROM labelled")
    op.drop_table("labelled")
    op.create_table(
        "models_new",
        _tenant(key=True),
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("started_at", _TIME),
        sa.Column("finished_at", _TIME),
        sa.Column("base", sa.Text),
        sa.Column("progress", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("model", sa.Text),
        sa.Column("worker", sa.String(64)),
        sa.Column("starts", sa.Integer, nullable=False, server_default="0"),
    )
    _move(
        "models",
        "models_new",
        "name, state, created_by, created_at, started_at, finished_at, base, progress, error, model, worker, "
        "starts",
    )
    op.create_table(
        "labelled",
        _tenant(key=True),
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("records", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["tenant", "name"], ["models.tenant", "models.name"], ondelete="CASCADE"),
    )
    op.execute("INSERT INTO labelled (name, records) SELECT name, records FROM labelled_copy")
    op.drop_table("labelled_copy")


def _remake_keys() -> None:
    op.create_table(
        "api_keys_new",
        _tenant(key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("created_by", sa.Text),
        sa.Column("expires_at", _TIME),
        sa.Column("quota_audits", sa.Integer),
        sa.Column("quota_requests", sa.Integer),
        sa.Column("quota_money", sa.Float),
    )
    _move("api_keys", "api_keys_new", "name, scopes, sha256, created_at")


def _move(old: str, new: str, columns: str) -> None:
    op.execute(f"INSERT INTO {new} ({columns}) SELECT {columns} FROM {old}")  # noqa: S608 names of this file alone
    op.drop_table(old)
    op.rename_table(new, old)
