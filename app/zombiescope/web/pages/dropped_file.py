"""A follower file that somebody drops on the home page: shown as it was understood, then read into a listing.

The file comes with each request and lies on the disk only while that request lasts; nothing of it is kept but what
the audit's sample needs.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

from zombiescope import formatting
from zombiescope.domain import Order
from zombiescope.errors import InputError
from zombiescope.records import Choices
from zombiescope.sources.base import Listing
from zombiescope.usecases import received_file
from zombiescope.usecases.received_file import Preview
from zombiescope.web.http.uploads import checked

__all__ = ["Preview", "dropped", "listing", "preview", "written"]

_SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".zip")
_LABEL = re.compile(r"[^\w .@:+-]+")


@contextmanager
def dropped(name: str) -> Iterator[Path]:
    """A place for the file while the request lasts. Raises InputError for a kind of file that nothing reads."""
    suffix = Path(name).suffix.lower()
    if suffix not in _SUFFIXES:
        raise InputError(
            f"{formatting.clean(name, longest=80)} is no follower file that can be read",
            f"Drop one of {', '.join(_SUFFIXES)}.",
        )
    with tempfile.TemporaryDirectory(prefix="zombiescope-") as folder:
        yield Path(folder, f"file{suffix}")


async def written(path: Path, pieces: AsyncIterator[bytes]) -> None:
    """Write a body to the file's place."""
    with path.open("wb") as file:
        async for piece in pieces:
            file.write(piece)


def preview(path: Path, name: str, choices: Choices) -> Preview:
    """The columns of the file as they are understood, and what is still open. Raises InputError where it cannot be
    read at all."""
    checked(path)
    return received_file.preview(path, name, choices)


def listing(
    path: Path, label: str, choices: Choices, *, order: Order | None, declared: int | None
) -> Listing:
    """The whole file as a listing under this label, read as `preview`. Raises InputError."""
    checked(path)
    name = " ".join(_LABEL.sub(" ", label).split())[:100] or "file"
    return received_file.listing(path, name, choices=choices, order=order, declared=declared)
