"""Runs by likeness in any features: what is found, what is left alone, and where the edges are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from zombiescope.arrays import FloatArray, IntArray
from zombiescope.evidence.runs.contrast import contrast_runs
from zombiescope.features.normal_scores import normal_scores, whitened

FEATURES = 15


def people(
    n: int, rng: np.random.Generator, *, shift: float = 0.0, score: float = 0.1
) -> tuple[FloatArray, FloatArray]:
    """Rows of correlated features, and scores about `score`."""
    common = rng.normal(size=(n, 1))
    rows = np.exp(0.5 * common + rng.normal(size=(n, FEATURES)))
    rows[:, :5] *= np.exp(shift)
    return rows, rng.beta(10 * score, 10 * (1 - score), n)


def laid_out(rng: np.random.Generator, *parts: Any) -> tuple[FloatArray, FloatArray, IntArray]:
    """Parts one after the other: features, scores, and the spans of the parts."""
    rows, scores = zip(*parts, strict=True)
    edges = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate(rows)
    score = np.concatenate(scores)
    return normal_scores(np.column_stack((columns, score))), score, edges


def bought(n: int, rng: np.random.Generator, purity: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """A delivery: shifted features and high scores, mixed with ordinary people."""
    fakes, high = people(n, rng, shift=1.6, score=0.8)
    others, low = people(n, rng)
    fake = rng.random(n) < purity
    return np.where(fake[:, None], fakes, others), np.where(fake, high, low)


@pytest.mark.parametrize(("size", "purity"), [(100, 0.9), (200, 0.5), (900, 0.34), (2_000, 1.0)])
def test_delivery_is_found_whatever_its_size(size: int, purity: float) -> None:
    """Deliveries and trickles stand out, with edges near the truth."""
    hits = 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        space, score, edges = laid_out(rng, people(900, rng), bought(size, rng, purity), people(1_300, rng))
        runs = contrast_runs(space, score)
        assert len(runs) <= 1
        hits += len(runs)
        for run in runs:
            assert abs(run.start - edges[1]) + abs(run.stop - edges[2]) <= max(30, 0.15 * size)
            assert run.excess == pytest.approx(purity, abs=0.2)
            assert run.start <= run.members.min()
            assert run.members.max() < run.stop
    assert hits >= 9


def test_two_deliveries_side_by_side_are_two_runs() -> None:
    """Of accounts of two makes, parted where they meet."""
    parted = 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        other = bought(300, rng)
        other[0][:, 5:10] *= np.exp(1.6)
        space, score, edges = laid_out(rng, people(900, rng), bought(300, rng), other, people(900, rng))
        runs = contrast_runs(space, score)
        ends = np.array([(run.start, run.stop) for run in runs]).ravel()
        parted += len(runs) == 2 and np.abs(ends - edges[[1, 2, 2, 3]]).max() <= 12
    assert parted >= 8


def test_lists_without_a_delivery_show_none() -> None:
    """At most one list in twenty, nominally; the demands on distance and direction make it fewer."""
    fired = 0
    for seed in range(100):
        rng = np.random.default_rng([seed, 1])
        space, score, _ = laid_out(rng, people(int(rng.integers(300, 2_500)), rng))
        fired += bool(contrast_runs(space, score))
    assert fired <= 1


def test_community_that_joins_at_once_is_no_delivery() -> None:
    """Other people, as unlike their neighbours as a delivery is, whose scores are ordinary or a little raised."""
    fired = 0
    for seed in range(40):
        rng = np.random.default_rng([seed, 2])
        community = people(300, rng, shift=2.0, score=(0.1, 0.25)[seed % 2])
        at = int(rng.integers(0, 1_500))
        space, score, _ = laid_out(rng, people(at, rng), community, people(1_500 - at, rng))
        fired += bool(contrast_runs(space, score))
    assert fired <= 1


def test_people_between_two_deliveries_are_no_delivery() -> None:
    """A short genuine stretch between long deliveries stands out too, on the low side."""
    for seed in range(10):
        rng = np.random.default_rng([seed, 3])
        space, score, edges = laid_out(
            rng,
            people(600, rng),
            bought(900, rng),
            people(150, rng),
            bought(900, rng),
            people(600, rng),
        )
        runs = contrast_runs(space, score)
        stretch = np.zeros(len(score), dtype=bool)
        for run in runs:
            stretch[run.start : run.stop] = True
        assert stretch[edges[1] : edges[2]].mean() > 0.9
        assert stretch[edges[3] : edges[4]].mean() > 0.9
        assert not any(edges[2] - 20 <= run.start and run.stop <= edges[3] + 20 for run in runs)


def test_delivery_at_either_end_is_found() -> None:
    """Where one neighbourhood is missing the rest of the list stands in for it."""
    for seed in range(6):
        rng = np.random.default_rng([seed, 4])
        parts = [people(1_200, rng), bought(300, rng)]
        space, score, edges = laid_out(rng, *(parts if seed % 2 else parts[::-1]))
        (run,) = contrast_runs(space, score)
        delivery = (edges[1], edges[2]) if seed % 2 else (0, edges[1])
        assert abs(run.start - delivery[0]) + abs(run.stop - delivery[1]) <= 30


def test_nothing_is_found_without_scores() -> None:
    """Without the detector nobody can say which side is the delivery."""
    rng = np.random.default_rng(5)
    space, score, _ = laid_out(rng, people(900, rng), bought(300, rng), people(900, rng))
    assert contrast_runs(space, np.full(len(score), np.nan)) == []


@pytest.mark.parametrize("n", [0, 1, 50, 103])
def test_short_lists_are_left_alone(n: int) -> None:
    """Too few followers for two neighbourhoods and a window."""
    rng = np.random.default_rng(6)
    rows, score = people(n, rng)
    assert contrast_runs(normal_scores(rows), score) == []


def test_normal_scores_leave_out_what_tells_nothing() -> None:
    """Constant and mostly unknown columns go; unknown values are 0; the rest has mean 0 and variance 1."""
    rng = np.random.default_rng(7)
    columns = np.column_stack((rng.exponential(size=500), np.ones(500), np.full(500, np.nan)))
    columns[:20, 0] = np.nan
    scores = normal_scores(columns)
    assert scores.shape == (500, 1)
    assert (scores[:20] == 0).all()
    assert scores[20:].mean() == pytest.approx(0, abs=1e-9)
    assert scores[20:].std() == pytest.approx(1)


def test_whitening_makes_neighbours_independent() -> None:
    """Successive differences of correlated features get the identity, but for the ridge."""
    rng = np.random.default_rng(8)
    columns = rng.normal(size=(4_000, 1)) + rng.normal(size=(4_000, 4))
    steps = np.diff(whitened(normal_scores(columns)), axis=0)
    covariance = steps.T @ steps / (2 * len(steps))
    off = covariance - np.diag(np.diag(covariance))
    assert np.abs(off).max() < 0.15
