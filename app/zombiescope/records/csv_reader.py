"""Followers from CSV and TSV, in the record's form or another program's.

In the record's form an empty cell is unknown. What a spreadsheet would run as a formula, and an empty text,
is written with an apostrophe before it (`guard`), which reading takes off again (`unguard`), so that the
round trip holds. Files of other programs are read as they stand.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import islice
from typing import IO

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.errors import InputError
from zombiescope.records import cells, csv_blocks, csv_rows, lines
from zombiescope.records.byte_stream import ByteStream
from zombiescope.records.column_mapping import Mapping as Columns
from zombiescope.records.container import Material
from zombiescope.records.csv_blocks import Block, Places
from zombiescope.records.csv_rows import Row
from zombiescope.records.dialect import reader, sniff
from zombiescope.records.formats import RECORD
from zombiescope.records.formula_guard import unguarded
from zombiescope.records.row_batch import Chunk, Head, Unread

__all__ = ["chunks", "head"]

_LOOKED_AT = 400  # lines that tell the dialect
_AHEAD = 2**20  # bytes in which they are looked for
_SLOW = 1_000  # rows that are read one after the other before a block is tried again
_MOST = 64 * 2**20  # characters of text in a chunk


def head(material: Material, limit: int) -> Head:
    """The names of a table's columns and its first rows."""
    with lines.opened(material.path, material.name) as file:
        table = _Table(file, material)
        rows = [
            row.cells
            for row in islice(table.slow_rows(), limit)
            if isinstance(row.cells, list) and table.fits(row.cells)
        ]
    columns = {
        name: [row[i] if _is_text(row[i]) else None for row in rows] for i, name in enumerate(table.header)
    }
    return Head(table.header, dict(columns), len(rows), notes=table.notes)


def chunks(material: Material, columns: Columns, *, rows: int) -> Iterator[Chunk]:
    """The rows of a CSV file, at most `rows` in a chunk, bounded also in bytes."""
    with lines.opened(material.path, material.name) as file:
        yield from _Chunks(_Table(file, material), columns, rows)


class _Table:
    """A CSV file: its header, and its rows one after the other.

    line: lines that were passed over. rows: rows of a workbook that were passed over.
    """

    def __init__(self, file: IO[bytes], material: Material) -> None:
        self.stream = ByteStream(file)
        self.unit = material.unit
        self.notes: tuple[str, ...] = ()
        self.line = self.rows = 0
        self._name = name = material.name
        first = self._first_lines()
        try:
            self.dialect = sniff(first)
            for _ in range(self.dialect.skipped):
                self.stream.readline(lines.LONGEST)
            self.line = self.rows = self.dialect.skipped
            self.header = self._header(first)
        except (csv.Error, *lines.TORN) as error:
            raise InputError(f"{name}: the header cannot be read: {error}") from None
        if any(not name.isprintable() for name in self.header):
            raise InputError(
                f"{name} is no text file",
                "Followers are read from CSV, TSV, JSON, JSONL, Parquet, XLSX and ODS.",
            )

    def fits(self, cells: list[str]) -> bool:
        """Whether a row has the header's cells. One more, be it empty, may mean that all are moved."""
        return len(cells) == len(self.header)

    def slow_rows(self) -> Iterator[Row]:
        """The rows from here on, one after the other; blank ones are none. Their lines are counted."""
        for row in csv_rows.rows(self.stream, self.dialect, line=self.line, width=len(self.header)):  # type: ignore[arg-type]
            self.line, self.rows = row.ends, self.rows + 1
            if isinstance(row.cells, lines.Broken) or any(row.cells):
                yield row if self.unit == "line" else Row(self.rows, self.rows, row.cells)

    def _first_lines(self) -> list[str]:
        ahead = bytes(self.stream.ahead(_AHEAD))
        texts = csv_rows.text_lines(BytesIO(ahead), _LOOKED_AT)
        # The last one may be cut short.
        return texts[:-1] if len(ahead) == _AHEAD and len(texts) > 1 else texts

    def _header(self, first: list[str]) -> list[str]:
        dialect = self.dialect
        if dialect.skipped:
            self.notes = (f"{dialect.skipped} lines before the header were passed over",)
        if not dialect.header:
            width = len(next(reader(first[dialect.skipped :], dialect), []))
            self.notes = (*self.notes, "the first line is no header: columns are called by their number")
            return [f"column {i + 1}" for i in range(width)]
        row = next(csv_rows.rows(self.stream, dialect, line=self.line, width=0), None)  # type: ignore[arg-type]
        if row is not None and isinstance(row.cells, lines.Broken):
            raise csv.Error(row.cells.reason)
        cells = [name.strip() for name in row.cells] if row is not None else []  # type: ignore[union-attr]
        self.line, self.rows = (row.ends if row is not None else self.line), self.rows + 1
        names = ["", *cells] if dialect.row_names else cells
        if dialect.width not in (0, len(names)):
            raise InputError(
                f"{self._name}: the header has {len(names)} cells and most rows have {dialect.width}",
                "Check the line with the columns' names, and that texts with a delimiter are in quotes.",
            )
        times: Counter[str] = Counter()
        header = []
        for name in names:
            times[name] += 1
            header.append(name if times[name] == 1 else f"{name} ({times[name]})")
        return header


