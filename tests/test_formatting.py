"""Numbers, dates and other people's text in words."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zombiescope import formatting

SHARES = st.floats(0, 1, allow_nan=False)


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        (0.834, 0.897, "between 83% and 90%"),
        (0.29, 0.41, "between 29% and 41%"),
        (0.0, 0.006, "at most 0.6%"),
        (0.0003, 0.02, "at most 2.0%"),
        (0.993, 1.0, "at least 99.3%"),
        (0.4, 1.0, "at least 40%"),
        (0.0, 1.0, "between 0% and 100%"),
        (0.501, 0.52, "between 50.1% and 52.0%"),
        (0.0, 0.0, "0%"),
    ],
)
def test_between(low: float, high: float, message: str) -> None:
    """An interval reads as a newspaper would put it, with a decimal only where it is narrow or at an edge."""
    assert formatting.between(low, high) == message


@given(SHARES, SHARES, st.integers(0, 2))
def test_ends_are_rounded_outward(a: float, b: float, digits: int) -> None:
    """What is printed holds what was estimated, and the point between the ends stays between them."""
    low, high = sorted((a, b))
    first = float(formatting.end(low, digits, up=False)[:-1])
    last = float(formatting.end(high, digits, up=True)[:-1])
    assert first <= low * 100 + 1e-5
    assert last >= high * 100 - 1e-5
    assert 0 <= first <= last <= 100


@given(SHARES, st.integers(0, 1))
def test_only_zero_is_0_percent_and_only_one_is_100(value: float, digits: int) -> None:
    """A small share is never printed as none, nor a large one as all."""
    text = formatting.percent(value, digits)
    assert (text == "0%") == (value == 0)
    assert (text == "100%") == (value == 1)


def test_small_and_large_points() -> None:
    """Points near an edge say on which side of the last digit they are."""
    assert formatting.percent(0.0004, 1) == "less than 0.1%"
    assert formatting.percent(0.9997, 1) == "more than 99.9%"
    assert formatting.percent(0.868) == "87%"
    assert formatting.stated(0.875) == "87.5%"
    assert formatting.stated(0.87) == "87%"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("\x1b]0;title\x07x", "x"),
        ("a\r\nb\tc", "a b c"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("a\u2066b\u2069\u200b\ufeff", "ab"),
        ("\ud800x", "x"),
        ("加拿大 🇨🇦", "加拿大 🇨🇦"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_clean(raw: str, message: str) -> None:
    """Escapes, control characters and bidi overrides go; ordinary text of any script stays."""
    assert formatting.clean(raw) == message


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_clean_text_is_one_harmless_line(raw: str) -> None:
    """Whatever an account calls itself, the result is one printable line that cleaning leaves as it is."""
    text = formatting.clean(raw)
    visible = [c for c in text if c not in "\u200c\u200d"]
    assert all(unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in visible)
    assert formatting.clean(text) == text
    text.encode()


def test_dates_are_days_in_utc() -> None:
    """A day is named in English and in UTC, whatever the machine's locale and the date's zone."""
    east = timezone(timedelta(hours=8))
    assert formatting.date(datetime(2016, 12, 15, 3, tzinfo=east)) == "14 December 2016"
    assert formatting.date(datetime(2016, 12, 1, tzinfo=UTC)) == "1 December 2016"


def test_letters_and_lists() -> None:
    """Blocks are lettered like spreadsheet columns; lists end in "and"."""
    assert [formatting.letter(i) for i in (0, 25, 26, 52)] == ["A", "Z", "AA", "BA"]
    assert formatting.items(["a"]) == "a"
    assert formatting.items(["a", "b", "c"]) == "a, b and c"
    assert formatting.items([]) == ""
    assert formatting.plural(1, "follower") == "1 follower"
    assert formatting.plural(1_000, "follower") == "1,000 followers"


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.031, 0.0789, "+3.1 to +7.9"),
        (-0.0121, 0.0339, "-1.3 to +3.4"),
        (-0.5, -0.25, "-50.0 to -25.0"),
        (-0.00001, 0.00001, "-0.1 to +0.1"),
        (0.0, 0.1, "+0.0 to +10.0"),
    ],
)
def test_a_change_has_signs_and_is_rounded_outward(low: float, high: float, text: str) -> None:
    """No end of the interval is shown nearer to the middle than it is."""
    assert formatting.change(low, high) == text
