"""A follower file that somebody drops on the home page: shown as it was understood, then read into a listing.

The file comes with each request and lies on the disk only while that request lasts; nothing of it is kept but what
the audit's sample needs.
"""

from __future__ import annotations

import dataclasses
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zombiescope import bounded_process, formatting
from zombiescope.domain import AccountInfo, Order
from zombiescope.errors import InputError
from zombiescope.sources.base import Listing
from zombiescope.web.http.uploads import checked

if TYPE_CHECKING:
    from zombiescope.records import Choices
    from zombiescope.records.understanding import Understanding

__all__ = ["Preview", "dropped", "listing", "preview", "written"]

ROWS = 200  # rows read for the preview
MOST_ROWS = 1_000_000
_SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".zip")
_LABEL = re.compile(r"[^\w .@:+-]+")


@dataclass(frozen=True)
class Preview:
    """What a file was understood as. rejected: of the rows looked at, those that cannot be used, and why.

    dated: the file says as of when it is. fields: what a column can be read as.
    """

    name: str
    understanding: Understanding
    rejected: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]
    dated: bool
    fields: tuple[str, ...]


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
    read at all.

    It is read in a process of its own, with a limit to its memory (`bounded_process`).
    """
    checked(path)
    return bounded_process.run(_preview, path, name, choices)


def _preview(path: Path, name: str, choices: Choices) -> Preview:
    from zombiescope.records import batches, understand
    from zombiescope.records.schema import SCHEMA

    understanding = understand(path, choices)
    # What is undecided cannot be read yet: the questions stand in the preview.
    rejected = () if understanding.questions else next(batches(path, rows=ROWS, choices=choices)).refused
    known = {*understanding.known, *choices.constants}
    return Preview(
        name=formatting.clean(name, longest=80),
        understanding=understanding,
        rejected=tuple(
            formatting.clean(f"{one.where}: {one.field + ': ' if one.field else ''}{one.reason}")
            for one in rejected[:5]
        ),
        missing=understanding.missing,
        dated="observed_at" in known,
        fields=tuple(f for f in SCHEMA.names if f != "recent_posts"),
    )


def listing(
    path: Path, label: str, choices: Choices, *, order: Order | None, declared: int | None
) -> Listing:
    """The whole file as a listing under this label, read as `preview`. Raises InputError."""
    checked(path)
    return bounded_process.run(_listing, path, label, choices, order, declared)


def _listing(path: Path, label: str, choices: Choices, order: Order | None, declared: int | None) -> Listing:
    from zombiescope.sources.file import FileSource

    source = FileSource(order=order or "unknown", declared=declared, choices=choices)
    found = source.listing(str(path))
    if found.frame.listed > MOST_ROWS:
        raise InputError(f"the list has {found.frame.listed:,} followers", f"Send at most {MOST_ROWS:,}.")
    name = " ".join(_LABEL.sub(" ", label).split())[:100] or "file"
    account = AccountInfo(ref=f"upload:{name}", platform=found.account.platform, handle=name)
    return dataclasses.replace(found, account=account)
