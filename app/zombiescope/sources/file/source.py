"""A file of followers as an account: `file:PATH`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.domain import AccountInfo, Frame, Order
from zombiescope.records import schema
from zombiescope.records.reader import batches, understand
from zombiescope.records.rejections import Rejections
from zombiescope.records.row_batch import Batch
from zombiescope.records.timelines import newest
from zombiescope.records.understanding import Choices
from zombiescope.sources.base import Fetched, Listing, Progressed, silent

__all__ = ["FileSource"]

# Fields that a list alone shows: a record with no others has no profile (suspended, deleted, or never fetched).
_NO_PROFILE = (
    "platform",
    "id",
    "handle",
    "position",
    "followed_at",
    "observed_at",
    "label",
    "label_source",
)


class FileSource:
    """The followers in a file, in the file's order or that of their `position`.

    order: which end of the list comes first, where the user knows. declared: the follower count that the
    platform shows, where the user knows it. choices: what the file does not decide of its reading.
    The whole file is read into memory; `batches` is for files of any
    size.
    """

    platform = "file"

    def __init__(
        self, *, order: Order = "unknown", declared: int | None = None, choices: Choices | None = None
    ) -> None:
        self._order = order
        self._declared = declared
        self._choices = choices or Choices()

    def listing(self, handle: str, *, progress: Progressed = silent) -> Listing:
        """The file at the path `handle`. An unreadable line keeps its place in the list, as an empty id.

        Raises InputError where the file cannot be read, or has no readable follower.
        """
        path = Path(handle).expanduser()
        understanding = understand(path, self._choices)
        read: list[Batch] = []
        rejections = Rejections()
        for batch in batches(path, choices=self._choices):
            read.append(batch)
            rejections.add(batch)
            progress(batch.end, None, 0)
        if not self._choices.accept_rejected:
            rejections.check(name=path.name, columns=understanding.column_of)
        rows, readable = _laid_out(read)
        rows, readable, warnings = _ordered(rows, readable)
        refused = tuple(r for batch in read for r in batch.refused)
        torn = any(batch.torn for batch in read)
        if torn:
            warnings.append(f"{path.name} breaks off: the followers after that are not in the list")
        if refused:
            warnings.append(f"{len(refused)} rows of {path.name} could not be used; they are listed by line")
        if unused := understanding.not_understood:
            warnings.append(f"not used of {path.name}: {', '.join(unused)}")
        return Listing(
            account=AccountInfo(ref=f"file:{handle}", platform=_platform(rows), handle=path.name),
            frame=Frame(
                declared=self._declared,
                listed=rows.num_rows,
                complete=not torn,
                order=self._order,
                warnings=tuple(warnings),
            ),
            rows=rows,
            skipped=_skipped(rows, readable),
            refused=refused,
            understanding=understanding,
        )

    def fetch(
        self, listing: Listing, places: Sequence[int], *, posts: int, progress: Progressed = silent
    ) -> Fetched:
        """The rows at `places`, each with its `posts` newest posts; the file has it all, so nothing is asked
        for."""
        reached = np.array([p for p in places if p not in listing.skipped], dtype=np.int64)
        rows = listing.rows.take(pa.array(reached)).combine_chunks()
        column = rows.schema.get_field_index("recent_posts")
        rows = rows.set_column(column, rows.schema.field(column), newest(rows["recent_posts"], posts))
        progress(len(places), len(places), 0)
        skipped = {p: listing.skipped[p] for p in places if p in listing.skipped}
        return Fetched(rows=rows, places=reached, skipped=skipped)


def _laid_out(read: Sequence[Batch]) -> tuple[pa.Table, npt.NDArray[np.bool_]]:
    """One row a place: the rows that were read, and an empty id where one could not be. With which are
    which."""
    table = pa.concat_tables([batch.table for batch in read])
    readable = np.zeros(max(batch.end for batch in read), dtype=bool)
    readable[np.concatenate([batch.places for batch in read])] = True
    if readable.all():
        return table.combine_chunks(), readable
    index = pa.array(np.cumsum(readable) - 1, mask=~readable)
    rows = table.take(index).combine_chunks()
    for name, value in (("id", ""), ("platform", _platform(table))):
        rows = rows.set_column(
            rows.schema.get_field_index(name), schema.SCHEMA.field(name), pc.fill_null(rows[name], value)
        )
    return rows, readable


def _ordered(
    rows: pa.Table, readable: npt.NDArray[np.bool_]
) -> tuple[pa.Table, npt.NDArray[np.bool_], list[str]]:
    """By position, where every row has one; an unreadable row stays behind the row it followed in the
    file."""
    known = int(pc.sum(rows["position"].is_valid()).as_py())
    if known < readable.sum():
        part = f"{known} of {int(readable.sum())} rows say their position: the file's order is kept"
        return rows, readable, [part] if known else []
    position = np.asarray(pc.fill_null(pc.fill_null_forward(rows["position"].combine_chunks()), -1))
    order = np.argsort(position, kind="stable")
    if np.array_equal(order, np.arange(order.size)):
        return rows, readable, []
    return rows.take(pa.array(order)).combine_chunks(), readable[order], []


def _skipped(rows: pa.Table, readable: npt.NDArray[np.bool_]) -> dict[int, str]:
    skipped = dict.fromkeys(np.flatnonzero(~readable).tolist(), "unreadable")
    known = [np.asarray(rows[name].is_valid()) for name in rows.column_names if name not in _NO_PROFILE]
    skipped.update(dict.fromkeys(np.flatnonzero(readable & ~np.any(known, axis=0)).tolist(), "no profile"))
    return dict(sorted(skipped.items()))


def _platform(rows: pa.Table) -> str:
    """The platform of all rows, or `file` where they are of several."""
    names = [name for name in pc.unique(rows["platform"]).to_pylist() if name]
    return str(names[0]) if len(names) == 1 else "file"
