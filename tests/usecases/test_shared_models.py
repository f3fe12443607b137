"""Machines on one database have the same models, and use the same one."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

import pytest
import zstandard

from zombiescope import wiring
from zombiescope.detector import ModelRegistry
from zombiescope.detector.registry import SIMULATED
from zombiescope.errors import ModelError, StorageError
from zombiescope.settings import Settings
from zombiescope.storage import sqlite_url
from zombiescope.usecases.shared_models import SharedModelRegistry, packed, unpack

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "models" / SIMULATED


def machine(home: Path, database: Path) -> Settings:
    """The settings of one of several machines."""
    return wiring.settings({"ZOMBIESCOPE_HOME": str(home), "ZOMBIESCOPE_DATABASE_URL": sqlite_url(database)})


def trained(settings: Settings, name: str, tenant: str = "default") -> None:
    """A model that the machine has trained, and gives to the others as the training job does."""
    shutil.copytree(SHIPPED, wiring.own_models(settings, tenant) / name)
    wiring.publish(settings, tenant, name)


def test_a_model_that_one_machine_trained_is_used_by_another(tmp_path: Path) -> None:
    """It is listed, loaded and activated there; from then on both use it, and both go back."""
    first, second = (machine(tmp_path / name, tmp_path / "z.sqlite") for name in ("one", "two"))
    trained(first, "mine-1")
    one, two = wiring.model_registry(first), wiring.model_registry(second)
    before = one.current()
    assert "mine-1" in two.names()
    assert two.path("mine-1").parent == tmp_path / "two" / "models"
    assert wiring.Detectors(second)("mine-1").info.sha256 == wiring.Detectors(first)("mine-1").info.sha256
    two.activate("mine-1", force=True)
    assert one.current() == two.current() == "mine-1"
    assert one.previous() == before
    # A third has neither home nor history of its own.
    third = wiring.model_registry(machine(tmp_path / "three", tmp_path / "z.sqlite"))
    assert third.current() == "mine-1"
    assert third.load().card["name"]
    assert one.rollback() == before
    assert two.current() == third.current() == before


def test_a_model_of_before_is_shared_when_it_is_activated(tmp_path: Path) -> None:
    """A folder in one machine's home, of a time before models stood in the database."""
    first, second = (machine(tmp_path / name, tmp_path / "z.sqlite") for name in ("one", "two"))
    shutil.copytree(SHIPPED, tmp_path / "one" / "models" / "old-1")
    assert "old-1" not in wiring.model_registry(second).names()
    wiring.model_registry(first).activate("old-1", force=True)
    assert wiring.model_registry(second).load().card == wiring.model_registry(first).load("old-1").card


def test_tenants_do_not_share_models(tmp_path: Path) -> None:
    """Neither the models nor the choice."""
    settings = machine(tmp_path / "one", tmp_path / "z.sqlite")
    trained(settings, "mine-1", "acme")
    acme, other = (wiring.model_registry(settings, name) for name in ("acme", "other"))
    acme.activate("mine-1", force=True)
    assert acme.current() == "mine-1"
    assert "mine-1" not in other.names()
    assert other.current() != "mine-1"
    with pytest.raises(ModelError, match="there is no model 'mine-1'"):
        other.path("mine-1")


def test_without_a_database_of_its_own_the_home_folder_says(tmp_path: Path) -> None:
    """All processes of the one machine read it."""
    settings = wiring.settings({"ZOMBIESCOPE_HOME": str(tmp_path)})
    assert type(wiring.model_registry(settings)) is ModelRegistry
    wiring.publish(settings, "default", "nothing-1")
    shared = wiring.model_registry(machine(tmp_path, tmp_path / "z.sqlite"))
    assert isinstance(shared, SharedModelRegistry)


def test_an_archive_is_the_files_to_the_byte(tmp_path: Path) -> None:
    """Equal files give equal archives; unpacked where another process was quicker, its folder stays."""
    archive = packed(SHIPPED)
    unpack(archive, tmp_path / "copy")
    assert packed(tmp_path / "copy") == archive
    (tmp_path / "copy" / "mark").touch()
    unpack(archive, tmp_path / "copy")
    assert (tmp_path / "copy" / "mark").is_file()
    assert [one.name for one in tmp_path.iterdir()] == ["copy"]


def hostile(name: str, kind: bytes = tarfile.REGTYPE) -> bytes:
    """An archive with one entry."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, "/etc/passwd"
        archive.addfile(entry, io.BytesIO())
    return zstandard.ZstdCompressor().compress(sink.getvalue())


@pytest.mark.parametrize(
    "archive",
    [
        b"no archive",
        zstandard.ZstdCompressor().compress(b"no tar"),
        hostile("../outside"),
        hostile("/tmp/outside"),  # noqa: S108 nothing is written there
        hostile("a/b"),
        hostile("link", tarfile.SYMTYPE),
        hostile("folder", tarfile.DIRTYPE),
    ],
)
def test_what_is_no_model_is_not_unpacked(archive: bytes, tmp_path: Path) -> None:
    """No path leads out of the folder, nothing but plain files is made, and nothing is left behind."""
    with pytest.raises(ModelError):
        unpack(archive, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_model_is_said(tmp_path: Path) -> None:
    """Its bytes do not have the hash that was stored with them."""
    settings = machine(tmp_path / "one", tmp_path / "z.sqlite")
    trained(settings, "mine-1")
    import sqlite3

    with sqlite3.connect(tmp_path / "z.sqlite") as database:
        database.execute("UPDATE model_files SET archive = x'00'")
    other = wiring.model_registry(machine(tmp_path / "two", tmp_path / "z.sqlite"))
    with pytest.raises(StorageError, match="mine-1 is damaged"):
        other.load("mine-1")
