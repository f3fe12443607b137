"""Watches (accounts audited again on a schedule) and webhooks with what was sent to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "watches",
        sa.Column("id", sa.String(64), primary_key=True),
        _tenant(),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("key_sha256", sa.String(64)),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("account_key", sa.Text, nullable=False),
        sa.Column("schedule", sa.String(100), nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("money", sa.Float, nullable=False, server_default="0"),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("next_at", _TIME, nullable=False),
    )
    op.create_index("watches_newest", "watches", ["tenant", "created_at", "id"])
    op.create_index("watches_due", "watches", ["state", "next_at"])
    op.create_index("watches_account", "watches", ["account_key"])
    op.create_table(
        "watch_runs",
        sa.Column(
            "watch_id", sa.String(64), sa.ForeignKey("watches.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("audit_id", sa.String(64)),
        sa.Column("change", sa.Text),
        sa.Column("alerts", sa.Text, nullable=False, server_default=""),
        sa.Column("reason", sa.Text),
    )
    op.create_index("watch_runs_state", "watch_runs", ["state"])
    op.create_index("watch_runs_audit", "watch_runs", ["audit_id"])
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(64), primary_key=True),
        _tenant(),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("events", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
    )
    op.create_index("webhooks_tenant", "webhooks", ["tenant", "created_at"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column(
            "webhook_id", sa.String(64), sa.ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", _TIME, nullable=False),
    )
    op.create_index("deliveries_newest", "deliveries", ["webhook_id", "created_at", "id"])
    op.create_index("deliveries_due", "deliveries", ["state", "next_at"])
    op.create_table(
        "delivery_attempts",
        sa.Column(
            "delivery_id",
            sa.String(64),
            sa.ForeignKey("deliveries.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("error", sa.Text),
    )


def _tenant() -> sa.Column[str]:
    return sa.Column("tenant", sa.String(64), nullable=False, server_default="default")
