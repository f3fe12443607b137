"""Alembic's scripts, run when a database is opened."""
