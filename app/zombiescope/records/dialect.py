"""The dialect of a text table: its delimiter and quotes, what stands before its header, and columns without a name."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

__all__ = ["Dialect", "reader", "sniff"]

_DELIMITERS = (",", "\t", ";", "|")
_SEPARATOR = "sep="  # Excel's own first line
_SPACED_QUOTE = re.compile(r"""[,;|]\s+["']""")


@dataclass(frozen=True)
class Dialect:
    """How lines are cut into rows, and rows into cells.

    delimiter: one character. quote: the mark around cells, None where there is none. escape: the mark before a quote
    within a cell, where it is not doubled (Spark, MySQL). blanks: blanks after a delimiter are no part of the cell.
    skipped: lines before the header (a title, Excel's "sep=;"). header: whether the first row names the columns.
    row_names: the rows have a name that the header lacks (R's write.table). width: the cells that most of the rows
    looked at have, 0 where none was seen.
    """

    delimiter: str
    quote: str | None = '"'
    escape: str | None = None
    blanks: bool = False
    skipped: int = 0
    header: bool = True
    row_names: bool = False
    width: int = 0

    @property
    def plain(self) -> bool:
        """Whether cells are quoted as RFC 4180 says, or not at all."""
        return self.quote in ('"', None) and self.escape is None and not self.blanks


def reader(lines: Iterable[str], dialect: Dialect) -> Iterator[list[str]]:
    """The rows of the lines. Raises csv.Error at a row whose quotes are not where the dialect lets them be."""
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or '"',
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar=dialect.escape,
        skipinitialspace=dialect.blanks,
        strict=True,
    )


def sniff(lines: Sequence[str]) -> Dialect:
    """The dialect of a table whose first lines are given.

    The delimiter is the one that leaves every quote at the end of a cell, cuts the most lines into the same number of
    cells, and among those the most cells. Other ways of quoting are taken only where the usual one does not fit.
    """
    skipped = 0
    given = None
    if lines and lines[0].strip().casefold().startswith(_SEPARATOR) and len(lines[0].rstrip("\r\n")) == 5:
        given, skipped = lines[0].rstrip("\r\n")[4], 1
    lines = lines[skipped:]
    delimiters = (given,) if given else _DELIMITERS
    dialect = max((_quoting(lines, d) for d in delimiters), key=lambda d: _score(*_parsed(lines, d)))
    rows, _ = _parsed(lines, dialect)
    width = _width(rows)
    before = 0
    for row in rows[:20]:
        filled = [cell for cell in row if cell.strip()]
        title = width > 1 and len(row) < width and len(filled) <= 1
        blank = width > 1 and not filled
        if not (title or blank or (row and row[0].startswith("# "))):
            break
        before += 1
    rows = rows[before:]
    if not rows:
        return Dialect(dialect.delimiter)
    first = rows[0]
    return replace(
        dialect,
        skipped=skipped + before,
        header=not _is_data(first),
        row_names=_has_row_names(first, rows[1:], width),
        width=_width(rows[1:]),
    )


def _quoting(lines: Sequence[str], delimiter: str) -> Dialect:
    """How the cells between a delimiter are quoted."""
    usual = Dialect(delimiter)
    text = "".join(lines)
    rows, sound = _parsed(lines, usual)
    if _in_single_quotes(rows):
        single = Dialect(delimiter, quote="'")
        if _even(*_parsed(lines, single)):
            return single
    others = []
    if _SPACED_QUOTE.search(text):
        others.append(Dialect(delimiter, blanks=True))
    if _even(rows, sound) and not others:
        return usual
    if '\\"' in text:
        others.append(Dialect(delimiter, escape="\\"))
    if '"' in text and delimiter == "\t":
        others.append(Dialect(delimiter, quote=None))
    for other in others:
        if _even(*_parsed(lines, other)):
            return other
    return usual


def _in_single_quotes(rows: Sequence[Sequence[str]]) -> bool:
    """Whether some column's cells all begin with an apostrophe, most of them ending with one."""
    if len(rows) < 3:
        return False
    columns = zip(*(row for row in rows[1:] if row), strict=False)
    for column in columns:
        cells = [cell for cell in column if cell]
        if len(cells) > 1 and all(cell.startswith("'") for cell in cells):
            ended = sum(len(cell) > 1 and cell.endswith("'") for cell in cells)
            if ended * 2 > len(cells):
                return True
    return False


def _even(rows: Sequence[Sequence[str]], sound: bool) -> bool:
    """Whether the rows are of one width, quotes where they belong."""
    width = _width(rows)
    return sound and width > 1 and sum(len(row) == width for row in rows[1:]) >= 0.9 * (len(rows) - 1)


def _parsed(lines: Sequence[str], dialect: Dialect) -> tuple[list[list[str]], bool]:
    """The rows that the dialect cuts the lines into, and whether all quotes are where it lets them be."""
    rows: list[list[str]] = []
    sound = True
    cut = reader(lines, dialect)
    while True:
        try:
            row = next(cut)
        except StopIteration:
            return rows, sound
        except csv.Error as error:
            # The lines may end within a quote; of any other fault the reader goes on with the next line.
            if "unexpected end" in str(error):
                return rows, sound
            sound = False
            continue
        rows += [row] if row else []


def _width(rows: Sequence[Sequence[str]]) -> int:
    """The number of cells that most rows have; the first such among equals."""
    counts = Counter(len(row) for row in rows)
    return counts.most_common(1)[0][0] if counts else 0


def _score(rows: Sequence[Sequence[str]], sound: bool) -> tuple[bool, bool, bool, int]:
    width = _width(rows)
    # Where rows have names, the header has a cell less.
    alike = sum(len(row) == width for row in rows) + (len(rows) > 1 and len(rows[0]) == width - 1)
    return width > 1, sound, bool(rows) and alike >= 0.7 * len(rows), width


def _has_row_names(first: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether each row begins with its name: R's are numbers from 1, pandas' from 0, of which a few may lack.

    A row of other names is not told from one whose text has a delimiter without quotes, which moves the cells.
    """
    if not (len(first) >= 2 and len(first) == width - 1 and rows):
        return False
    names = [row[0] for row in rows if len(row) == width]
    if not all(re.fullmatch(r"\d{1,9}", name) for name in names):
        return False
    numbers = [int(name) for name in names]
    return all(a < b for a, b in pairwise(numbers)) and numbers[-1] <= 2 * len(rows) + 10


def _is_data(row: Sequence[str]) -> bool:
    """Whether a row is of values rather than names: names of columns are no numbers and no addresses."""
    cells = [cell.strip().strip("\ufeff'") for cell in row]
    return any(cell.isdigit() or cell.startswith(("http://", "https://", "@")) for cell in cells if cell)
