"""The stores that the contract is held against: SQLite, and PostgreSQL where it can be started here."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from zombiescope.storage import Store, opened, sqlite_url


def _binary(name: str) -> str | None:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name) or next((str(p / name) for p in places if (p / name).is_file()), None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own, in a folder of its own, on a free port of loopback."""
    initdb, server = _binary("initdb"), _binary("postgres")
    if initdb is None or server is None:
        pytest.skip("no PostgreSQL server here (initdb and postgres: apt-get install postgresql)")
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("no PostgreSQL driver here (pip install 'psycopg[binary]')")
    # The server refuses to run as root, and its user cannot enter pytest's own folders.
    user = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="zombiescope-pg-"))
    if user:
        shutil.chown(folder, "nobody", "nogroup")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    subprocess.run(
        [initdb, "-D", data, "-U", "zs", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
        check=True,
        capture_output=True,
        cwd=folder,
        **user,
    )
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [server, "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", folder, "-F"],
            stdout=log,
            stderr=log,
            cwd=folder,
            **user,
        )
    try:
        ready = _binary("pg_isready")
        for _ in range(100):
            asked = [ready or "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
            if subprocess.run(asked, check=False, timeout=10).returncode == 0:
                break
            if running.poll() is not None:
                pytest.fail((folder / "log").read_text("utf-8", "replace"))
            time.sleep(0.1)
        yield f"postgresql+psycopg://zs@127.0.0.1:{port}/postgres"
    finally:
        running.terminate()
        running.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "home" / "zombiescope.sqlite")
    server: str = request.getfixturevalue("postgres")
    name = f"t{abs(hash(tmp_path))}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.removesuffix("postgres") + name


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open store of each kind."""
    found = opened(url)
    yield found
    found.close()
