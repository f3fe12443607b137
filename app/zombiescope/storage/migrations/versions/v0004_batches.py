"""Batches: accounts audited with common settings, in the order of their list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "batches",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("tenant", sa.String(64), nullable=False, server_default="default"),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("money", sa.Float, nullable=False, server_default="0"),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("key_sha256", sa.String(64)),
        sa.Column("reason", sa.Text),
    )
    op.create_index("batches_newest", "batches", ["tenant", "created_at", "id"])
    op.create_index("batches_status", "batches", ["status"])
    op.create_table(
        "batch_rows",
        sa.Column(
            "batch_id", sa.String(64), sa.ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("account_key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("declared", sa.BigInteger),
        sa.Column("at_least", sa.Boolean, nullable=False),
        sa.Column("posts", sa.BigInteger),
        sa.Column("reactions", sa.BigInteger),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("audit_id", sa.String(64)),
        sa.Column("reason", sa.Text),
    )
    op.create_index("batch_rows_state", "batch_rows", ["batch_id", "state", "place"])
    op.create_index("batch_rows_account", "batch_rows", ["account_key"])
    op.create_index("batch_rows_audit", "batch_rows", ["audit_id"])
