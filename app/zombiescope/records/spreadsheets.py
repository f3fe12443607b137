"""Workbooks (XLSX, XLS, XLSB, ODS): a sheet as rows of text, by python-calamine."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine as calamine

from zombiescope.errors import InputError

__all__ = ["Workbook"]


class Workbook:
    """A workbook that is open. Raises InputError where it cannot be read."""

    def __init__(self, path: Path, name: str) -> None:
        self._book = _opened(path, name)
        self._name = name

    def sheet_names(self) -> list[str]:
        """The sheets that have cells; of a workbook of one sheet that sheet, with cells or without."""
        names = self._book.sheet_names
        if len(names) == 1:
            return list(names)
        return [name for name in names if self._book.get_sheet_by_name(name).height > 0]

    def write_csv(self, sheet: str, target: Path) -> int:
        """Write a sheet's rows as CSV, each row on its line, and return how many there are."""
        try:
            rows = self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        except calamine.CalamineError as error:
            raise InputError(f"{self._name}: the sheet {sheet} cannot be read: {error}") from None
        with target.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(
                [cell if type(cell) is str else _text(cell) for cell in row] for row in rows
            )
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
        if abs(cell) >= 1e15:
            return f"{cell:.14E}"  # a spreadsheet keeps 15 digits: what stands here is rounded
        if cell.is_integer():
            return str(int(cell))
        return f"{cell!r}e0" if abs(cell) < 1000 else repr(cell)  # a fraction, and no group of thousands
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time, timedelta)):
        return str(cell)
    return str(cell)
