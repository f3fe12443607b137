"""Looking again and again raises few false alarms, over any number of looks."""

from __future__ import annotations

import numpy as np
import pytest

from zombiescope.compare import at_look
from zombiescope.compare.change import Difference


def difference(estimate: float | None, low: float, high: float) -> Difference:
    """A difference at 95%."""
    return Difference(
        estimate=estimate, low=low, high=high, level=0.95, method="independent", correlation=None, in_both=None,
        verdict="cannot tell",
    )  # fmt: skip


def test_a_watch_on_which_nothing_happens_seldom_alarms() -> None:
    """Of 4,000 watches of 60 looks whose share never moves at most 5% raise any alarm; by plain intervals most do."""
    rng = np.random.default_rng(7)
    estimates = rng.normal(0.0, 0.01, size=(4000, 60))
    half = 1.959964 * 0.01
    plain = np.abs(estimates) > half
    alarms = np.zeros(len(estimates), dtype=bool)
    for look in range(60):
        span = at_look(difference(0.0, -half, half), look + 1)
        alarms |= np.abs(estimates[:, look]) > span.high
    assert plain.any(axis=1).mean() > 0.9
    # 5% and three standard errors of the simulation
    assert alarms.mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / len(estimates))


def test_a_large_change_is_seen_at_any_look() -> None:
    """A change of ten standard errors is beyond the interval after years of weekly looks."""
    span = at_look(difference(0.1, 0.1 - 0.0196, 0.1 + 0.0196), 500)
    assert span.low > 0


@pytest.mark.parametrize("look", [1, 2, 10, 1000])
def test_intervals_grow_with_the_looks(look: int) -> None:
    """Each look's interval holds that of the look before, and the difference's own."""
    own = difference(0.1, 0.02, 0.3)
    now, later = at_look(own, look), at_look(own, look + 1)
    assert later.low < now.low < own.low
    assert own.high < now.high < later.high


def test_bounds_grow_from_their_middle_and_stay_within_what_can_be() -> None:
    """Without an estimate; no share differs from another by more than 1."""
    span = at_look(difference(None, 0.1, 0.3), 3)
    assert span.low < 0.1
    assert span.high > 0.3
    assert span.low + span.high == pytest.approx(0.4)
    wide = at_look(difference(0.5, -0.9, 0.99), 100)
    assert (wide.low, wide.high) == (-1.0, 1.0)
