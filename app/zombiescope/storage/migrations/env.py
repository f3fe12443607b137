"""Alembic's environment: the connection is given by storage.engine, within its transaction."""

from __future__ import annotations

from alembic import context

from zombiescope.storage.tables import META

context.configure(connection=context.config.attributes["connection"], target_metadata=META)
context.run_migrations()
