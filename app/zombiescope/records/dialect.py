"""The dialect of a text table: its delimiter, what stands before its header, and columns without a name."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Dialect", "sniff"]

_DELIMITERS = (",", "\t", ";", "|")
_SEPARATOR = "sep="  # Excel's own first line


@dataclass(frozen=True)
class Dialect:
    """delimiter: one character. skipped: lines before the header (a title, Excel's "sep=;"). header: whether the first
    row names the columns. row_names: the rows have a name that the header lacks (R's write.table)."""

    delimiter: str
    skipped: int = 0
    header: bool = True
    row_names: bool = False


def sniff(lines: Sequence[str]) -> Dialect:
    """The dialect of a table whose first lines are given.

    The delimiter is the one that leaves every quote at the end of a cell, cuts the most lines into the same number of
    cells, and among those the most cells.
    """
    skipped = 0
    given = None
    if lines and lines[0].strip().casefold().startswith(_SEPARATOR) and len(lines[0].rstrip("\r\n")) == 5:
        given, skipped = lines[0].rstrip("\r\n")[4], 1
    lines = lines[skipped:]
    delimiter = given or max(_DELIMITERS, key=lambda d: _score(*_parsed(lines, d)))
    rows, _ = _parsed(lines, delimiter)
    width = _width(rows)
    for row in rows[:20]:
        filled = [cell for cell in row if cell.strip()]
        title = width > 1 and len(row) < width and len(filled) <= 1
        blank = width > 1 and not filled
        if not (title or blank or (row and row[0].startswith("# "))):
            break
        skipped += 1
    rows = rows[skipped - (1 if given else 0) :]
    if not rows:
        return Dialect(delimiter, 0)
    first = rows[0]
    row_names = (
        len(first) >= 2
        and len(first) == width - 1
        and len(rows) > 1
        and all(len(r) == width for r in rows[1:4])
    )
    return Dialect(delimiter, skipped, not _is_data(first), row_names)


def _parsed(lines: Sequence[str], delimiter: str) -> tuple[list[list[str]], bool]:
    """The rows that the delimiter cuts the lines into, and whether all quotes are where it lets them be."""
    rows = []
    try:
        for row in csv.reader(lines, delimiter=delimiter, strict=True):
            rows += [row] if row else []
    except csv.Error as error:
        # The lines may end within a quote.
        return rows, "unexpected end" in str(error)
    return rows, True


def _width(rows: Sequence[Sequence[str]]) -> int:
    """The number of cells that most rows have; the first such among equals."""
    counts = Counter(len(row) for row in rows)
    return counts.most_common(1)[0][0] if counts else 0


def _score(rows: Sequence[Sequence[str]], sound: bool) -> tuple[bool, bool, bool, int]:
    width = _width(rows)
    # Where rows have names, the header has a cell less.
    alike = sum(len(row) == width for row in rows) + (len(rows) > 1 and len(rows[0]) == width - 1)
    return width > 1, sound, bool(rows) and alike >= 0.7 * len(rows), width


def _is_data(row: Sequence[str]) -> bool:
    """Whether a row is of values rather than names: names of columns are no numbers and no addresses."""
    cells = [cell.strip().strip("\ufeff'") for cell in row]
    return any(cell.isdigit() or cell.startswith(("http://", "https://", "@")) for cell in cells if cell)
