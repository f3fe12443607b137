"""Dates as files write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zombiescope.records.dates import parse

MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 28), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2013-02-01T00:00:00Z", datetime(2013, 2, 1, tzinfo=UTC)),
        ("2013-02-01T08:00:00+08:00", datetime(2013, 2, 1, tzinfo=UTC)),
        ("2013-02-01 08:00:00", datetime(2013, 2, 1, tzinfo=UTC)),
        ("2013/2/1 8:00", datetime(2013, 2, 1, tzinfo=UTC)),
        ("2013-02-01", datetime(2013, 2, 1, tzinfo=UTC)),
        ("2013/2/1", datetime(2013, 2, 1, tzinfo=UTC)),
        (" 2013-02-01T00:00:00.5Z ", datetime(2013, 2, 1, 0, 0, 0, 500_000, tzinfo=UTC)),
        ("Thu Sep 08 11:39:49 +0800 2016", datetime(2016, 9, 8, 3, 39, 49, tzinfo=UTC)),
        ("1183552203000L", datetime(2007, 7, 4, 12, 30, 3, tzinfo=UTC)),
        ("1183552203", datetime(2007, 7, 4, 12, 30, 3, tzinfo=UTC)),
        ("2016-02-29", datetime(2016, 2, 29, tzinfo=UTC)),
    ],
)
def test_known_forms(text: str, read: datetime) -> None:
    """Each form is read; a time without a zone is of the clock given; a date alone is midnight UTC."""
    times, bad = parse(pa.array([text, None, ""]), zone_hours=8)
    assert times.to_pylist() == [read, None, None]
    assert not bad.any()


@pytest.mark.parametrize(
    "text",
    [
        "2/3/2015",
        "2015-13-01",
        "2015-02-29",
        "2015-02-30",
        "2015-00-10",
        "2015-01-01T25:00:00Z",
        "2015-01-01T10:61:00Z",
        "soon",
        "2015",
        "0000-01-01",
        "Thu Foo 08 11:39:49 +0800 2016",
        "12345",
    ],
)
def test_what_is_no_date(text: str) -> None:
    """What is no date, or could be two, is marked and null."""
    times, bad = parse(pa.array([text, "2015-01-01"]))
    assert times.to_pylist() == [None, datetime(2015, 1, 1, tzinfo=UTC)]
    assert bad.tolist() == [True, False]


@given(MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_iso_is_read_as_python_reads_it(moment: datetime, minutes: int) -> None:
    """Any moment in any zone written as ISO 8601 is that moment."""
    text = moment.astimezone(timezone(timedelta(minutes=minutes))).isoformat()
    times, bad = parse(pa.array([text]))
    assert times.to_pylist() == [moment]
    assert not bad.any()


@given(st.text(max_size=30))
def test_any_text_is_read_or_marked(text: str) -> None:
    """No text is an error: it is a date, blank, or marked."""
    times, bad = parse(pa.array([text]))
    assert times[0].is_valid or bad[0] or not text.strip()


ODD = (
    "2013-02-30T00:00:00Z", "2013-13-01T00:00:00Z", "2013-02-01T24:00:00Z", "0000-01-01T00:00:00Z",
    "2013-02-01 00:00:00Z", "2013-02-01T00:00:6\u00e9", "2013-02-01T00:00:60Z", "aaaa-aa-aaTaa:aa:aaZ",
)  # fmt: skip


@given(
    cells=st.lists(
        MOMENTS.map(lambda d: f"{d:%Y-%m-%dT%H:%M:%S}Z".rjust(20, "0")) | st.sampled_from(ODD), max_size=6
    )
)
def test_times_of_one_form_are_read_as_others_are(cells: list[str]) -> None:
    """The fast path, which a column takes whose cells are all of one form, gives what the patterns give."""
    fast, bad = parse(pa.array(cells, pa.string()))
    slow, wrong = parse(pa.array([*cells, None], pa.string()))
    assert fast.to_pylist() == slow.to_pylist()[: len(cells)]
    assert bad.tolist() == wrong.tolist()[: len(cells)]
