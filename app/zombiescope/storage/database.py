"""Opening a database: SQLite in WAL mode or PostgreSQL, moved to the newest form by one process at a time."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from zombiescope.errors import StorageError
from zombiescope.storage.database_errors import speaking

__all__ = ["HEAD", "connect", "make_private", "name", "sqlite_url"]

# The newest migration (a test holds it to the scripts): with it, Alembic is not imported.
HEAD = "0007"

WAIT = 30.0  # seconds to wait for another process's write
LOCK = 0x2ED0  # of PostgreSQL's advisory lock while the tables are moved
MIGRATIONS = Path(__file__).parent / "migrations"


def sqlite_url(file: Path) -> str:
    """The URL of a SQLite file."""
    return URL.create("sqlite", database=str(file)).render_as_string()


def name(url: str) -> str:
    """How messages name a database: a file by its path, a server without its password."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return "ZOMBIESCOPE_DATABASE_URL"
    return (
        str(parsed.database)
        if parsed.get_backend_name() == "sqlite"
        else parsed.render_as_string(hide_password=True)
    )


def connect(url: str) -> Engine:
    """An engine whose tables are of the newest form.

    Raises StorageError for a database that cannot be reached, used, or is newer than this program.
    """
    where = name(url)
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageError(
            f"{where} is no database URL",
            "Write sqlite:////path/to/file or postgresql+psycopg://USER@HOST/NAME.",
        ) from None
    try:
        with speaking(where):
            engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _server(parsed)
            _migrate(engine, where)
    except ImportError as error:
        raise StorageError(
            f"{where}: the driver {error.name} is not installed", "Install it: pip install 'psycopg[binary]'."
        ) from None
    except OSError as error:
        raise StorageError(f"{where}: {error.strerror or error}") from None
    return engine


def make_private(file: Path) -> None:
    """Make a file that its owner alone may read and write, or take the rights of others away: of a restored backup,
    say. Raises OSError."""
    file.touch(mode=0o600)
    mode = file.stat().st_mode
    if mode & 0o077:
        with suppress(PermissionError):  # it is another user's, who alone can close it
            file.chmod(mode & 0o700)


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        # Records are people's data: not for others' eyes. The log beside the file takes its rights from it.
        Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_private(Path(url.database))
    engine = create_engine(url, connect_args={"timeout": WAIT}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: object) -> None:
        # The driver's own BEGIN comes too late to take the write lock first; ours is in _begun.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")
        # What is deleted is overwritten: rows are people's data.
        connection.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # A transaction that reads first and writes later cannot wait for another writer: it must fail.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _server(url: URL) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return create_engine(url, hide_parameters=True, pool_pre_ping=True)


def _migrate(engine: Engine, where: str) -> None:
    if _revision(engine) == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with engine.execution_options(writes=True).begin() as connection:
        # SQLite's write lock was taken by BEGIN IMMEDIATE: a second process waits here, and finds it done.
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        version = _version(connection)
        if version is not None and version not in known:
            raise StorageError(
                f"{where}: its tables ({version}) are of a newer zombiescope",
                "Use that version, or another database.",
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return _version(connection)


def _version(connection: Connection) -> str | None:
    if not _migrated(connection):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrated(connection: Connection) -> bool:
    """Whether the database was ever migrated."""
    return connection.dialect.has_table(connection, "alembic_version")
