"""The copula: margins as given, ranks as given, and what being old enough does."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from zombiescope_training.simulate.forms import PROBABILITIES, TRAITS, Population
from zombiescope_training.simulate.margins import joint, level, quantile
from zombiescope_training.simulate.parameters import ACTIVE, AGED, POPULATIONS


@pytest.mark.parametrize("population", POPULATIONS.values(), ids=lambda p: p.name)
def test_margins_rise_and_ranks_are_symmetric(population: Population) -> None:
    """Every margin has one value for each probability and never falls; correlations are a matrix of such."""
    for trait in TRAITS:
        margin = getattr(population, trait)
        assert len(margin) == len(PROBABILITIES)
        assert np.all(np.diff(margin) >= 0), trait
    ranks = np.array(population.correlation)
    assert np.array_equal(ranks, ranks.T)
    assert np.all(np.diag(ranks) == 1)


def test_level_is_the_inverse_of_quantile() -> None:
    """Going to a value and back gives the level again."""
    u = np.linspace(0.02, 0.98, 25)
    assert level(ACTIVE.followers, quantile(ACTIVE.followers, u)) == pytest.approx(u)


def test_draws_have_the_margins_and_the_ranks() -> None:
    """Medians, tails and rank correlations of 20,000 draws are the parameters'."""
    drawn = joint(ACTIVE, 20_000, np.random.default_rng(1))
    for trait in TRAITS:
        wanted = np.log1p(getattr(ACTIVE, trait))
        quantiles = np.quantile(np.log1p(drawn[trait]), PROBABILITIES)
        assert quantiles[2:-2] == pytest.approx(wanted[2:-2], rel=0.03), trait
    ranks = spearmanr(np.column_stack([drawn[trait] for trait in TRAITS])).statistic
    assert np.abs(ranks - np.array(ACTIVE.correlation)).max() < 0.05


def test_an_account_is_as_old_as_asked_and_the_rest_follows() -> None:
    """Given that a bought account is old, it also follows as many as old ones do."""
    least = np.full(5_000, 300.0)
    old = joint(AGED, 5_000, np.random.default_rng(2), youngest=least)
    free = joint(AGED, 5_000, np.random.default_rng(2))
    assert old["age"].min() >= 300
    assert np.quantile(free["following"], 0.05) < 60 < np.quantile(old["following"], 0.05)


def test_the_same_seed_draws_the_same() -> None:
    """Randomness comes from the generator alone."""
    one, two = (joint(ACTIVE, 50, np.random.default_rng(3)) for _ in range(2))
    assert all(np.array_equal(one[trait], two[trait]) for trait in TRAITS)
