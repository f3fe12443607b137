"""What each run of a watch found, so that its growth curve outlives the audits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column."""
    op.add_column("watch_runs", sa.Column("point", sa.Text))
