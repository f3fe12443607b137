"""Many well-formed rows of a text table at once, by pyarrow: the fast path of `csv_rows`.

A block of bytes is cut at the last line feed outside quotes and handed to pyarrow only where both readers see the same
rows: quotes around whole cells, one number of cells, no blank lines, no return within a line. Everything else is left
to `csv_rows`, which says what is wrong with a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv

from zombiescope.records.dialect import Dialect

__all__ = ["Block", "Places", "block"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_FEED, _RETURN, _QUOTE = 10, 13, 34


@dataclass(frozen=True)
class Block:
    """columns: name to (rows,) text. rows: how many. begins, ends: (rows,) the first and last line of each row, from 0.
    lines: how many lines there are. size: how many bytes."""

    columns: dict[str, pa.Array]
    rows: int
    begins: Ints
    ends: Ints
    lines: int
    size: int


class Places(Sequence[str]):
    """Where rows stand, for a person: "line 7" or "lines 7-9", written when asked for.

    begins, ends: (rows,) the first and last line of each.
    """

    def __init__(self, unit: str, begins: Ints, ends: Ints) -> None:
        self._unit, self._begins, self._ends = unit, begins, ends

    def __len__(self) -> int:
        return int(self._begins.size)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...

    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return Places(self._unit, self._begins[index], self._ends[index])
        first, last = int(self._begins[index]), int(self._ends[index])
        return f"{self._unit} {first}" if first == last else f"{self._unit}s {first}-{last}"

    def taken(self, rows: Ints) -> Places:
        """The places of some rows."""
        return Places(self._unit, self._begins[rows], self._ends[rows])


def block(
    data: memoryview, at: dict[str, int], dialect: Dialect, *, width: int, rows: int, last: bool
) -> Block | None:
    """The first rows of `data`, at most `rows`, or None where they are for `csv_rows`.

    at: the columns that are read, each with its place in a row. width: cells of a row. last: nothing follows the data.
    """
    held = np.frombuffer(data, dtype=np.uint8)
    feeds = np.flatnonzero(held == _FEED)
    quotes = np.flatnonzero(held == _QUOTE) if dialect.quote else np.empty(0, dtype=np.int64)
    outer = feeds[_outside(quotes, feeds)]
    if last and held.size and held[-1] != _FEED and quotes.size % 2 == 0:
        outer = np.append(outer, held.size - 1)
    ends = outer[:rows]
    if not ends.size:
        return None
    size = int(ends[-1]) + 1
    held, feeds, quotes = held[:size], feeds[feeds < size], quotes[quotes < size]
    begins = np.concatenate(([0], ends[:-1] + 1))
    if not (_quoted_whole(held, quotes, ord(dialect.delimiter)) and _lines_end_well(held, quotes)):
        return None
    marks = np.flatnonzero(held == ord(dialect.delimiter))
    outside = marks[_outside(quotes, marks)] if quotes.size else marks
    cells = np.diff(np.searchsorted(outside, ends + 1), prepend=0) + 1
    # A row of delimiters alone is blank, and none.
    lengths = ends - begins + (held[ends] != _FEED)
    if (cells != width).any() or ((lengths <= width + 1).any() and _blank(held, begins, ends, width)):
        return None
    first = np.searchsorted(feeds, begins)
    final = np.searchsorted(feeds, ends)
    if quotes.size and _rows_within_rows(feeds, marks, first, final, width):
        return None
    table = _parsed(data[:size], dialect, at, width)
    if table is None or table.num_rows != ends.size:
        return None
    columns = {name: table[str(i)].combine_chunks() for name, i in at.items()}
    return Block(columns, int(ends.size), first, final, int(feeds.size) + (held[-1] != _FEED), size)


def _outside(quotes: Ints, places: Ints) -> Bools:
    """(places,) whether each is outside quotes: an even number of them is before it."""
    if not quotes.size:
        return np.ones(places.size, dtype=bool)
    return np.asarray(np.searchsorted(quotes, places) % 2 == 0)


def _quoted_whole(held: npt.NDArray[np.uint8], quotes: Ints, delimiter: int) -> bool:
    """Whether each quote opens or closes a cell, or is one of two within it."""
    if not quotes.size:
        return True
    if quotes.size % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = held[np.maximum(opening - 1, 0)]
    begins = (before == delimiter) | (before == _FEED) | (opening == 0)
    begins[1:] |= opening[1:] == closing[:-1] + 1
    after = held[np.minimum(closing + 1, held.size - 1)]
    ends = (after == delimiter) | (after == _FEED) | (after == _RETURN) | (closing == held.size - 1)
    ends[:-1] |= closing[:-1] + 1 == opening[1:]
    return bool(begins.all() and ends.all())


def _lines_end_well(held: npt.NDArray[np.uint8], quotes: Ints) -> bool:
    """Whether every return outside quotes is the first half of a line's end, and no byte is 0."""
    returns = np.flatnonzero(held == _RETURN)
    returns = returns[_outside(quotes, returns)]
    if returns.size and (returns[-1] == held.size - 1 or (held[returns + 1] != _FEED).any()):
        return False
    return bool(held.all())


def _blank(held: npt.NDArray[np.uint8], begins: Ints, ends: Ints, cells: int) -> bool:
    """Whether some row has no character but its delimiters."""
    returned = (ends > 0) & (held[ends - 1] == _RETURN) & (held[ends] == _FEED)
    lengths = ends - begins + (held[ends] != _FEED) - returned
    return bool((lengths <= cells - 1).any())


def _rows_within_rows(feeds: Ints, marks: Ints, first: Ints, final: Ints, width: int) -> bool:
    """Whether a row of several lines has in each of them the delimiters of a row, so that its quotes may be signs
    within two cells."""
    if width < 2 or not (final > first).any():
        return False
    upto = np.searchsorted(marks, feeds)
    in_line = np.diff(np.append(upto, marks.size), prepend=0)
    return any(
        (in_line[first[row] : final[row] + 1] == width - 1).all() for row in np.flatnonzero(final > first)
    )


def _parsed(data: memoryview, dialect: Dialect, at: dict[str, int], width: int) -> pa.Table | None:
    wanted = [str(i) for i in sorted(set(at.values()))]
    try:
        return pacsv.read_csv(
            pa.BufferReader(data),
            read_options=pacsv.ReadOptions(
                use_threads=False, block_size=len(data) + 1, column_names=[str(i) for i in range(width)]
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=dialect.quote or False,
                newlines_in_values=True,
                ignore_empty_lines=False,
            ),
            convert_options=pacsv.ConvertOptions(
                include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string())
            ),
        )
    except pa.ArrowInvalid:
        return None
