"""Followers from CSV and TSV, in the record's form or another program's.

In the record's form an empty cell is unknown. What a spreadsheet would run as a formula, and an empty text,
is written with an apostrophe before it (`guard`), which reading takes off again (`unguard`), so that the
round trip holds. Files of other programs are read as they stand.
"""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import IO, NamedTuple

import numpy as np
import pyarrow as pa

from zombiescope.errors import InputError
from zombiescope.records import cells, lines
from zombiescope.records.column_mapping import Mapping as Columns
from zombiescope.records.container import Material
from zombiescope.records.dialect import Dialect, sniff
from zombiescope.records.formats import RECORD
from zombiescope.records.formula_guard import unguarded
from zombiescope.records.row_batch import Chunk, Head, Unread

__all__ = ["chunks", "head"]

_LOOKED_AT = 60  # lines that tell the dialect
_MOST = 64 * 2**20  # characters of text in a chunk


def head(material: Material, limit: int) -> Head:
    """The names of a table's columns and its first rows."""
    with lines.opened(material.path, material.name) as file:
        table = _Table(file, material)
        rows = [
            row.cells
            for row in islice(table, limit)
            if isinstance(row.cells, list) and len(row.cells) >= len(table.header)
        ]
    columns = {
        name: [row[i] if _is_text(row[i]) else None for row in rows] for i, name in enumerate(table.header)
    }
    return Head(table.header, dict(columns), len(rows), notes=table.notes)


def chunks(material: Material, columns: Columns, *, rows: int) -> Iterator[Chunk]:
    """The rows of a CSV file, at most `rows` in a chunk, bounded also in bytes."""
    with lines.opened(material.path, material.name) as file:
        yield from _chunks(_Table(file, material), columns, rows)


class _Row(NamedTuple):
    """A row of cells, or why there is none. where: its line or lines; begins: the first of them."""

    begins: int
    where: str
    cells: list[str] | lines.Broken


class _Unreadable(Exception):
    def __init__(self, broken: lines.Broken) -> None:
        super().__init__(broken.reason)
        self.broken = broken


class _Text:
    """Lines of text for csv.reader, which asks for more as long as a quote is open; `size` bounds one row."""

    def __init__(self, file: IO[bytes]) -> None:
        self._lines = lines.lines(file)
        self._ahead: deque[tuple[int, bytes | lines.Broken]] = deque()
        self.line = self.size = 0

    def __iter__(self) -> _Text:
        return self

    def __next__(self) -> str:
        self.line, line = self._ahead.popleft() if self._ahead else next(self._lines)
        if isinstance(line, lines.Broken):
            raise _Unreadable(line)
        if self.line == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        self.size += len(line)
        if self.size > lines.LONGEST:
            raise _Unreadable(lines.Broken("a quote is opened and not closed for too long"))
        return line.decode("utf-8", "surrogateescape")

    def first(self, count: int) -> list[str]:
        """The first lines, which are read again after."""
        self._ahead.extend(islice(self._lines, count))
        texts = (
            line.decode("utf-8", "surrogateescape") for _, line in self._ahead if isinstance(line, bytes)
        )
        return [text.removeprefix("\ufeff") for text in texts]

    def skip(self, count: int) -> None:
        """Pass over lines."""
        for _ in range(count):
            next(self, None)


