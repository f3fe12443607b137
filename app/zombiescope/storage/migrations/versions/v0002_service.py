"""What the service needs: jobs that outlive their process, their workers, models in training, idempotency keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables and columns."""
    for column in (
        sa.Column("model", sa.Text),
        sa.Column("money", sa.Float, nullable=False, server_default="0"),
        sa.Column("origin", sa.String(64)),
        sa.Column("worker", sa.String(64)),
        sa.Column("starts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("started_at", _TIME),
    ):
        op.add_column("audits", column)
    op.drop_column("audits", "seen_at")
    op.add_column("pages", sa.Column("requests", sa.Integer, nullable=False, server_default="0"))
    op.add_column("pages", sa.Column("money", sa.Float, nullable=False, server_default="0"))
    op.create_index("audits_status", "audits", ["status"])
    op.create_table(
        "uploads",
        sa.Column(
            "audit_id", sa.String(64), sa.ForeignKey("audits.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("listing", sa.Text, nullable=False),
        sa.Column("records", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("form", sa.String(32), nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("beat", sa.Integer, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
    )
    op.create_table(
        "idempotency",
        sa.Column("caller", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("body_sha256", sa.String(64), nullable=False),
        sa.Column("audit_id", sa.String(64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_index("idempotency_created_at", "idempotency", ["created_at"])
    op.create_table(
        "models",
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
    op.create_table(
        "labelled",
        sa.Column("name", sa.String(100), sa.ForeignKey("models.name", ondelete="CASCADE"), primary_key=True),
        sa.Column("records", sa.LargeBinary, nullable=False),
    )
