"""Dates as files write them, a whole column at a time.

Read are ISO 8601 and its loose forms (`2013-02-01T00:00:00Z`, `2020-06-24 19:12:28`, `2019/1/15`), Twitter's
and Weibo's (`Thu Sep 08 11:39:49 +0800 2016`), unix times in seconds, milliseconds or microseconds
(`1183552203000L`), days with the month's name in the languages of `records.month_names`, and days as a spreadsheet
counts them. A date whose day and month could be mistaken for each other (`2/3/2015`) is none unless the order is
known: by all cells of a file together (`order_of`), or from the user.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.durations import DAY_MICROS, SECOND_MICROS
from zombiescope.records import month_names
from zombiescope.records.schema import TIME

__all__ = ["NUMBERS", "DateOrder", "order_of", "parse"]

DateOrder = Literal["dmy", "mdy", "ymd", "none", "undecided"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
# Italian, Danish and Finnish spreadsheets part hours and minutes with a point.
_DOTTED_CLOCK = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
)
_ZONE = r"(?P<zone>Z|z|UTC|GMT|(?P<sign>[+-])(?P<zone_hour>\d{2}):?(?P<zone_minute>\d{2})?)"
_ISO = rf"^(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?:[T ]{_CLOCK} ?{_ZONE}?)?$"
_FORM = "2013-02-01T00:00:00Z"
_FORM_BYTES = np.frombuffer(_FORM.encode(), dtype=np.uint8)
_DIGIT = np.array([sign.isdigit() for sign in _FORM])
_TWITTER = (
    rf"^[A-Z][a-z]{{2}} (?P<name>[A-Z][a-z]{{2}}) (?P<day>\d{{1,2}}) {_CLOCK} {_ZONE} (?P<year>\d{{4}})$"
)
_BASIC = rf"^(?P<year>19\d{{2}}|20\d{{2}})(?P<month>\d{{2}})(?P<day>\d{{2}})(?:T?{_CLOCK} ?{_ZONE}?)?$"
# Three short numbers, of which the order says which is which; a year of two digits is of this century.
_NUMBERS = (
    r"^(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<c>\d{4}|\d{2})"
    rf"(?:,?[T ]+{_DOTTED_CLOCK} ?(?P<half>[AaPp]\.?[Mm]\.?)? ?{_ZONE}?)?$"
)
NUMBERS = re.compile(r"^\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?=$|[,T\s])")
_YEARS = (4, 40)  # two digits that can be the year of an account: platforms began in 2004
_MONTHS = pa.array(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"])


def order_of(cells: Iterable[str]) -> DateOrder:
    """The order of dates such as 2/3/2015, by all cells together; "none" where no cell needs one.

    A number above 12 is no month, and of a date with a year of two digits the last number may be the day.
    """
    first = second = third = short = 0
    early = False
    numbers = False
    for cell in cells:
        match = NUMBERS.match(cell)
        if match is None:
            continue
        numbers = True
        a, b, c = (int(part) for part in match.groups())
        first, second = max(first, a), max(second, b)
        if len(match[3]) == 2:
            short += 1
            third = max(third, c)
            early |= not _YEARS[0] <= a <= _YEARS[1]
    if not numbers:
        return "none"
    orders: list[DateOrder] = []
    if first <= 31 and second <= 12:
        orders.append("dmy")
    if first <= 12 and second <= 31:
        orders.append("mdy")
    if short and not early and second <= 12 and third <= 31:
        orders.append("ymd")
    return orders[0] if len(orders) == 1 else "undecided"


def parse(column: pa.Array, *, zone_hours: int = 0, order: str = "") -> tuple[pa.Array, Bools]:
    """Read a text column as times.

    column: (rows,) string; null and blank are null. zone_hours: the clock of times that name no zone, in
    hours east of UTC. A date without a time of day is its midnight UTC whatever the clock, so that a date
    stays the date that was written. order: of dates such as 2/3/2015, "dmy", "mdy" or "ymd"; "serial" reads days
    since 1899-12-30, as spreadsheets count them.
    Returns (rows,) timestamp[us, UTC], null where there is none, and (rows,) bool: True where there is text
    that is no date.
    """
    text = pc.utf8_trim_whitespace(column)
    there = np.asarray(pc.fill_null(pc.not_equal(text, ""), False))
    micros = np.zeros(len(text), dtype=np.int64)
    read = np.zeros(len(text), dtype=bool)
    attempts: list[Callable[[pa.Array, int], tuple[Ints, Bools]]] = [_of_parts, _of_unix]
    if order in ("dmy", "mdy", "ymd"):
        attempts.insert(0, lambda cells, zone: _of_numbers(cells, zone, order))
    elif order == "serial":
        attempts.append(_of_serial)
    attempts.append(_of_names)
    for attempt in attempts:
        left = np.flatnonzero(there & ~read)
        if left.size:
            micros[left], read[left] = attempt(text.take(pa.array(left)), zone_hours)
    return pa.array(micros, mask=~read, type=pa.int64()).cast(TIME), there & ~read


def _of_parts(text: pa.Array, zone_hours: int) -> tuple[Ints, Bools]:
    """Times written as year, month, day and clock: (rows,) microseconds and which rows are such times."""
    micros, valid = _of_digits(text)
    for pattern in (_ISO, _TWITTER, _BASIC):
        if valid.all():
            break
        parts = _parts(text, pattern)
        rows = np.flatnonzero(np.asarray(parts.is_valid()))
        if not rows.size:
            continue
        parts = parts.take(pa.array(rows))
        micros[rows], valid[rows] = _clock(parts, zone_hours)
    return micros, valid


def _of_digits(text: pa.Array) -> tuple[Ints, Bools]:
    """The commonest form, `2013-02-01T00:00:00Z`, of a column whose cells all have it, by their bytes: (rows,)
    microseconds and which rows are such times. Of any other column none are read here."""
    rows = len(text)
    micros, valid = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=bool)
    length = len(_FORM)
    if text.null_count or not rows or not pc.all(pc.equal(pc.binary_length(text), length)).as_py():
        return micros, valid
    first = np.frombuffer(text.buffers()[1], dtype=np.int32)[text.offset]
    cells = np.frombuffer(text.buffers()[2], dtype=np.uint8)[first : first + rows * length].reshape(
        rows, length
    )
    digits = cells - ord("0")
    right = (digits[:, _DIGIT] < 10).all(axis=1) & (cells[:, ~_DIGIT] == _FORM_BYTES[~_DIGIT]).all(axis=1)
    weights = (10 ** np.arange(3, -1, -1)).astype(np.int64)
    year = digits[:, :4] @ weights
    month, day, hour, minute, second = (
        digits[:, at].astype(np.int64) * 10 + digits[:, at + 1] for at in (5, 8, 11, 14, 17)
    )
    right &= (year >= 1) & (month >= 1) & (month <= 12) & (hour < 24) & (minute < 60) & (second < 61)
    months = np.clip((year - 1970) * 12 + month - 1, -1969 * 12, 8030 * 12)
    start, days = _month(months)
    right &= (day >= 1) & (day <= days)
    moments = (start + day - 1) * DAY_MICROS + ((hour * 60 + minute) * 60 + second) * SECOND_MICROS
    right &= _representable(moments)
    return np.where(right, moments, 0), right


def _month(months: Ints) -> tuple[Ints, Ints]:
    """The first day of months since 1970, as days since then, and how many days they have."""
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return first, (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - first


def _parts(text: pa.Array, pattern: str) -> pa.StructArray:
    """The named groups of the pattern (rows,); Arrow hands out chunks for what it cuts from many rows."""
    parts = pc.extract_regex(text, pattern=pattern)
    return parts.combine_chunks() if isinstance(parts, pa.ChunkedArray) else parts


def _of_numbers(text: pa.Array, zone_hours: int, order: str) -> tuple[Ints, Bools]:
    """Times whose day, month and year stand in the order given."""
    micros = np.zeros(len(text), dtype=np.int64)
    valid = np.zeros(len(text), dtype=bool)
    parts = _parts(text, _NUMBERS)
    rows = np.flatnonzero(np.asarray(parts.is_valid()))
    if rows.size:
        parts = parts.take(pa.array(rows))
        # A year of four digits is the last number, whatever the order of short ones.
        long = np.asarray(pc.equal(pc.utf8_length(parts.field("c")), 4))
        place = {part: "abc"[order.index(part)] for part in "dmy"}
        year, month, day = (_number(parts, place[part]) for part in "ymd")
        year = np.where(year < 100, year + 2000, year)
        micros[rows], valid[rows] = _clock(parts, zone_hours, (year, month, day))
        if order == "ymd":
            valid[rows] &= ~long
    return micros, valid


def _clock(
    parts: pa.StructArray, zone_hours: int, date: tuple[Ints, Ints, Ints] | None = None
) -> tuple[Ints, Bools]:
    names = {field.name for field in parts.type}
    if date is not None:
        year, month, day = date
    elif "month" in names:
        year, month, day = (_number(parts, name) for name in ("year", "month", "day"))
    else:
        year, day = _number(parts, "year"), _number(parts, "day")
        month = (
            np.asarray(pc.fill_null(pc.index_in(parts.field("name"), value_set=_MONTHS), -1)).astype(np.int64)
            + 1
        )
    hour, minute, second = (_number(parts, name) for name in ("hour", "minute", "second"))
    fraction = _number(parts, "fraction", pad=True)
    twelve = np.zeros(hour.size, dtype=bool)
    if "half" in names:
        half = pc.utf8_lower(pc.utf8_slice_codeunits(parts.field("half"), 0, 1))
        twelve = np.asarray(pc.not_equal(half, ""))
        right = ~twelve | ((hour >= 1) & (hour <= 12))
        hour = np.where(twelve, hour % 12 + 12 * np.asarray(pc.equal(half, "p")), hour)
        hour = np.where(right, hour, 99)
    timed = np.asarray(pc.not_equal(parts.field("hour"), ""))
    zoned = np.asarray(pc.not_equal(parts.field("zone"), ""))
    offset = _number(parts, "zone_hour") * 60 + _number(parts, "zone_minute")
    offset = np.where(np.asarray(pc.equal(parts.field("sign"), "-")), -offset, offset)
    offset = np.where(zoned, offset, np.where(timed, zone_hours * 60, 0))

    valid = (year >= 1) & (month >= 1) & (month <= 12) & (hour < 24) & (minute < 60) & (second < 61)
    months = np.clip((year - 1970) * 12 + month - 1, -1969 * 12, 8030 * 12)
    first, length = _month(months)
    valid &= (day >= 1) & (day <= length)
    seconds = (hour * 60 + minute - offset) * 60 + second
    micros = (first + day - 1) * DAY_MICROS + seconds * SECOND_MICROS + fraction
    return micros, valid & _representable(micros)


def _of_unix(text: pa.Array, zone_hours: int) -> tuple[Ints, Bools]:
    """Unix times: ten digits are seconds, thirteen milliseconds, sixteen microseconds."""
    parts = _parts(text, r"^(?P<digits>\d{10}|\d{13}|\d{16})(?:\.\d{1,9})?L?$")
    micros = np.zeros(len(text), dtype=np.int64)
    valid = np.asarray(parts.is_valid())
    digits = parts.filter(parts.is_valid()).field("digits")
    length = np.asarray(pc.utf8_length(digits))
    unit = np.select([length == 10, length == 13], [SECOND_MICROS, SECOND_MICROS // 1000], 1)
    micros[valid] = np.asarray(digits.cast(pa.int64())) * unit
    return micros, valid


def _of_serial(text: pa.Array, zone_hours: int) -> tuple[Ints, Bools]:
    """Days since 1899-12-30, with a fraction for the time of day: of the years 2000 to 2060 alone."""
    parts = _parts(text, r"^(?P<days>[345]\d{4})(?:[.,](?P<part>\d{1,12}))?$")
    micros = np.zeros(len(text), dtype=np.int64)
    valid = np.asarray(parts.is_valid())
    there = parts.filter(parts.is_valid())
    days = np.asarray(there.field("days").cast(pa.int64())) - 25_569
    part = np.array([float(f"0.{cell or 0}") for cell in there.field("part").to_pylist()])
    seconds = np.round(part * 86_400).astype(np.int64)
    micros[valid] = (
        days * DAY_MICROS
        + seconds * SECOND_MICROS
        - np.where(seconds > 0, zone_hours * 3600 * SECOND_MICROS, 0)
    )
    return micros, valid


def _of_names(text: pa.Array, zone_hours: int) -> tuple[Ints, Bools]:
    """Times with the name of their month, in any of the languages known; each distinct text is read once."""
    coded = text.dictionary_encode()
    moments = [month_names.read(cell, zone_hours) for cell in coded.dictionary.to_pylist()]
    epoch = datetime(1970, 1, 1, tzinfo=month_names.UTC)
    values = np.array(
        [0 if m is None else (m - epoch) // month_names.MICROSECOND for m in moments] or [0], dtype=np.int64
    )
    good = np.array([m is not None for m in moments] or [False], dtype=bool)
    codes = np.asarray(pc.fill_null(coded.indices, 0)).astype(np.int64)
    return values[codes], good[codes] & _representable(values[codes])


def _number(parts: pa.StructArray, name: str, *, pad: bool = False) -> Ints:
    """A group of digits as (rows,) int64, 0 where it is missing; `pad`: a fraction of a second, in
    microseconds."""
    digits = parts.field(name)
    if pad:
        digits = pc.utf8_slice_codeunits(pc.utf8_rpad(digits, 6, "0"), 0, 6)
    return np.asarray(pc.if_else(pc.equal(digits, ""), "0", digits).cast(pa.int64()))


def _representable(micros: Ints) -> Bools:
    """Within years 1 to 9999, which is what a Python datetime holds."""
    low, high = (
        np.datetime64("0001-01-01", "us").astype(np.int64),
        np.datetime64("9999-12-31", "us").astype(np.int64),
    )
    return np.asarray((micros >= low) & (micros <= high), dtype=bool)
