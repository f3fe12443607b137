"""Workbooks (XLSX, XLS, XLSB, ODS): a sheet as rows of text, by python-calamine."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine as calamine

from zombiescope.errors import InputError

__all__ = ["sheet_names", "write_csv"]


def sheet_names(path: Path, name: str) -> list[str]:
    """The sheets that have cells. Raises InputError where the workbook cannot be read."""
    book = _opened(path, name)
    return [sheet for sheet in book.sheet_names if book.get_sheet_by_name(sheet).height > 0]


def write_csv(path: Path, sheet: str, target: Path, name: str) -> int:
    """Write a sheet's rows as CSV, each row on its line, and return how many there are."""
    try:
        rows = _opened(path, name).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except calamine.CalamineError as error:
        raise InputError(f"{name}: the sheet {sheet} cannot be read: {error}") from None
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([_text(cell) for cell in row] for row in rows)
    return len(rows)


def _opened(path: Path, name: str) -> calamine.CalamineWorkbook:
    try:
        return calamine.load_workbook(str(path))
    except calamine.PasswordError:
        raise InputError(f"{name} has a password", "Save it without one.") from None
    except (calamine.CalamineError, OSError) as error:
        raise InputError(f"{name} is no workbook that can be read: {error}") from None


def _text(cell: object) -> str:
    """A cell as text: whole numbers without a fraction, dates in ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 1e21:
            return str(int(cell))
        return f"{cell!r}e0" if abs(cell) < 1000 else repr(cell)  # a fraction, and no group of thousands
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time, timedelta)):
        return str(cell)
    return str(cell)
