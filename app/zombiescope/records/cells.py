"""Cells of text to columns of the record, a column at a time, with the cells that do not fit."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Lookup
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.errors import InputError
from zombiescope.records import dates, numbers, posts
from zombiescope.records.column_mapping import Mapping
from zombiescope.records.formats import GENERIC, RECORD, Alias, Format, Kind, kind_of
from zombiescope.records.label_words import LABEL_WORDS
from zombiescope.records.schema import SCHEMA

__all__ = ["Bad", "fill", "platform_name", "says_something"]

Bools = npt.NDArray[np.bool_]

# \N is how MySQL dumps a null; #N/A is a spreadsheet's.
_NOTHING_WORDS = frozenset(
    ["", "null", "none", "nan", "na", "n/a", "#n/a", "<na>", "nat", "nil", "\\n", "-", "--", "—", "–"]
)
_NOTHING = pa.array(sorted(_NOTHING_WORDS))
_TRUE = pa.array(
    [
        *(
            "true",
            "t",
            "yes",
            "y",
            "1",
            "1.0",
            "是",
            "oui",
            "vrai",
            "sí",
            "si",
            "verdadero",
            "ja",
            "wahr",
            "sim",
        ),
        *("verdadeiro", "はい", "vero", "да", "истина", "نعم", "✓", "private", "verified", "已认证"),
    ]
)
_FALSE = pa.array(
    [
        *("false", "f", "no", "n", "0", "0.0", "否", "non", "faux", "falso", "nein", "falsch", "não", "nao"),
        *("いいえ", "нет", "ложь", "لا", "✗", "public", "not verified", "未认证"),
    ]
)
_LABEL_WORDS = pa.array(list(LABEL_WORDS))
_LABELS = pa.array(list(LABEL_WORDS.values()))
_SPREADSHEET = pa.array(
    ["#NAME?", "#VALUE!", "#REF!"]
)  # what a spreadsheet makes of text that begins with = or -
# An id of which a spreadsheet made a number with marks between thousands.
_GROUPED_ID = r"^\d{1,3}(?:(?:,\d{3}){2,}|(?:\.\d{3}){2,}|(?:[’' \x{a0}\x{202f}]\d{3}){2,})$"
_ROUNDED = r"^\d(\.\d+)?[eE]\+\d+$|^\d{16,}\.0$"
# A platform as people write it, to the name that it has here.
_PLATFORMS = {
    "twitter": "x",
    "ig": "instagram",
    "insta": "instagram",
    "fb": "facebook",
    "sina weibo": "weibo",
}
_DEFAULT_PICTURE = r"default_profile|default_avatar|/default/|sinaimg\.cn/\d+/\d+/0/[01]$"
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


_ROUNDED_ID = "{1} was rounded by a spreadsheet: keep ids as text".format
# What a spreadsheet's last row says where an account's id would be.
_TOTAL_WORDS = (
    "total totals sum summe gesamt gesamtsumme totale somme suma итого сумма 合计 总计 合計 總計 المجموع"
)
_TOTALS = pa.array(_TOTAL_WORDS.split())


def _no_total(column: _Column) -> _Column:
    """Ids, without those that name a row of totals."""
    totals = _true(pc.is_in(pc.utf8_lower(column.values), value_set=_TOTALS))
    if not totals.any():
        return column
    return _Column(
        column.values,
        column.bad | totals,
        lambda row, cell: (
            f"{cell} names a row of totals, and no account" if totals[row] else column.reason(row, cell)
        ),
    )


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
    for name, value in mapping.constants:
        columns[name] = _constant(name, value, rows)
    if mapping.platform is not None:
        given = columns.get("platform")
        platform = pa.repeat(pa.scalar(mapping.platform, pa.string()), rows)
        columns["platform"] = platform if given is None else pc.coalesce(given, platform)
    arrays = [columns[f.name] if f.name in columns else pa.nulls(rows, f.type) for f in SCHEMA]
    return pa.Table.from_arrays(arrays, schema=SCHEMA), [bad[row] for row in sorted(bad)]


def _constant(field: str, value: str, rows: int) -> pa.Array:
    """A field that every row has. Raises InputError where the value does not fit it."""
    column = _read(pa.array([value]), Alias("", field, kind_of(field)), GENERIC)
    if column.bad[0] or not column.values[0].is_valid:
        raise InputError(f"--set {field}={value}: {value!r} does not fit {field}")
    return pa.repeat(column.values[0], rows)


def _read(text: pa.Array, alias: Alias, format_: Format) -> _Column:
    if alias.field == "platform" and format_ is not RECORD:
        return _platform(text)
    if alias.kind == "count":
        return _count(text, alias.style)
    if alias.kind == "time":
        text = _known(text)
        values, bad = dates.parse(text, zone_hours=format_.zone_hours, order=alias.style)
        return _Column(values, bad, "{1} is no date".format)
    if alias.kind == "posts":
        values, reasons = posts.parse(text, zone_hours=format_.zone_hours)
        bad = np.zeros(len(text), dtype=bool)
        bad[list(reasons)] = True
        return _Column(values, bad, lambda row, _: reasons[row])
    if alias.kind == "text":
        return _text(text, alias.field, format_)
    if format_ is RECORD and alias.kind in ("id", "handle"):
        # Our own files give back what was written, blanks before it and an @ included.
        bad = _rounded(text) if alias.kind == "id" else _never(text)
        return _Column(pc.if_else(pc.equal(text, ""), None, text), bad, _ROUNDED_ID)
    column = _READERS[alias.kind](text)
    return _no_total(column) if alias.field == "id" else column


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


def platform_name(text: str) -> str:
    """The name that a platform has here, from one that people give it."""
    name = text.strip().casefold()
    return _PLATFORMS.get(name, name)


def says_something(cell: str) -> bool:
    """Whether a cell is neither blank nor one of the words for nothing."""
    return cell.strip().lower() not in _NOTHING_WORDS


def _platform(text: pa.Array) -> _Column:
    coded = pc.utf8_lower(_known(text)).dictionary_encode()
    names = [platform_name(name) for name in coded.dictionary.to_pylist()]
    return _Column(pa.array(names, pa.string()).take(coded.indices), _never(text), _fits)


def _html(text: pa.Array) -> _Column:
    """Text without tags; a paragraph is a blank."""
    plain = pc.replace_substring_regex(text, "<[^>]*>", " ")
    for entity, sign in (("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'")):
        plain = pc.replace_substring(plain, entity, sign)
    return _Column(pc.utf8_trim_whitespace(plain), _never(text), _fits)


def _handle(text: pa.Array) -> _Column:
    """A unique name, without an @ before it; of a profile's address, its last part."""
    text = pc.utf8_trim_whitespace(text)
    text = pc.replace_substring_regex(
        text, r"^https?://[^/]+/(?:intent/user\?screen_name=|_u/)?([^/?#]+).*$", r"\1"
    )
    text = pc.replace_substring_regex(text, r"^@|^[^@]*\(@([\w.]+)\)$", r"\1")
    nothing = pc.is_in(pc.utf8_lower(text), value_set=pa.array(["", "null", "nan", "n/a", "#n/a", "#name?"]))
    return _Column(pc.if_else(nothing, None, text), _never(text), _fits)


