"""The rows of a text table one after the other, by Python's csv module: of any dialect, well-formed or not."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import IO, NamedTuple

from zombiescope.records import lines
from zombiescope.records.dialect import Dialect, reader

__all__ = ["Row", "UnreadableLine", "rows", "text_lines"]


class Row(NamedTuple):
    """A row of cells, or why there is none. begins, ends: its first and last line."""

    begins: int
    ends: int
    cells: list[str] | lines.Broken


class UnreadableLine(Exception):
    """A line that is too long, or where the file breaks off."""

    def __init__(self, broken: lines.Broken) -> None:
        super().__init__(broken.reason)
        self.broken = broken


class _Text:
    """Lines of text for csv.reader, which asks for more as long as a quote is open; `row` are those of one row."""

    def __init__(self, file: IO[bytes], line: int) -> None:
        self._lines = lines.lines(file)
        self.line = line
        self.size = 0
        self.row: list[str] = []

    def __iter__(self) -> _Text:
        return self

    def __next__(self) -> str:
        _, line = next(self._lines)
        self.line += 1
        if isinstance(line, lines.Broken):
            raise UnreadableLine(line)
        if self.line == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        self.size += len(line)
        if self.size > lines.LONGEST:
            raise UnreadableLine(lines.Broken("a quote is opened and not closed for too long"))
        self.row.append(line.decode("utf-8", "surrogateescape"))
        return self.row[-1]


def rows(file: IO[bytes], dialect: Dialect, *, line: int, width: int) -> Iterator[Row]:
    """The rows of what the file has from here on. line: how many lines were before. width: of the header."""
    # The module's limit of a cell is small, and one for all; a row has its own bound here.
    csv.field_size_limit(lines.LONGEST)
    text = _Text(file, line)
    cut = reader(text, dialect)
    while True:
        text.size, text.row = 0, []
        begins = text.line + 1
        cells: list[str] | lines.Broken
        try:
            cells = next(cut)
        except StopIteration:
            return
        except UnreadableLine as error:
            cells = error.broken
        except csv.Error as error:
            open_ = "unexpected end" in str(error)
            cells = lines.Broken(
                "a quote is opened and not closed" if open_ else f"is no row of cells ({error})", last=open_
            )
        if isinstance(cells, list) and len(text.row) > 1 and _are_rows(text.row, dialect, width):
            cells = lines.Broken("a quote runs over lines that are rows themselves")
        if cells:
            yield Row(begins, max(text.line, begins), cells)
        if isinstance(cells, lines.Broken) and cells.last:
            return


def _are_rows(row: list[str], dialect: Dialect, width: int) -> bool:
    """Whether each line of a row over several lines has as many cells as the header, so that its quotes may be signs
    within two cells."""
    return width > 1 and all(line.count(dialect.delimiter) == width - 1 for line in row)


def text_lines(file: IO[bytes], count: int) -> list[str]:
    """The next `count` lines as text, without a byte-order mark; fewer where the file ends or breaks off."""
    texts: list[str] = []
    for _, line in lines.lines(file):
        if isinstance(line, lines.Broken):
            break
        texts.append(line.decode("utf-8", "surrogateescape"))
        if len(texts) == count:
            break
    if texts:
        texts[0] = texts[0].removeprefix("\ufeff")
    return texts
