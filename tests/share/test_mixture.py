"""The closed-form mixture against a slow, obvious maximiser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from examples import examples
from zombiescope.arrays import FloatArray
from zombiescope.share import Templates
from zombiescope.share.mixture import BINS, Tables, bin_edges, fit, profile, tables


def log_likelihood(at: Tables, share: float, zombie: FloatArray, genuine: FloatArray) -> float:
    """The likelihood as it is written in the module's docstring, term by term."""
    total = 0.0
    for n, a, b, p, q in zip(at.sample, at.zombie, at.genuine, zombie, genuine, strict=True):
        for count, chance in ((n, share * p + (1 - share) * q), (a, p), (b, q)):
            if count:
                total += count * np.log(chance) if chance > 0 else -np.inf
    return total


def oracle(at: Tables, share: float) -> float:
    """The best log-likelihood at a share, by a general optimiser over softmax-coded templates."""
    bins = len(at.sample)

    def loss(x: FloatArray) -> float:
        p, q = (np.exp(part - np.logaddexp.reduce(part)) for part in (x[:bins], x[bins:]))
        return -log_likelihood(at, share, p, q)

    start = np.log(np.concatenate([at.zombie + 0.5, at.genuine + 0.5]))
    return -minimize(loss, start, method="BFGS", options={"gtol": 1e-7}).fun


TABLES = {
    "well apart": Tables(np.array([40.0, 9, 6, 25]), np.array([2.0, 5, 20, 73]), np.array([80.0, 15, 4, 1])),
    "empty template bins": Tables(np.array([50.0, 10, 40]), np.array([0.0, 10, 90]), np.array([95.0, 5, 0])),
    "unlike either": Tables(np.array([5.0, 90, 5]), np.array([3.0, 30, 67]), np.array([70.0, 25, 5])),
    "fractional": Tables(np.array([31.7, 12.2, 88.1]), np.array([2.0, 10, 38]), np.array([51.0, 9, 3])),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("share", [0.0, 0.03, 0.4, 0.9, 1.0])
def test_profile_is_the_best_over_templates(name: str, share: float) -> None:
    """At each share the closed form reaches what a general optimiser reaches, and no less."""
    at = TABLES[name]
    shares, heights = profile(at, np.array([share]))
    for traced, height in zip(shares, heights, strict=True):
        assert height == pytest.approx(oracle(at, traced), abs=2e-4)


@pytest.mark.parametrize("name", TABLES)
def test_fit_is_the_top_of_the_profile(name: str) -> None:
    """The batched fit lands on the highest point of the profile, with the templates that give it."""
    at = TABLES[name]
    mixture = fit(at)
    _, heights = profile(at, np.linspace(0, 1, 20001))
    reached = log_likelihood(at, float(mixture.share), mixture.zombie, mixture.genuine)
    assert reached == pytest.approx(heights.max(), abs=1e-4)
    saturated = sum(
        log_likelihood(Tables(c, 0 * c, 0 * c), 1.0, c / c.sum(), c / c.sum())
        for c in (at.sample, at.zombie, at.genuine)
    )
    assert float(mixture.deviance) == pytest.approx(2 * (saturated - reached), abs=1e-6)


def test_many_tables_at_once_are_the_same_as_one_by_one() -> None:
    """Batching is an implementation detail: each table's fit does not depend on its neighbours."""
    rng = np.random.default_rng(3)
    many = Tables(*(rng.poisson(20, (30, 6)).astype(float) for _ in range(3)))
    together = fit(many)
    for row in range(30):
        alone = fit(Tables(many.sample[row], many.zombie[row], many.genuine[row]))
        assert alone.share == together.share[row]
        assert alone.deviance == together.deviance[row]


@settings(max_examples=examples(60))
@given(st.lists(st.tuples(*[st.integers(0, 60)] * 3), min_size=2, max_size=12))
def test_any_table_gives_numbers(rows: list[Any]) -> None:
    """No table of counts gives NaN, a share outside [0, 1], or templates that are no distributions."""
    sample, zombie, genuine = np.array(rows, dtype=float).T
    if min(sample.sum(), zombie.sum(), genuine.sum()) == 0:
        return
    at = Tables(sample, zombie, genuine)
    mixture = fit(at)
    assert 0 <= float(mixture.share) <= 1
    assert mixture.zombie.sum() == pytest.approx(1)
    assert mixture.genuine.sum() == pytest.approx(1)
    assert float(mixture.deviance) >= -1e-6
    shares, heights = profile(at, np.linspace(0, 1, 101))
    assert (np.diff(shares) > 0).all()
    assert not np.isnan(heights).any()


def test_bins_hold_equal_mass_of_both_classes() -> None:
    """Twelve bins of the class-balanced templates hold a twelfth each, whatever the classes' sizes."""
    rng = np.random.default_rng(5)
    known = Templates(rng.random(600), rng.random(6000) ** 3)
    inside = np.searchsorted(bin_edges(known), known.zombie, side="right")
    outside = np.searchsorted(bin_edges(known), known.genuine, side="right")
    mass = (np.bincount(inside, minlength=BINS) / 600 + np.bincount(outside, minlength=BINS) / 6000) / 2
    assert mass == pytest.approx(1 / BINS, abs=0.002)


def test_tied_scores_merge_bins_and_lose_no_follower() -> None:
    """Where half the templates share one score the bins are fewer, and still hold everybody."""
    known = Templates(np.array([0.9] * 50 + [0.5] * 50), np.array([0.1] * 80 + [0.5] * 20))
    at = tables(np.array([0.0, 0.1, 0.5, 0.9, 1.0]), known)
    assert at.sample.sum() == 5
    assert len(at.sample) <= 4
