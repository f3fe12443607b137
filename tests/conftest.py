"""What several of the suites share: a PostgreSQL server, started by the first test that wants one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from postgres import NoServer, Postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the whole session."""
    if pytest.importorskip("psycopg", reason="no PostgreSQL driver here (pip install 'psycopg[binary]')"):
        try:
            server = Postgres()
        except NoServer as missing:
            pytest.skip(str(missing))
        with server:
            yield server
