"""Trained models and the choice of the one in use in the database, so that all machines have them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "model_files",
        _tenant(),
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("archive", sa.LargeBinary, nullable=False),
        sa.Column("stored_at", _TIME, nullable=False),
    )
    op.create_table(
        "current_models",
        _tenant(),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("history", sa.Text, nullable=False, server_default=""),
        sa.Column("changed_at", _TIME, nullable=False),
    )


def _tenant() -> sa.Column[str]:
    return sa.Column("tenant", sa.String(64), primary_key=True, server_default="default")
