"""The working folder of a run, on this machine or wherever fsspec reaches (S3): small files, whole or absent."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, Protocol

from zombiescope.errors import InputError

__all__ = ["Folder", "folder", "is_remote", "remote"]


def is_remote(name: str) -> bool:
    """Whether the name is a URL for fsspec (s3://bucket/key)."""
    return "://" in name


def remote(url: str) -> tuple[Any, str]:
    """The filesystem of a URL, and the path in it. Raises InputError without fsspec or its driver."""
    try:
        import fsspec

        filesystem, path = fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise InputError(
            f"{url}: {error}", "Install the extra: pip install 'zombiescope[cluster]'."
        ) from None
    except ValueError as error:
        raise InputError(f"{url}: {error}", "Give a path, or a URL such as s3://bucket/key.") from None
    return filesystem, path


class Folder(Protocol):
    """A folder of small files. A file that is there is there whole."""

    def read(self, name: str) -> bytes | None:
        """The file's bytes; None where there is no such file."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Write the file, or replace it."""
        ...

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        ...

    def remove(self) -> None:
        """Remove the folder with all in it, if it is there."""
        ...


def folder(name: str) -> Folder:
    """The folder of that path or URL."""
    return _Remote(name) if is_remote(name) else _Local(Path(name))


class _Local:
    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, name: str) -> bytes | None:
        try:
            return (self._path / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes) -> None:
        self._path.mkdir(exist_ok=True)
        # Two workers may write the same part at once, after one was taken for dead.
        part = self._path / f".{name}.{os.getpid()}"
        part.write_bytes(data)
        part.replace(self._path / name)

    def exists(self, name: str) -> bool:
        return (self._path / name).exists()

    def remove(self) -> None:
        shutil.rmtree(self._path, ignore_errors=True)


class _Remote:
    """Object stores show an object when it is complete, so a plain put is whole or absent."""

    def __init__(self, url: str) -> None:
        self._files, self._path = remote(url)

    def read(self, name: str) -> bytes | None:
        try:
            data: bytes = self._files.cat_file(f"{self._path}/{name}")
        except FileNotFoundError:
            return None
        return data

    def write(self, name: str, data: bytes) -> None:
        self._files.pipe_file(f"{self._path}/{name}", data)

    def exists(self, name: str) -> bool:
        # Another machine may have written it: what this one listed earlier does not count.
        self._files.invalidate_cache()
        return bool(self._files.exists(f"{self._path}/{name}"))

    def remove(self) -> None:
        self._files.invalidate_cache()
        if self._files.exists(self._path):
            self._files.rm(self._path, recursive=True)
