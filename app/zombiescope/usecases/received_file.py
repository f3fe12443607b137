"""Files that clients of the service send, read in a process with limits to its memory and time.

Each function raises InputError where nothing of the file can be read or it holds too much, TooLarge past the limits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from zombiescope import bounded_process, formatting
from zombiescope.domain import AccountInfo, Order
from zombiescope.errors import InputError
from zombiescope.records import Choices, batches, understand
from zombiescope.records import read as read_records
from zombiescope.records.schema import SCHEMA
from zombiescope.records.understanding import Understanding
from zombiescope.sources.base import Listing
from zombiescope.sources.file import FileSource

__all__ = ["MOST_ROWS", "Preview", "labelled", "listing", "preview"]

MOST_ROWS = 1_000_000
PREVIEW_ROWS = 200


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


def listing(
    path: Path,
    label: str,
    *,
    order: Order | None = None,
    declared: int | None = None,
    choices: Choices | None = None,
) -> Listing:
    """The whole file as the follower list of `upload:LABEL`. declared: followers that the platform shows."""
    return bounded_process.run(_listing, path, label, order, declared, choices)


def preview(path: Path, name: str, choices: Choices) -> Preview:
    """The columns of the file as they are understood, and what is still open."""
    return bounded_process.run(_preview, path, name, choices)


def labelled(path: Path) -> pa.Table:
    """The records of a labelled file. Raises InputError where one cannot be read, or not both classes are there."""
    return bounded_process.run(_labelled, path)


def _listing(
    path: Path, label: str, order: Order | None, declared: int | None, choices: Choices | None
) -> Listing:
    source = FileSource(order=order or "unknown", declared=declared, choices=choices)
    result = source.listing(str(path))
    if result.frame.listed > MOST_ROWS:
        raise InputError(f"the list has {result.frame.listed:,} followers", f"Send at most {MOST_ROWS:,}.")
    account = AccountInfo(ref=f"upload:{label}", platform=result.account.platform, handle=label)
    return replace(result, account=account)


def _preview(path: Path, name: str, choices: Choices) -> Preview:
    understanding = understand(path, choices)
    # What is undecided cannot be read yet: the questions stand in the preview.
    rejected = (
        () if understanding.questions else next(batches(path, rows=PREVIEW_ROWS, choices=choices)).refused
    )
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


def _labelled(path: Path) -> pa.Table:
    table, rejected = read_records(path)
    if rejected:
        first = rejected[0]
        raise InputError(
            f"{len(rejected)} rows cannot be read; the first is {first.where}: "
            f"{first.field + ': ' if first.field else ''}{first.reason}",
            "Correct or remove them: a model is trained on all rows or on none.",
        )
    labels = set(pc.unique(table["label"]).to_pylist())
    if not labels >= {"zombie", "genuine"}:
        raise InputError(
            "the records hold no example of both labels, zombie and genuine",
            "docs/retraining.md says what a labelled sample must hold.",
        )
    return table
