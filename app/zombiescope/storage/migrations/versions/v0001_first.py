"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audits",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("account_key", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("audit", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME),
        sa.Column("seen_at", _TIME, nullable=False),
    )
    op.create_index("ix_audits_account_key", "audits", ["account_key"])
    op.create_index("audits_newest", "audits", ["created_at", "id"])
    for name, blobs in (
        ("samples", ("records", "templates")),
        ("scores", ("followers",)),
        ("features", ("matrix",)),
    ):
        op.create_table(
            name, _audit_id(), *(sa.Column(blob, sa.LargeBinary, nullable=False) for blob in blobs)
        )
    op.create_table(
        "labels",
        _audit_id(),
        sa.Column("follower", sa.Text, primary_key=True),
        sa.Column("annotator", sa.Text, primary_key=True),
        sa.Column("label", sa.String(16)),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "pages",
        sa.Column("account_key", sa.Text, primary_key=True),
        sa.Column("step", sa.Text, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("fetched_at", _TIME, nullable=False),
    )
    op.create_table(
        "api_keys",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("key_sha256", sa.String(64), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
    )


def _audit_id() -> sa.Column[str]:
    return sa.Column(
        "audit_id", sa.String(64), sa.ForeignKey("audits.id", ondelete="CASCADE"), primary_key=True
    )