class _Chunks:
    """The rows of a table in chunks: well-formed ones by whole blocks, others one after the other."""

    def __init__(self, table: _Table, columns: Columns, rows: int) -> None:
        self._table, self._columns, self._most = table, columns, rows
        self._at = {name: table.header.index(name) for name in columns.columns}
        self._end = 0
        self._broken_off = False

    def __iter__(self) -> Iterator[Chunk]:
        size = 2**20
        while not self._broken_off:
            block = self._block(size) if self._table.dialect.plain else None
            if block is not None:
                size = min(max(2**16, block.size * self._most // block.rows * 5 // 4), _MOST)
                yield self._of_block(block)
                continue
            chunk = self._of_rows()
            if chunk is None:
                return
            yield chunk

    def _block(self, size: int) -> Block | None:
        table = self._table
        data = table.stream.ahead(size)
        if not len(data):
            return None
        width = len(table.header)
        last = len(data) < size and table.stream.ended
        return csv_blocks.block(data, self._at, table.dialect, width=width, rows=self._most, last=last)

    def _of_block(self, block: Block) -> Chunk:
        table = self._table
        begins, ends = block.begins + table.line + 1, block.ends + table.line + 1
        if table.unit == "row":
            begins = ends = np.arange(table.rows + 1, table.rows + block.rows + 1, dtype=np.int64)
        numbers = np.arange(self._end, self._end + block.rows, dtype=np.int64)
        table.stream.take(block.size)
        table.line += block.lines
        table.rows += block.rows
        self._end += block.rows
        return self._chunk(block.columns, [], numbers, Places(table.unit, begins, ends), [], int(begins[0]))

    def _of_rows(self) -> Chunk | None:
        """A few rows, one after the other; the next may be a block again."""
        table = self._table
        held: list[list[str]] = []
        numbers: list[int] = []
        begins: list[int] = []
        ends: list[int] = []
        unread: list[Unread] = []
        first = size = 0
        for row in table.slow_rows():
            first = first or row.begins
            where = Places(table.unit, np.array([row.begins]), np.array([row.ends]))[0]
            if isinstance(row.cells, lines.Broken):
                unread.append(Unread(None if row.cells.last else self._end, where, None, row.cells.reason))
                self._end += not row.cells.last
                self._broken_off |= row.cells.last
            elif not table.fits(row.cells):
                reason = f"has {len(row.cells)} cells where the header has {len(table.header)}"
                unread.append(Unread(self._end, where, None, reason))
                self._end += 1
            else:
                held.append(row.cells)
                numbers.append(self._end)
                begins.append(row.begins)
                ends.append(row.ends)
                size += sum(map(len, row.cells))
                self._end += 1
            if len(held) + len(unread) >= min(self._most, _SLOW if table.dialect.plain else self._most):
                break
            if size >= _MOST:
                break
        if not held and not unread:
            return None
        text, bad = _columns(held, self._at)
        places = Places(table.unit, np.array(begins, dtype=np.int64), np.array(ends, dtype=np.int64))
        return self._chunk(text, bad, np.array(numbers, dtype=np.int64), places, unread, first)

    def _chunk(
        self,
        text: dict[str, pa.Array],
        bad_text: list[cells.Bad],
        numbers: npt.NDArray[np.int64],
        places: Places,
        unread: list[Unread],
        first: int,
    ) -> Chunk:
        if self._columns.format is RECORD:
            for alias in self._columns.aliases:
                if alias.kind in ("text", "id"):
                    text[alias.column] = unguarded(text[alias.column])
        filled, bad = cells.fill(text, self._columns, len(places))
        fits = np.ones(len(places), dtype=bool)
        for cell in (*bad_text, *bad):
            if fits[cell.row]:
                unread.append(Unread(int(numbers[cell.row]), places[cell.row], cell.field, cell.reason))
            fits[cell.row] = False
        full_rows = np.flatnonzero(fits)
        table = filled if fits.all() else filled.filter(pa.array(fits))
        lost = None if fits.all() else filled.filter(pa.array(~fits))
        return Chunk(table, numbers[full_rows], places.taken(full_rows), unread, first, self._end, lost)


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
