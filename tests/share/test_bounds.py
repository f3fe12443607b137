"""Bounds: followers not reached, followers not listed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zombiescope.domain import Span
from zombiescope.share.bounds import whole_account, whole_frame
from zombiescope.share.critical import wilson


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 500), st.integers(1, 500), st.integers(0, 5000))
def test_whole_frame_holds_every_answer_of_the_missing(
    one: float, other: float, scored: int, drawn: int, beyond: int
) -> None:
    """Whatever those not reached are, the frame's share is within bounds that are within [0, 1]."""
    low, high = sorted((one, other))
    scored = min(scored, drawn)
    whole = whole_frame(Span(low, high), scored=scored, drawn=drawn, listed=drawn + beyond)
    rate = scored / drawn
    assert 0 <= whole.low <= rate * low + 1e-12
    assert rate * high + (1 - rate) - 1e-12 <= whole.high <= 1 + 1e-12


def test_census_knows_its_response_rate() -> None:
    """Where every listed follower was drawn the response rate has no sampling error."""
    whole = whole_frame(Span(0.4, 0.5), scored=90, drawn=100, listed=100)
    assert (whole.low, whole.high) == pytest.approx((0.36, 0.55))


def test_whole_account() -> None:
    """Declared followers that are not listed may be anything; fewer declared than listed change nothing."""
    frame = Span(0.2, 0.4)
    half = whole_account(frame, listed=500, declared=1000)
    assert half is not None
    assert (half.low, half.high) == pytest.approx((0.1, 0.7))
    assert whole_account(frame, listed=500, declared=400) == frame
    assert whole_account(frame, listed=500, declared=0) == frame
    assert whole_account(frame, listed=500, declared=None) is None


def test_wilson_is_the_inverted_score_test() -> None:
    """The ends are the shares whose score test is exactly at its critical value."""
    low, high = wilson(7, 40)
    for end in (low, high):
        assert (7 / 40 - end) ** 2 / (end * (1 - end) / 40) == pytest.approx(3.841458820694124)
    assert wilson(0, 40)[0] == 0.0
    assert wilson(40, 40)[1] == 1.0
    assert wilson(0, 0) == (0.0, 1.0)
