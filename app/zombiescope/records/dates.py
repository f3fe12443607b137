"""Dates as files write them, a whole column at a time.

Read are ISO 8601 and its loose forms (`2013-02-01T00:00:00Z`, `2020-06-24 19:12:28`, `2019/1/15`), Twitter's
and Weibo's (`Thu Sep 08 11:39:49 +0800 2016`) and unix times in seconds or milliseconds (`1183552203000L`). A
date whose day and month could be mistaken for each other (`2/3/2015`) is none.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.records.schema import TIME

__all__ = ["parse"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
_ZONE = r"(?P<zone>Z|z|UTC|GMT|(?P<sign>[+-])(?P<zone_hour>\d{2}):?(?P<zone_minute>\d{2})?)"
_ISO = rf"^(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?:[T ]{_CLOCK} ?{_ZONE}?)?$"
_TWITTER = (
    rf"^[A-Z][a-z]{{2}} (?P<name>[A-Z][a-z]{{2}}) (?P<day>\d{{1,2}}) {_CLOCK} {_ZONE} (?P<year>\d{{4}})$"
)
_MONTHS = pa.array(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"])
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND


def parse(column: pa.Array, *, zone_hours: int = 0) -> tuple[pa.Array, Bools]:
    """Read a text column as times.

    column: (rows,) string; null and blank are null. zone_hours: the clock of times that name no zone, in
    hours east of UTC. A date without a time of day is its midnight UTC whatever the clock, so that a date
    stays the date that was written.
    Returns (rows,) timestamp[us, UTC], null where there is none, and (rows,) bool: True where there is text
    that is no date.
    """
    text = pc.utf8_trim_whitespace(column)
    there = np.asarray(pc.fill_null(pc.not_equal(text, ""), False))
    micros = np.zeros(len(text), dtype=np.int64)
    read = np.zeros(len(text), dtype=bool)
    for attempt in (_of_parts, _of_unix):
        left = np.flatnonzero(there & ~read)
        if left.size:
            micros[left], read[left] = attempt(text.take(pa.array(left)), zone_hours)
    return pa.array(micros, mask=~read, type=pa.int64()).cast(TIME), there & ~read


def _of_parts(text: pa.Array, zone_hours: int) -> tuple[Ints, Bools]:
    """Times written as year, month, day and clock: (rows,) microseconds and which rows are such times."""
    micros = np.zeros(len(text), dtype=np.int64)
    valid = np.zeros(len(text), dtype=bool)
    for pattern in (_ISO, _TWITTER):
        parts = _parts(text, pattern)
        rows = np.flatnonzero(np.asarray(parts.is_valid()))
        if not rows.size:
            continue
        parts = parts.take(pa.array(rows))
        micros[rows], valid[rows] = _clock(parts, zone_hours)
    return micros, valid


def _parts(text: pa.Array, pattern: str) -> pa.StructArray:
    """The named groups of the pattern (rows,); Arrow hands out chunks for what it cuts from many rows."""
    parts = pc.extract_regex(text, pattern=pattern)
    return parts.combine_chunks() if isinstance(parts, pa.ChunkedArray) else parts


def _clock(parts: pa.StructArray, zone_hours: int) -> tuple[Ints, Bools]:
    year, day = _number(parts, "year"), _number(parts, "day")
    names = {field.name for field in parts.type}
    if "month" in names:
        month = _number(parts, "month")
    else:
        month = (
            np.asarray(pc.fill_null(pc.index_in(parts.field("name"), value_set=_MONTHS), -1)).astype(np.int64)
            + 1
        )
    hour, minute, second = (_number(parts, name) for name in ("hour", "minute", "second"))
    fraction = _number(parts, "fraction", pad=True)
    timed = np.asarray(pc.not_equal(parts.field("hour"), ""))
    zoned = np.asarray(pc.not_equal(parts.field("zone"), ""))
    offset = _number(parts, "zone_hour") * 60 + _number(parts, "zone_minute")
    offset = np.where(np.asarray(pc.equal(parts.field("sign"), "-")), -offset, offset)
    offset = np.where(zoned, offset, np.where(timed, zone_hours * 60, 0))

    valid = (year >= 1) & (month >= 1) & (month <= 12) & (hour < 24) & (minute < 60) & (second < 61)
    months = np.clip((year - 1970) * 12 + month - 1, -1969 * 12, 8030 * 12)
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - first
    valid &= (day >= 1) & (day <= length)
    seconds = (hour * 60 + minute - offset) * 60 + second
    micros = (first + day - 1) * _DAY + seconds * _SECOND + fraction
    return micros, valid & _representable(micros)


def _of_unix(text: pa.Array, zone_hours: int) -> tuple[Ints, Bools]:
    """Unix times: ten digits are seconds, thirteen milliseconds."""
    parts = _parts(text, r"^(?P<digits>\d{10}|\d{13})(?:\.0)?L?$")
    micros = np.zeros(len(text), dtype=np.int64)
    valid = np.asarray(parts.is_valid())
    digits = parts.filter(parts.is_valid()).field("digits")
    unit = np.where(np.asarray(pc.equal(pc.utf8_length(digits), 13)), _SECOND // 1000, _SECOND)
    micros[valid] = np.asarray(digits.cast(pa.int64())) * unit
    return micros, valid


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
