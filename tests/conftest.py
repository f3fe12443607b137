"""Fixtures and settings that several suites share: Hypothesis profiles and a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from examples import PROFILE
from postgres import NoServer, Postgres

# `make test`: the same examples every time and no deadline, so that a test fails for a reason and not for the load of
# the machine. Nothing is read from or written to an example database: a run depends on nothing an earlier one left.
settings.register_profile(
    "test",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# `make fuzz`: other examples every time, and many; a test that names a number multiplies it (examples.py).
settings.register_profile(
    "fuzz",
    max_examples=2000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(PROFILE)


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
