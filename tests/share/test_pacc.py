"""The point against QuaPy, and Fieller's interval against a brute-force grid."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.share_peers import quapy_point
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies._internal.random import ArtificialRandom

from examples import examples
from present import present
from share.simulated import binormal, templates
from zombiescope.share import Templates
from zombiescope.share.moments import Moments, move
from zombiescope.share.pacc import apacc, fieller


def grid(mean: float, n: int, at: Moments, composition: float, critical: float) -> tuple[float, float] | None:
    """The hull of all shares on a fine grid that the moved mean does not contradict."""
    t = np.linspace(0, 1, 100_001)
    d = at.mean1 - at.mean0
    variance = (
        (t * at.var1 + (1 - t) * at.var0) / n
        + composition * t * (1 - t) * d**2 / n
        + t**2 * at.var1 / at.rows1
        + (1 - t) ** 2 * at.var0 / at.rows0
    )
    held = t[(mean - t * at.mean1 - (1 - t) * at.mean0) ** 2 <= critical * variance]
    return (held[0], held[-1]) if len(held) else None


@settings(max_examples=examples(150))
@given(
    mean=st.floats(0, 1),
    mean1=st.floats(0, 1),
    mean0=st.floats(0, 1),
    var1=st.floats(1e-4, 0.2),
    var0=st.floats(1e-4, 0.2),
    rows=st.integers(3, 2000),
    n=st.integers(1, 2000),
    composition=st.floats(0, 5),
)
def test_fieller_is_the_grid(
    mean: float, mean1: float, mean0: float, var1: float, var0: float, rows: int, n: int, composition: float
) -> None:
    """The closed form ends where a grid of 100,001 shares ends, whatever the parabola's shape."""
    at = Moments(mean1, mean0, var1, var0, rows, rows)
    if abs(at.distance) < 1e-3:
        return
    low, high = fieller(mean, n, at, composition, 3.84)
    expected = grid(mean, n, at, composition, 3.84)
    if expected is None:
        # Fewer than a grid step of shares is held, or none: the nearest share stands alone.
        assert high - low <= 1e-5
    else:
        assert (low, high) == pytest.approx(expected, abs=2e-5)


def test_classes_that_cannot_be_told_apart_say_nothing() -> None:
    """Where both classes score alike the interval is [0, 1]."""
    assert fieller(0.4, 100, Moments(0.5, 0.5, 0.1, 0.1, 10, 10), 1.0, 3.84) == (0.0, 1.0)
    assert apacc(np.array([0.2, 0.9]), Templates(np.array([0.5]), np.array([0.5]))).share is None


def test_first_round_is_quapys_pacc() -> None:
    """PACC at the balanced prior agrees with QuaPy's, the field's reference, to .002."""
    rng = np.random.default_rng(1)
    known = templates(0.95, 500, rng)
    for share in (0.05, 0.4, 0.9):
        scores = binormal(rng.random(600) < share, 0.95, rng)
        mean1, mean0 = known.zombie.mean(), known.genuine.mean()
        ours = float(np.clip((scores.mean() - mean0) / (mean1 - mean0), 0, 1))
        assert ours == pytest.approx(quapy_point("PACC", scores, known), abs=0.002)
        # All are consistent estimates of one share; the moved rounds stay near the maximum likelihood.
        assert present(apacc(scores, known).share) == pytest.approx(
            quapy_point("EMQ", scores, known), abs=0.02
        )


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.randoms())
def test_point_ignores_the_order_of_followers(scores: list[float], random: ArtificialRandom) -> None:
    """The point is a function of the set of scores, not of their order."""
    rng = np.random.default_rng(2)
    known = templates(0.9, 100, rng)
    shuffled = list(scores)
    random.shuffle(shuffled)
    one, two = (apacc(np.array(order), known).share for order in (scores, shuffled))
    assert one == pytest.approx(two, abs=1e-12)


@given(st.lists(st.floats(0, 0.9), min_size=1, max_size=40), st.floats(0.01, 0.1))
def test_point_rises_with_the_scores(scores: list[float], lift: float) -> None:
    """Followers that all score higher never make the share smaller."""
    known = templates(0.9, 100, np.random.default_rng(3))
    lower, higher = np.array(scores), np.array(scores) + lift
    assert present(apacc(higher, known).share) >= present(apacc(lower, known).share) - 1e-9


@given(st.floats(0, 1), st.floats(0.01, 0.99))
def test_moving_is_bayes_rule(score: float, share: float) -> None:
    """Odds of the moved score are the odds of the score times the odds of the share."""
    moved = float(move(np.array([score]), share)[0])
    assert 0 <= moved <= 1
    assert moved * (1 - score) * (1 - share) == pytest.approx((1 - moved) * score * share, abs=1e-12)


def test_the_sight_that_was_not_monotone() -> None:
    """Scores [0, 0, .890625] gave .2238 and, each raised by .0625, .2140 (100 template rows a class, AUC .9)."""
    for seed in range(20):
        known = templates(0.9, 100, np.random.default_rng(seed))
        scores = np.array([0.0, 0.0, 0.890625])
        assert present(apacc(scores + 0.0625, known).share) >= present(apacc(scores, known).share)


@settings(max_examples=examples(100))
@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=40),
    st.lists(st.floats(0, 1), min_size=40, max_size=40),
    st.integers(0, 2**32),
)
def test_higher_scores_never_lower_the_share(scores: list[float], raised: list[float], seed: int) -> None:
    """Monotone in every score."""
    known = templates(0.9, 50, np.random.default_rng(seed))
    low = np.array(scores)
    high = np.maximum(low, np.array(raised)[: len(low)])
    assert present(apacc(high, known).share) >= present(apacc(low, known).share)
