"""What is SQLite's alone: bytes that are really gone, and its troubles in one line."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import event

from doubles import NOW, stored_audit
from zombiescope.errors import StorageError
from zombiescope.records import schema
from zombiescope.storage import LabelRow, Store, opened, sqlite_url
from zombiescope.storage.database import HEAD, MIGRATIONS
from zombiescope.storage.tables import META

MARK = "xq7Z-very-rare-bio-9Kp"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database is."""
    return tmp_path / "home" / "zombiescope.sqlite"


@pytest.fixture
def store(file: Path) -> Store:
    """An open store."""
    return opened(sqlite_url(file))


def fill(store: Store, audit_id: str, account: str) -> None:
    """Keep an audit with the mark in every text column, and labels and pages with it too."""
    audit = stored_audit(audit_id)
    error = dataclasses.replace(audit, audit=msgspec.structs.replace(audit.audit, error=MARK))
    store.audits.keep(error, account=account, request=f'{{"account": "{MARK}"}}'.encode())
    store.labels.put(audit_id, [LabelRow(MARK, "zombie", MARK, NOW, MARK)])
    store.pages.put(account, {f"page {MARK}": MARK.encode() * 500}, NOW)


def holding(folder: Path, mark: str) -> list[str]:
    """The files of a folder whose bytes hold the mark."""
    return [path.name for path in folder.iterdir() if mark.encode() in path.read_bytes()]


@pytest.mark.parametrize("delete", [lambda s: s.forget("weibo:embassy"), lambda s: s.expire(-1, NOW)])
def test_deleted_bytes_are_gone(store: Store, file: Path, delete: Callable[[Store], object]) -> None:
    """After forgetting or expiry no byte of it is in the database, its log or anything else in the folder."""
    fill(store, "aa11", "weibo:embassy")
    assert holding(file.parent, MARK)
    delete(store)
    assert holding(file.parent, MARK) == []


def test_forgetting_says_when_a_reader_holds_the_bytes(store: Store, file: Path) -> None:
    """While another process reads an older state its bytes cannot go: that is said, not passed over."""
    fill(store, "aa11", "weibo:embassy")
    reader = sqlite3.connect(file)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM audits").fetchall()

    @event.listens_for(store._engine, "checkout")
    def _hurry(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout=200")

    with pytest.raises(StorageError, match="another process still reads"):
        store.forget("weibo:embassy")
    reader.close()
    store.expire(-1, NOW)
    fill(store, "bb22", "weibo:embassy")
    store.forget("weibo:embassy")
    assert holding(file.parent, MARK) == []


def test_only_the_owner_may_read(store: Store, file: Path) -> None:
    """Records are people's data: folder and file are closed to others."""
    fill(store, "aa11", "weibo:embassy")
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()} == {0o600}


def test_a_restored_backup_is_closed_to_others(file: Path) -> None:
    """A file that was copied back with everybody's right to read loses it when it is opened."""
    opened(sqlite_url(file)).close()
    file.chmod(0o644)
    opened(sqlite_url(file)).close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_tables_are_what_the_migrations_make(store: Store, file: Path) -> None:
    """The newest migration is the one that opening knows, and its tables have the columns that are used."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
    connection = sqlite3.connect(file)
    for table in META.sorted_tables:
        columns = {row[1] for row in connection.execute(f'PRAGMA table_info("{table.name}")')}
        assert columns == {column.name for column in table.columns}
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_file_that_is_no_database_is_named(file: Path) -> None:
    """One line says which file, and what to do."""
    file.parent.mkdir()
    file.write_bytes(b"a diary, not a database\n" * 100)
    with pytest.raises(StorageError, match="this is not a zombiescope database") as error:
        opened(sqlite_url(file))
    assert str(file) in error.value.what
    assert "ZOMBIESCOPE_HOME" in error.value.advice


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A folder below a file, and one below a folder that is closed to us, are errors of one line."""
    (tmp_path / "file").write_text("")
    for home in (tmp_path / "file" / "home", Path("/proc/zombiescope")):
        with pytest.raises(StorageError) as error:
            opened(sqlite_url(home / "z.sqlite"))
        assert str(home) in error.value.what
        assert "\n" not in error.value.what


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_named(tmp_path: Path) -> None:
    """A folder without the right to write is an error of one line."""
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="Permission denied"):
        opened(sqlite_url(tmp_path / "z.sqlite"))


def test_a_full_disk_is_said_and_loses_nothing(store: Store, file: Path) -> None:
    """A write that does not fit fails in one line; what was kept before is there, and no half of it."""
    fill(store, "aa11", "weibo:embassy")

    @event.listens_for(store._engine, "checkout")
    def _small(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # SQLite takes the number of pages there are

    with pytest.raises(StorageError, match="the disk is full"):
        fill(store, "bb22", "weibo:other")
    assert [one.id for one in opened(sqlite_url(file)).audits.newest(9)] == ["aa11"]


def test_a_lock_is_said(store: Store, file: Path) -> None:
    """Where another process holds the write lock too long, the line says so."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    @event.listens_for(store._engine, "checkout")
    def _hurry(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout=100")

    with pytest.raises(StorageError, match="another process has it locked"):
        store.pages.put("weibo:x", {"1": b""}, NOW)
    other.close()


def test_a_newer_database_is_left_alone(store: Store, file: Path) -> None:
    """Tables of a version that this program does not know are refused, not touched."""
    store.close()
    with sqlite3.connect(file) as later:
        later.execute("UPDATE alembic_version SET version_num = '9999'")
    later.close()
    with pytest.raises(StorageError, match="newer zombiescope"):
        opened(sqlite_url(file))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "is no database URL"),
        ("mysteryql://host/db", "mysteryql"),
        ("postgresql://ann:s3cret@127.0.0.1:1/x", "127.0.0.1"),
    ],
)
def test_a_url_that_leads_nowhere_is_one_line_without_the_password(url: str, message: str) -> None:
    """Wrong URLs, unknown databases and servers that are not there: one line, and never the password."""
    with pytest.raises(StorageError) as error:
        opened(url)
    assert message in error.value.what
    assert "s3cret" not in error.value.what + error.value.advice
    assert "\n" not in error.value.what


def test_records_of_nobody_can_be_kept(store: Store) -> None:
    """An audit that reached nobody has empty tables, which come back empty."""
    from zombiescope.storage import codec

    table = codec.unpack(codec.pack(schema.empty()))
    assert table.num_rows == 0
    assert table.schema.equals(schema.SCHEMA)
