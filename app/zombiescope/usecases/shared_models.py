"""Models that all machines on one database share: stored in it, and unpacked by each where it first needs them."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import zstandard

from zombiescope.detector import ModelRegistry
from zombiescope.errors import ModelError
from zombiescope.storage.model_files import ModelFiles

__all__ = ["SharedModelRegistry", "packed", "unpack"]

_LARGEST = 512 * 2**20  # bytes of a model, unpacked
_LEVEL = 10


class SharedModelRegistry(ModelRegistry):
    """Models by name in folders and in the database; which is in use stands in the database.

    Until one is chosen there, what the folders say counts. A model is stored when it was trained, and at the latest
    when it is activated; the folders that ship with each machine's program are not.
    """

    def __init__(
        self, folders: Sequence[Path], writable: Path, files: ModelFiles, now: Callable[[], datetime]
    ) -> None:
        super().__init__(folders, writable)
        self._files, self._now = files, now

    def names(self) -> tuple[str, ...]:
        """Every model's name, sorted; also of those that this machine has not unpacked yet."""
        return tuple(sorted({*super().names(), *self._files.names()}))

    def current(self) -> str:
        """The name of the model in use on all machines."""
        chosen = self._files.current()
        return super().current() if chosen is None else chosen.name

    def path(self, name: str | None = None) -> Path:
        """The folder of a model on this machine, unpacked from the database where it was not there.

        Raises ModelError where there is none of that name, StorageError where the database fails.
        """
        name = name or self.current()
        try:
            return super().path(name)
        except ModelError:
            archive = self._files.get(name)
            if archive is None:
                raise
        self.writable.mkdir(parents=True, exist_ok=True)
        unpack(archive, self.writable / name)
        return super().path(name)

    def publish(self, name: str) -> None:
        """Store a model that this machine has trained. Raises ModelError, StorageError."""
        self._files.put(name, packed(super().path(name)), self._now())

    def _point(self, name: str, history: Sequence[str]) -> None:
        if name not in self._files.names() and (self.writable / name / "card.json").is_file():
            self.publish(name)
        self._files.use(name, history, self._now())

    def _history(self) -> list[str]:
        chosen = self._files.current()
        return super()._history() if chosen is None else list(chosen.history)


def packed(folder: Path) -> bytes:
    """A model's files as an archive; the same files give the same bytes."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for file in sorted(one for one in folder.iterdir() if one.is_file()):
            entry = tarfile.TarInfo(file.name)
            entry.size, entry.mode = file.stat().st_size, 0o644
            with file.open("rb") as content:
                archive.addfile(entry, content)
    return zstandard.ZstdCompressor(level=_LEVEL).compress(sink.getvalue())


def unpack(archive: bytes, folder: Path) -> None:
    """The files of an archive into a new folder, whole or not at all. Raises ModelError for what is no such archive.

    Should another process be quicker, its folder stays: what is in it has the same name, and its card checks it.
    """
    with TemporaryDirectory(dir=folder.parent, prefix=".unpacking-") as workshop:
        part = Path(workshop, folder.name)
        part.mkdir()
        try:
            with (
                zstandard.ZstdDecompressor().stream_reader(archive) as stream,
                tarfile.open(fileobj=stream, mode="r|") as files,
            ):
                _files_of(files, part)
        except (zstandard.ZstdError, tarfile.TarError, EOFError):
            raise ModelError(f"the stored model {folder.name} cannot be unpacked", "Train it anew.") from None
        try:
            part.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise


def _files_of(archive: tarfile.TarFile, folder: Path) -> None:
    left = _LARGEST
    for entry in archive:
        left -= entry.size
        # Plain files beside one another: a name with a path in it would lead elsewhere.
        if not entry.isreg() or os.path.basename(entry.name) != entry.name or left < 0:
            raise tarfile.TarError(entry.name)
        content = archive.extractfile(entry)
        if content is None:
            raise tarfile.TarError(entry.name)
        with (folder / entry.name).open("xb") as file:
            shutil.copyfileobj(content, file)
