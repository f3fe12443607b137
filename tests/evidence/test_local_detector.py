"""The detector of one list: it ranks what was delivered, and says nothing where it learnt nothing."""

from __future__ import annotations

import numpy as np

from zombiescope.arrays import BoolArray, FloatArray
from zombiescope.evidence.local_detector import learn_local
from zombiescope.features.normal_scores import normal_scores

RUNS = [(600, 900)]


def a_list(
    rng: np.random.Generator, *, apart: float = 2.0, purity: float = 0.9, n: int = 2_000
) -> tuple[FloatArray, BoolArray]:
    """A list with one run, whose delivered members differ in four of twelve features."""
    bought = np.zeros(n, dtype=bool)
    bought[600:900] = rng.random(300) < purity
    features = rng.normal(size=(n, 12))
    features[:, :4] += apart * bought[:, None]
    return normal_scores(features), bought


def test_it_ranks_what_was_delivered_beyond_its_noisy_teachers() -> None:
    """One in ten of the run is no delivery: the model ranks the truth better than the run that taught it."""
    rng = np.random.default_rng(1)
    features, bought = a_list(rng)
    local = learn_local(features, RUNS, rng)
    assert local is not None
    below = local.scores[~bought]
    assert np.mean(local.scores[bought] > np.quantile(below, 0.9)) > 0.95
    assert local.auc > local.shifted
    assert ((local.scores >= 0) & (local.scores <= 1)).all()


def test_a_run_like_its_neighbours_teaches_nothing() -> None:
    """Without a difference the check fails and there is no local score."""
    for seed in range(10):
        rng = np.random.default_rng([seed, 2])
        features, _ = a_list(rng, apart=0.0)
        assert learn_local(features, RUNS, rng) is None


def test_too_few_followers_teach_nothing() -> None:
    """A run of a handful, or a list that is all run."""
    rng = np.random.default_rng(3)
    features, _ = a_list(rng)
    assert learn_local(features, [(600, 610)], rng) is None
    assert learn_local(features, [(0, 2_000)], rng) is None
    assert learn_local(features, [], rng) is None
