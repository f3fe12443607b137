"""A follower file that somebody drops on the home page: shown as it was understood, then read into a listing.

The file comes with each request and lies on the disk only while that request lasts; nothing of it is kept but what
the audit's sample needs.
"""

from __future__ import annotations

import dataclasses
import re
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from zombiescope import bounded_process, formatting
from zombiescope.domain import AccountInfo, Order
from zombiescope.errors import InputError
from zombiescope.i18n import gettext as _
from zombiescope.sources.base import Listing
from zombiescope.web.http.uploads import checked

__all__ = ["Column", "Preview", "dropped", "listing", "preview", "written"]

FIRST = 3  # values shown of each column
ROWS = 200  # rows read for the preview
MOST_ROWS = 1_000_000
_SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".zip")
_LABEL = re.compile(r"[^\w .@:+-]+")


@dataclass(frozen=True)
class Column:
    """A column of the file: the record's field that it fills (empty where none) and its first values as read."""

    name: str
    field: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What a file was understood as. rows: how many were read for this; rejected: those of them that cannot be used."""

    name: str
    form: str
    columns: tuple[Column, ...]
    rows: int
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


def preview(path: Path, name: str, overrides: Mapping[str, str]) -> Preview:
    """The columns of the file as they are understood. Raises InputError where it cannot be read at all.

    It is read in a process of its own, with a limit to its memory (`bounded_process`).
    """
    checked(path)
    return bounded_process.run(_preview, path, name, dict(overrides))


def _preview(path: Path, name: str, overrides: Mapping[str, str]) -> Preview:
    from zombiescope.records import Choices, batches, understand
    from zombiescope.records.schema import SCHEMA

    choices = Choices(columns=dict(overrides))
    understanding = understand(path, choices)
    batch = next(batches(path, rows=ROWS, choices=choices))
    table = batch.table.slice(0, FIRST)
    fields = {column.column: column.field for column in understanding.columns}
    first = {column: table[field].to_pylist() for column, field in fields.items()}
    columns = [Column(c, f, tuple(_shown(value) for value in first[c])) for c, f in fields.items()]
    columns += [Column(c, "", ()) for c in understanding.not_understood]
    present = {f for f in SCHEMA.names if batch.table[f].null_count < batch.table.num_rows}
    return Preview(
        name=formatting.clean(name, longest=80),
        form=understanding.format,
        columns=tuple(dataclasses.replace(c, name=c.name) for c in columns),
        rows=batch.table.num_rows,
        rejected=tuple(
            formatting.clean(f"{one.where}: {one.field + ': ' if one.field else ''}{one.reason}")
            for one in batch.refused[:5]
        ),
        missing=_missing(present),
        dated="observed_at" in present,
        fields=tuple(f for f in SCHEMA.names if f != "recent_posts"),
    )


def listing(
    path: Path, label: str, overrides: Mapping[str, str], *, order: Order | None, declared: int | None
) -> Listing:
    """The whole file as a listing under this label, read as `preview`. Raises InputError."""
    checked(path)
    return bounded_process.run(_listing, path, label, dict(overrides), order, declared)


def _listing(
    path: Path,
    label: str,
    overrides: Mapping[str, str],
    order: Order | None,
    declared: int | None,
) -> Listing:
    from zombiescope.records import Choices
    from zombiescope.sources.file import FileSource

    source = FileSource(order=order or "unknown", declared=declared, choices=Choices(columns=dict(overrides)))
    found = source.listing(str(path))
    if found.frame.listed > MOST_ROWS:
        raise InputError(f"the list has {found.frame.listed:,} followers", f"Send at most {MOST_ROWS:,}.")
    name = " ".join(_LABEL.sub(" ", label).split())[:100] or "file"
    account = AccountInfo(ref=f"upload:{name}", platform=found.account.platform, handle=name)
    return dataclasses.replace(found, account=account)


def _missing(present: set[str]) -> tuple[tuple[str, str], ...]:
    """What the file does not tell, and what that costs the answer."""
    costs = {
        "created_at": _(
            "no picture of when accounts were made, and no search for deliveries by creation date"
        ),
        "followers_count": _("the detector knows less of each follower, so that the interval grows"),
        "following_count": _("the detector knows less of each follower, so that the interval grows"),
        "posts_count": _("the detector knows less of each follower, so that the interval grows"),
        "bio": _("no search for profile texts that repeat"),
        "recent_posts": _("no share of dormant followers, and no search for posts that repeat"),
    }
    return tuple((field, cost) for field, cost in costs.items() if field not in present)


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == datetime.min.time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, list):
        return _("%(count)s posts") % {"count": len(value)}
    return formatting.clean(str(value), longest=40)
