"""A run of a file's rows as a table, and what every row must pass, whatever the file's form."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.domain import RejectedRow
from zombiescope.errors import InputError
from zombiescope.records import row_traits
from zombiescope.records.row_traits import Trait

__all__ = ["Batch", "Chunk", "Head", "Unread", "checked"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_FIRST = np.datetime64("0001-01-02", "us").astype(np.int64)
_LAST = np.datetime64("9999-12-30", "us").astype(np.int64)


@dataclass(frozen=True)
class Head:
    """The beginning of a file: the names of its columns, and its first rows as text.

    cells: column to (rows,) texts, None where there is no value. plain: no unpacking of a JSON value is needed.
    """

    names: list[str]
    cells: dict[str, list[str | None]]
    rows: int
    plain: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    """Some rows of a file.

    table: those that could be read (columns of `records.SCHEMA`). refused: those that could not, with line
    and field. first: the line (of a Parquet file: the row) where the batch begins. places: (rows,), the place
    of each row in the file's list, 0 first; an unreadable row takes a place, since a follower was there, a
    repeated one takes none. end: the number of places to the end of the batch. torn: the file breaks off
    here. traits: how many of the rows read have each; rejected_traits: how many of the `rejected_rows`, those whose
    other cells could be read.
    """

    table: pa.Table
    refused: list[RejectedRow]
    first: int
    places: Ints
    end: int
    torn: bool = False
    traits: Counter[Trait] = dataclasses.field(default_factory=Counter)
    rejected_traits: Counter[Trait] = dataclasses.field(default_factory=Counter)
    rejected_rows: int = 0


@dataclass(frozen=True)
class Unread:
    """A row that could not be read: its number among the rows, where it stands, the field, and why.

    row: None where it is not a row but the end of a file that breaks off.
    """

    row: int | None
    where: str
    field: str | None
    reason: str


@dataclass(frozen=True)
class Chunk:
    """What a reader hands over: rows that it could read, with their numbers among all rows, and those it
    could not.

    lines: where each row of the table stands, for a person. end: the number of rows to the end of the chunk. rejected:
    rows of which a cell could not be read, as far as they could.
    """

    table: pa.Table
    rows: Ints
    lines: Sequence[str]
    unread: list[Unread]
    first: int
    end: int
    rejected: pa.Table | None = None


class _SeenIds:
    """The ids met so far, as sorted runs of 8-byte hashes: 1M ids take 8 MB.

    Two ids of one hash would have one refused wrongly: a chance of 3e-4 in a file of 100 million.
    """

    def __init__(self) -> None:
        self._runs: list[Ints] = []

    def repeated(self, keys: Ints) -> Bools:
        """(rows,) whether each key was met before, in the runs or earlier among `keys`, which are then
        added."""
        _, first, back = np.unique(keys, return_index=True, return_inverse=True)
        before: Bools = first[back] != np.arange(keys.size)
        for run in self._runs:
            at = np.minimum(np.searchsorted(run, keys), run.size - 1)
            before |= run[at] == keys
        fresh = np.sort(keys[~before])
        while self._runs and self._runs[-1].size <= 2 * fresh.size:
            fresh = np.sort(np.concatenate((self._runs.pop(), fresh)))
        if fresh.size:
            self._runs.append(fresh)
        return before


def checked(chunks: Iterable[Chunk], *, name: str) -> Iterator[Batch]:
    """Batches from a reader's chunks: rows without platform or id, and repeated ids, are refused.

    name: the file's, for messages. Raises InputError at the end where no row of the file was of use.
    """
    seen_ids = _SeenIds()
    usable = refused_rows = repeats = 0
    example: RejectedRow | None = None
    for chunk in chunks:
        unread = {u.row: u for u in chunk.unread if u.row is not None}
        torn = [u for u in chunk.unread if u.row is None]
        accepted = np.ones(chunk.table.num_rows, dtype=bool)
        for field, wrong, reason in _wrong(chunk.table):
            for i in np.flatnonzero(wrong & accepted).tolist():
                unread[int(chunk.rows[i])] = Unread(int(chunk.rows[i]), chunk.lines[i], field, reason)
            accepted &= ~wrong
        wrong_rows = ~accepted
        keys = _keys(chunk.table.filter(pa.array(accepted)))
        again = np.zeros(chunk.table.num_rows, dtype=bool)
        again[accepted] = seen_ids.repeated(keys)
        doubles = {}
        for i in np.flatnonzero(again).tolist():
            reason = f"{chunk.table['id'][i].as_py()!r} is there twice"
            doubles[int(chunk.rows[i])] = Unread(int(chunk.rows[i]), chunk.lines[i], "id", reason)
        accepted &= ~again

        notes = [*(u for _, u in sorted({**unread, **doubles}.items())), *torn]
        refused = [RejectedRow(f"{name} {u.where}", u.field, u.reason) for u in notes]
        rows = chunk.rows[accepted]
        earlier = np.searchsorted(np.array(sorted(doubles), dtype=np.int64), rows)
        places = rows - repeats - earlier
        repeats += len(doubles)
        usable += int(accepted.sum())
        refused_rows += len(refused)
        example = example or (refused[0] if refused else None)
        if refused or accepted.any():
            table = chunk.table if accepted.all() else chunk.table.filter(pa.array(accepted))
            lost = chunk.table.filter(pa.array(wrong_rows))
            if chunk.rejected is not None:
                lost = pa.concat_tables([chunk.rejected, lost])
            yield Batch(
                table, refused, chunk.first, places, chunk.end - repeats, bool(torn),
                traits=row_traits.counted(table), rejected_traits=row_traits.counted(lost), rejected_rows=lost.num_rows,
            )  # fmt: skip
    if not usable:
        raise _useless(name, refused_rows, example)


def _useless(name: str, count: int, example: RejectedRow | None) -> InputError:
    if example is None:
        return InputError(f"{name} holds no follower", "Give a file with one follower a line.")
    text = f"{example.where}: {example.field + ': ' if example.field else ''}{example.reason}"
    return InputError(
        f"{name} holds no follower that can be read ({count} refused; {text})",
        "docs/record.md shows the record; `zombiescope import` reads the dumps of other programs.",
    )


def _wrong(table: pa.Table) -> Iterator[tuple[str, Bools, str]]:
    """Fields that no row may lack, and dates that only look like one: (rows,) masks with their reasons."""
    for field in ("id", "platform"):
        blank = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(table[field]), ""), True)
        yield field, np.asarray(blank, dtype=bool), "is missing"
    for field in ("created_at", "observed_at", "followed_at"):
        yield field, _beyond(table[field]), "is beyond the years 1 to 9999"
    posts = table["recent_posts"].combine_chunks()
    beyond = _beyond(pc.struct_field(pc.list_flatten(posts), "created_at"))
    wrong = np.zeros(table.num_rows, dtype=bool)
    wrong[np.asarray(pc.list_parent_indices(posts))[beyond]] = True
    yield "recent_posts", wrong, "a date is beyond the years 1 to 9999"


def _beyond(times: pa.Array | pa.ChunkedArray) -> Bools:
    """A date near year 1 or 9999, which another time zone would carry out of what a date can be."""
    micros = np.asarray(pc.fill_null(times.cast(pa.int64()), 0))
    return np.asarray((micros < _FIRST) | (micros > _LAST), dtype=bool)


def _keys(table: pa.Table) -> Ints:
    """(rows,) a hash of each row's platform and id."""
    pairs = zip(table["platform"].to_pylist(), table["id"].to_pylist(), strict=True)
    return np.fromiter(map(hash, pairs), dtype=np.int64, count=table.num_rows)
