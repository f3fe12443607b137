"""Rows of a filled-in table of labels: CSV in any encoding and dialect that a spreadsheet writes, or a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from zombiescope.errors import InputError, RecordError
from zombiescope.records.encoding import detect
from zombiescope.records.spreadsheets import Workbook

__all__ = ["rows_of"]

_NEEDED = ("id", "label")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # XLSX and ODS; XLS
_EXPORT_FIRST = "Import the file that `zombiescope label --export` wrote."


def rows_of(data: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by lower-case column name) of each row that has cells.

    Passed over before the header: comments, empty lines, and Excel's `sep=;`. Raises InputError or RecordError.
    """
    text = _workbook(data, name) if data.startswith(_WORKBOOKS) else _decoded(data, name)
    lines = io.StringIO(text, newline="")
    skipped, header = 0, lines.readline()
    # A spreadsheet may have put a comment in quotes, and separators after it.
    while header and (not header.strip(",;\t \r\n") or header.lstrip('"').startswith(("#", "sep="))):
        skipped, header = skipped + 1, lines.readline()
    if not header:
        raise InputError(f"{name} is empty", _EXPORT_FIRST)
    reader = csv.reader(chain([header], lines), delimiter=max(",;\t", key=header.count), strict=True)
    columns: list[str] = []
    line = skipped + 1
    try:
        for cells in reader:
            here, line = line, skipped + 1 + reader.line_num
            if not columns:
                columns = [cell.strip().casefold() for cell in cells]
                missing = [column for column in _NEEDED if column not in columns]
                if missing:
                    raise RecordError(
                        "there is no such column",
                        where=f"{name} line {here}",
                        field=missing[0],
                        advice=_EXPORT_FIRST,
                    )
            elif any(cell.strip() for cell in cells):
                yield here, dict(zip(columns, [*cells, *[""] * (len(columns) - len(cells))], strict=False))
    except csv.Error as error:
        raise RecordError(f"is no row of cells ({error})", where=f"{name} line {line}") from None


def _decoded(data: bytes, name: str) -> str:
    encoding = detect(io.BytesIO(data))
    try:
        return data.decode("utf-8-sig" if encoding.name == "utf-8" else encoding.name).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise InputError(f"{name} is in no encoding that can be told", "Save it as CSV UTF-8.") from None


def _workbook(data: bytes, name: str) -> str:
    """The first sheet as CSV."""
    with TemporaryDirectory() as folder:
        path, table = Path(folder, "book"), Path(folder, "table.csv")
        path.write_bytes(data)
        book = Workbook(path, name)
        sheets = book.sheet_names()
        if not (sheets and book.write_csv(sheets[0], table)):
            raise InputError(f"{name} is empty", _EXPORT_FIRST)
        return table.read_text("utf-8")
