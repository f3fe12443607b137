"""The lines of a file, gzipped or not, none of which is read into memory beyond a bound."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from zombiescope.errors import InputError

__all__ = ["LONGEST", "TORN", "Broken", "gunzipped", "head", "lines", "opened", "peek"]

LONGEST = 32 * 2**20  # bytes of a line; a follower with 3,200 posts in full is some 20 MB
_STEP = 2**20
TORN = (EOFError, gzip.BadGzipFile, zlib.error)  # what a gzip file raises that is cut off or damaged

_KINDS = {
    b"PK\x03\x04": "a ZIP archive within others: unpack it",
    b"SQLite format 3\x00": "a SQLite database: export the table as CSV",
    b"ARROW1": "an Arrow file: write it as Parquet",
    b"ORC": "an ORC file: write it as Parquet",
    b"%PDF": "a PDF document: export the table as CSV",
    b"7z\xbc\xaf": "a 7-zip archive: unpack it",
    b"Rar!": "a RAR archive: unpack it",
}


@dataclass(frozen=True)
class Broken:
    """A line that cannot be read. `last`: it is the file that breaks off here, and no follower is known
    of."""

    reason: str
    last: bool = False


def gunzipped(path: Path) -> IO[bytes]:
    """The unpacked bytes of a gzip file."""
    return cast("IO[bytes]", gzip.open(path, "rb"))


def opened(path: Path, name: str | None = None) -> IO[bytes]:
    """The bytes of a text file, unpacked where it is gzipped. name: the file's, for messages.

    Raises InputError for no such file, a folder, an empty file, or one of another kind.
    """
    name = name or path.name
    start = peek(path)
    packed = start.startswith(b"\x1f\x8b")
    # Left open for the caller, who closes it.
    file = gunzipped(path) if packed else path.open("rb", buffering=_STEP)
    if packed:
        try:
            start = file.peek(1)[:16]  # type: ignore[attr-defined]
        except TORN:
            file.close()
            raise InputError(f"{name}: the gzip file is damaged from its first byte on") from None
    for magic, kind in _KINDS.items():
        if start.startswith(magic):
            file.close()
            raise InputError(
                f"{name} is {kind}", "Followers are read from CSV, TSV, JSON, JSONL, Parquet, XLSX and ODS."
            )
    if not start:
        file.close()
        raise InputError(f"{name} is empty", "Give a file with one follower a line.")
    return file


def peek(path: Path) -> bytes:
    """The first bytes of a file. Raises InputError where there is no such file or it cannot be opened."""
    try:
        with path.open("rb") as file:
            return file.read(16)
    except FileNotFoundError:
        raise InputError(f"there is no file {path}", "Check the path.") from None
    except IsADirectoryError:
        raise InputError(
            f"{path} is a folder",
            "Name a file; `zombiescope import FOLDER --account ID` reads a network dump.",
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(
            f"{path} cannot be opened: {reason}", "Check the path and its permissions."
        ) from None


def head(file: IO[bytes]) -> bytes:
    """Up to 8 kB of what comes next, without moving on or the byte-order mark; none where the file breaks off."""
    try:
        ahead: bytes = file.peek(1)[:8192]  # type: ignore[attr-defined] # both kinds of file have it, IO does not
    except TORN:
        return b""
    return ahead.removeprefix(b"\xef\xbb\xbf")


def lines(file: IO[bytes], *, longest: int = LONGEST) -> Iterator[tuple[int, bytes | Broken]]:
    """Each line with its number, from 1; a line of more than `longest` bytes is passed over and told as
    Broken."""
    number = 0
    while True:
        try:
            line = file.readline(longest + 1)
            long = len(line) > longest and not line.endswith(b"\n")
            if long:
                _pass_over(file)
        except TORN:
            yield number + 1, Broken("the compressed data breaks off here: what follows is lost", last=True)
            return
        if not line:
            return
        number += 1
        yield number, Broken(f"the line is longer than {longest // 2**20} MB") if long else line


def _pass_over(file: IO[bytes]) -> None:
    """Read to the end of the line and forget it."""
    while rest := file.readline(_STEP):
        if rest.endswith(b"\n"):
            return
