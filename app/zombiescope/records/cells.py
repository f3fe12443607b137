"""Cells of text to columns of the record, a column at a time, with the cells that do not fit."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Lookup
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.records import dates, posts
from zombiescope.records.column_mapping import Mapping
from zombiescope.records.field_aliases import Alias, Format, Kind
from zombiescope.records.schema import SCHEMA

__all__ = ["Bad", "fill"]

Bools = npt.NDArray[np.bool_]

_NOTHING = pa.array(["", "null", "none", "nan", "na", "n/a", "\\n"])  # \N is how MySQL dumps a null
_TRUE = pa.array(["true", "t", "yes", "y", "1", "1.0"])
_FALSE = pa.array(["false", "f", "no", "n", "0", "0.0"])
_LABELS = pa.array(["zombie", "genuine"])
_SPREADSHEET = pa.array(
    ["#NAME?", "#VALUE!", "#REF!"]
)  # what a spreadsheet makes of text that begins with = or -
_ROUNDED = r"^\d(\.\d+)?[eE]\+?\d+$|^\d+\.0$"
_DEFAULT_PICTURE = r"default_profile|default_avatar|/default/|sinaimg\.cn/\d+/\d+/0/[01]$"
_MOST = 2**53
# Of these, an empty cell says that there is none; a name is never none.
_CAN_BE_NONE = {"bio", "location", "url"}


@dataclass(frozen=True)
class Bad:
    """A cell that cannot be read: its row, the field it was for and why."""

    row: int
    field: str
    reason: str


@dataclass(frozen=True)
class _Column:
    """values: (rows,) of the field's type. bad: (rows,), True where the cell does not fit. reason: of a bad
    cell."""

    values: pa.Array
    bad: Bools
    reason: Callable[[int, str], str]


def fill(cells: Lookup[str, pa.Array], mapping: Mapping, rows: int) -> tuple[pa.Table, list[Bad]]:
    """A table of the record from the text columns of a file.

    cells: column name to (rows,) string. Returns the table (rows as given, `records.SCHEMA`) and the first
    bad cell of each row that has one, by row; what stands in the table at a bad cell means nothing.
    """
    columns: dict[str, pa.Array] = {}
    bad: dict[int, Bad] = {}
    for alias in mapping.aliases:
        text = cells[alias.column]
        if alias.also:
            text = pc.binary_join_element_wise(text, cells[alias.also], " ", null_handling="skip")
        column = _read(text, alias, mapping.format)
        for row in np.flatnonzero(column.bad).tolist():
            bad.setdefault(row, Bad(row, alias.field, column.reason(row, _short(text[row].as_py()))))
        before = columns.get(alias.field)
        columns[alias.field] = column.values if before is None else pc.coalesce(before, column.values)
    if "platform" not in columns:
        columns["platform"] = pa.repeat(pa.scalar(mapping.format.platform, pa.string()), rows)
    arrays = [columns[f.name] if f.name in columns else pa.nulls(rows, f.type) for f in SCHEMA]
    return pa.Table.from_arrays(arrays, schema=SCHEMA), [bad[row] for row in sorted(bad)]


def _read(text: pa.Array, alias: Alias, format_: Format) -> _Column:
    if alias.kind == "time":
        text = _known(text)
        values, bad = dates.parse(text, zone_hours=format_.zone_hours)
        return _Column(values, bad, "{1} is no date".format)
    if alias.kind == "posts":
        values, reasons = posts.parse(text, zone_hours=format_.zone_hours)
        bad = np.zeros(len(text), dtype=bool)
        bad[list(reasons)] = True
        return _Column(values, bad, lambda row, _: reasons[row])
    if alias.kind == "text":
        return _text(text, alias.field, format_)
    return _READERS[alias.kind](text)


def _text(text: pa.Array, field: str, format_: Format) -> _Column:
    if format_.blank:
        mangled = pc.is_in(text, value_set=_SPREADSHEET)
        if field in _CAN_BE_NONE:
            text = pc.fill_null(text, "")
            text = pc.if_else(pc.equal(text, "NULL"), "", text)
        else:
            text = pc.if_else(pc.equal(text, ""), None, text)
        text = pc.if_else(mangled, None, text)
    return _Column(text, _never(text), _fits)


def _id(text: pa.Array) -> _Column:
    bad = _true(pc.match_substring_regex(text, _ROUNDED))
    return _Column(text, bad, "{1} was rounded by a spreadsheet: keep ids as text".format)


def _count(text: pa.Array) -> _Column:
    text = _known(text)
    whole = pc.replace_substring_regex(text, pattern=r"\.0+$", replacement="")
    fits = pc.match_substring_regex(whole, r"^\d{1,16}$")
    values = pc.if_else(fits, whole, None).cast(pa.int64())
    bad = _true(pc.invert(fits)) | _true(pc.greater(values, _MOST))
    return _Column(pc.if_else(pa.array(bad), None, values), bad, _why_no_count)


def _why_no_count(_: int, cell: str) -> str:
    digits = cell.strip("'")
    if digits.startswith("-") and digits[1:].replace(".", "", 1).isdigit():
        return f"{cell} is negative"
    return f"{cell} is too large" if digits.isdigit() else f"{cell} is no whole number"


def _flag(text: pa.Array) -> _Column:
    word = pc.utf8_lower(_known(text))
    true, false = pc.is_in(word, value_set=_TRUE), pc.is_in(word, value_set=_FALSE)
    known = pc.or_(true, false)
    return _Column(
        pc.if_else(known, true, None),
        _true(pc.and_(pc.is_valid(word), pc.invert(known))),
        "{1} is neither true nor false".format,
    )


def _url(text: pa.Array) -> _Column:
    return _Column(pc.is_valid(_known(text)), _never(text), _fits)


def _avatar(text: pa.Array) -> _Column:
    return _Column(pc.invert(pc.match_substring_regex(_known(text), _DEFAULT_PICTURE)), _never(text), _fits)


def _default(text: pa.Array) -> _Column:
    """No avatar where the cell is true; one where it is false or empty; NULL is unknown."""
    word = pc.utf8_lower(pc.utf8_trim_whitespace(text))
    flag = _flag(pc.if_else(pc.equal(word, ""), "0", word))
    return _Column(pc.invert(flag.values), flag.bad, flag.reason)


def _label(text: pa.Array) -> _Column:
    text = _known(text)
    bad = _true(pc.invert(pc.is_in(text, value_set=_LABELS))) & np.asarray(text.is_valid())
    return _Column(text, bad, "{1} is neither zombie nor genuine".format)


_READERS: dict[Kind, Callable[[pa.Array], _Column]] = {
    "id": _id,
    "count": _count,
    "flag": _flag,
    "url": _url,
    "avatar": _avatar,
    "default": _default,
    "label": _label,
}


def _known(text: pa.Array) -> pa.Array:
    """The column without the blanks around its cells, null where a cell says nothing."""
    trimmed = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.is_in(pc.utf8_lower(trimmed), value_set=_NOTHING), None, trimmed)


def _true(mask: pa.Array) -> Bools:
    """(rows,) bool; null is False."""
    return np.asarray(pc.fill_null(mask, False), dtype=bool)


def _fits(row: int, cell: str) -> str:
    """The reason of a kind whose cells all fit, which nobody asks for."""
    return f"{cell} in row {row} does not fit"


def _never(text: pa.Array) -> Bools:
    return np.zeros(len(text), dtype=bool)


def _short(cell: str | None) -> str:
    """A cell as an error shows it."""
    return repr(cell if cell is None or len(cell) <= 40 else cell[:39] + "…")