def _id(text: pa.Array) -> _Column:
    text = pc.utf8_trim_whitespace(text)
    text = pc.replace_substring_regex(text, r'^="(.*)"$|^\'(\d+)$', r"\1\2")
    text = pc.replace_substring_regex(text, r"^(\d{1,15})\.0$", r"\1")
    if _true(grouped := pc.match_substring_regex(text, _GROUPED_ID)).any():
        text = pc.if_else(grouped, pc.replace_substring_regex(text, r"[,.’' \x{a0}\x{202f}]", ""), text)
    return _Column(text, _rounded(text), _ROUNDED_ID)


def _rounded(text: pa.Array) -> Bools:
    """(rows,) True for ids that a spreadsheet rounded: it writes 1.23457E+18, with the sign."""
    return _true(pc.match_substring_regex(text, _ROUNDED))


def _count(text: pa.Array, style: str) -> _Column:
    """Whole numbers; what is no run of digits is read as people write numbers, by the file's mark of fractions."""
    text = _known(text)
    fits = pc.match_substring_regex(text, r"^\d{1,15}$")
    values = pc.if_else(fits, text, None).cast(pa.int64())
    rows = np.flatnonzero(np.asarray(pc.fill_null(pc.invert(fits), False), dtype=bool))
    bad = np.zeros(len(text), dtype=bool)
    if not rows.size:
        return _Column(values, bad, _fits)
    coded = text.take(pa.array(rows)).dictionary_encode()
    read = [numbers.whole(cell, style or "none") for cell in coded.dictionary.to_pylist()]  # type: ignore[arg-type]
    codes = np.asarray(coded.indices)
    wrong = np.array([isinstance(value, str) for value in read])[codes]
    whole = np.array([0 if isinstance(value, str) else value for value in read], dtype=np.int64)[codes]
    bad[rows[wrong]] = True
    merged = np.asarray(pc.fill_null(values, 0)).astype(np.int64).copy()
    merged[rows] = whole
    unknown = np.asarray(text.is_null()) | bad
    reasons = {
        int(row): str(read[code])
        for row, code in zip(rows, codes, strict=True)
        if isinstance(read[code], str)
    }
    return _Column(pa.array(merged, mask=unknown), bad, lambda row, cell: f"{cell} {reasons[row]}")


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
    words = pc.utf8_lower(pc.utf8_trim_whitespace(text))
    labels = _LABELS.take(pc.index_in(words, value_set=_LABEL_WORDS))
    bad = np.asarray(labels.is_null()) & np.asarray(text.is_valid())
    return _Column(labels, bad, "{1} is neither zombie nor genuine".format)


_READERS: dict[Kind, Callable[[pa.Array], _Column]] = {
    "id": _id,
    "handle": _handle,
    "html": _html,
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
