"""Dormant followers: silent and genuine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zombiescope.domain import Interval, Span
from zombiescope.share.critical import wilson
from zombiescope.share.dormant import dormant, product

INTERVALS = st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted)


@given(INTERVALS, INTERVALS)
def test_product_holds_its_point(one: list[float], other: list[float]) -> None:
    """The point is the product; the interval holds it and stays within [0, 1]."""
    (a, b, c), (d, e, f) = one, other
    interval = product(Interval(b, a, c), Interval(e, d, f))
    assert interval.estimate == b * e
    assert 0 <= interval.low <= interval.estimate + 1e-12
    assert interval.estimate - 1e-12 <= interval.high <= 1


def test_product_covers() -> None:
    """The interval of a product of two shares covers in about 95% of samples."""
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(1000):
        one, other = rng.binomial(400, 0.3), rng.binomial(120, 0.6)
        interval = product(Interval(one / 400, *wilson(one, 400)), Interval(other / 120, *wilson(other, 120)))
        held += interval.low <= 0.18 <= interval.high
    assert 0.93 <= held / 1000 <= 0.98


def test_dormant_is_silent_times_genuine() -> None:
    """Of 40% silent, with a quarter of those zombies, 30% are dormant."""
    interval = dormant(Interval(0.4, 0.35, 0.45), Interval(0.25, 0.2, 0.3))
    assert interval.estimate == pytest.approx(0.3)
    assert 0.24 < interval.low < 0.3 < interval.high < 0.36


def test_bounds_alone_give_bounds() -> None:
    """Where the zombies among the silent are only bounded, so are the dormant."""
    interval = dormant(Interval(0.4, 0.35, 0.45), Span(0.2, 0.9))
    assert interval.estimate is None
    assert (interval.low, interval.high) == pytest.approx((0.35 * 0.1, 0.45 * 0.8))