class _Table:
    """A CSV file: its header, and its rows one after the other."""

    def __init__(self, file: IO[bytes], material: Material) -> None:
        # The module's limit of a cell is small, and one for all; a row has its own bound here.
        csv.field_size_limit(lines.LONGEST)
        self._text = _Text(file)
        self._unit, self._rows = material.unit, 0
        self.notes: tuple[str, ...] = ()
        name = material.name
        try:
            first = self._text.first(_LOOKED_AT)
            dialect = sniff(first)
            self._text.skip(dialect.skipped)
            self._rows = dialect.skipped
            self._reader = csv.reader(self._text, delimiter=dialect.delimiter, strict=True)
            self.header = self._header(dialect, first)
        except (csv.Error, _Unreadable) as error:
            raise InputError(f"{name}: the header cannot be read: {error}") from None
        if any(not name.isprintable() for name in self.header):
            raise InputError(
                f"{name} is no text file",
                "Followers are read from CSV, TSV, JSON, JSONL, Parquet, XLSX and ODS.",
            )

    def _header(self, dialect: Dialect, first: list[str]) -> list[str]:
        if dialect.skipped:
            self.notes = (f"{dialect.skipped} lines before the header were passed over",)
        if not dialect.header:
            width = len(next(csv.reader(first[dialect.skipped :], delimiter=dialect.delimiter), []))
            self.notes = (*self.notes, "the first line is no header: columns are called by their number")
            return [f"column {i + 1}" for i in range(width)]
        cells = [name.strip() for name in next((row for row in self._reader if row), [])]
        self._rows += 1
        names = ["", *cells] if dialect.row_names else cells
        times: Counter[str] = Counter()
        header = []
        for name in names:
            times[name] += 1
            header.append(name if times[name] == 1 else f"{name} ({times[name]})")
        return header

    def __iter__(self) -> Iterator[_Row]:
        while True:
            self._text.size = 0
            begins = self._text.line + 1
            cells: list[str] | lines.Broken
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except _Unreadable as error:
                cells = error.broken
            except csv.Error as error:
                open_ = "unexpected end" in str(error)
                cells = lines.Broken(
                    "a quote is opened and not closed" if open_ else f"is no row of cells ({error})",
                    last=open_,
                )
            ends = max(self._text.line, begins)
            if self._unit == "row":
                self._rows += 1
                begins = ends = self._rows
            if cells and (isinstance(cells, lines.Broken) or self._unit == "line" or any(cells)):
                where = f"{self._unit} {begins}" if ends == begins else f"{self._unit}s {begins}-{ends}"
                yield _Row(begins, where, cells)
            if isinstance(cells, lines.Broken) and cells.last:
                return


def _chunks(table: _Table, columns: Columns, rows: int) -> Iterator[Chunk]:
    at = {name: table.header.index(name) for name in columns.columns}
    width, end, size = len(table.header), 0, 0
    held: list[list[str]] = []
    numbers: list[int] = []
    wheres: list[str] = []
    unread: list[Unread] = []
    first = 0

    def chunk() -> Chunk:
        text, bad_text = _columns(held, at)
        if columns.format is RECORD:
            for alias in columns.aliases:
                if alias.kind in ("text", "id"):
                    text[alias.column] = unguarded(text[alias.column])
        filled, bad = cells.fill(text, columns, len(held))
        fits = np.ones(len(held), dtype=bool)
        for cell in (*bad_text, *bad):
            if fits[cell.row]:
                unread.append(Unread(numbers[cell.row], wheres[cell.row], cell.field, cell.reason))
            fits[cell.row] = False
        full_rows = np.flatnonzero(fits)
        ids = np.array(numbers, dtype=np.int64)[full_rows]
        return Chunk(
            filled.filter(pa.array(fits)), ids, [wheres[i] for i in full_rows.tolist()], unread, first, end
        )

    for row in table:
        first = first or row.begins
        if isinstance(row.cells, lines.Broken):
            unread.append(Unread(None if row.cells.last else end, row.where, None, row.cells.reason))
            end += not row.cells.last
        elif len(row.cells) < width or any(row.cells[width:]):
            unread.append(
                Unread(end, row.where, None, f"has {len(row.cells)} cells where the header has {width}")
            )
            end += 1
        else:
            held.append(row.cells)
            numbers.append(end)
            wheres.append(row.where)
            size += sum(map(len, row.cells))
            end += 1
        if len(held) + len(unread) >= rows or size >= _MOST:
            yield chunk()
            held, numbers, wheres, unread, first, size = [], [], [], [], 0, 0
    if held or unread:
        yield chunk()


def _columns(rows: list[list[str]], at: Mapping[str, int]) -> tuple[dict[str, pa.Array], list[cells.Bad]]:
    """The columns that are read, as text, and the cells that are not UTF-8."""
    columns: dict[str, pa.Array] = {}
    bad: list[cells.Bad] = []
    for name, i in at.items():
        column = [row[i] for row in rows]
        try:
            columns[name] = pa.array(column, pa.string())
        except UnicodeEncodeError:
            for row, cell in enumerate(column):
                if not _is_text(cell):
                    bad.append(cells.Bad(row, name, "is not UTF-8"))
                    column[row] = ""
            columns[name] = pa.array(column, pa.string())
    return columns, bad


def _is_text(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True
