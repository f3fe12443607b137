"""Fields that may not be what their documentation says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zombiescope.errors import SourceError
from zombiescope.sources.lenient_json import count, flag, items, object_of, text, when

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3),
        ("3", 3),
        ("1,234", 1234),
        ("1.2万", 12_000),
        ("3亿", 300_000_000),
        (4.0, 4),
        (-1, None),
        (True, None),
        (4.5, None),
        ("many", None),
        (None, None),
        (2**60, None),
        ("9" * 40, None),
    ],
)
def test_counts(value: object, expected: int | None) -> None:
    """Numbers, written numbers, and Weibo's ten thousands; hidden and absurd ones are unknown."""
    assert count({"n": value}, "n") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2016-09-08T03:39:49Z", datetime(2016, 9, 8, 3, 39, 49, tzinfo=UTC)),
        ("Thu Sep 08 11:39:49 +0800 2016", datetime(2016, 9, 8, 3, 39, 49, tzinfo=UTC)),
        ("2016-09-08 03:39:49", datetime(2016, 9, 8, 3, 39, 49, tzinfo=UTC)),
        ("2016-09-08T03:39:49.123456789Z", datetime(2016, 9, 8, 3, 39, 49, 123456, tzinfo=UTC)),
        ("Thu, 08 Sep 2016 03:39:49 GMT", datetime(2016, 9, 8, 3, 39, 49, tzinfo=UTC)),
        ("2030-01-01T00:00:00Z", None),  # after `now`
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("", None),
        (1473305989, None),
    ],
)
def test_dates(value: object, expected: datetime | None) -> None:
    """Each way in which a platform writes a time; a time to come is not believed."""
    assert when({"t": value}, "t", now=datetime(2026, 1, 1, tzinfo=UTC)) == expected


@given(JSON)
def test_nothing_breaks_a_field(value: object) -> None:
    """Whatever stands in a field, it is read or unknown."""
    data = {"f": value}
    assert text(data, "f") is None or isinstance(value, str)
    assert flag(data, "f") in (None, True, False)
    number = count(data, "f")
    assert number is None or 0 <= number <= 2**53
    date = when(data, "f")
    assert date is None or date.tzinfo is UTC
    assert list(items(data, "f")) == (value if isinstance(value, list) else [])
    if not isinstance(value, dict):
        with pytest.raises(SourceError):
            object_of(value, "it")
