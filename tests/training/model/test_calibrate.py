"""Calibration: the curve that fits held-out rows, and how far it is raised for vendors not seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zombiescope.detector.calibration import Curve, sigmoid
from zombiescope_training.model.calibrate import permissive, platt


def test_platt_finds_the_curve_that_made_the_labels() -> None:
    rng = np.random.default_rng(1)
    raw = rng.normal(0, 2, 40_000)
    zombie = rng.random(len(raw)) < sigmoid(1.7 * raw - 0.6)
    curve = platt(raw, zombie, np.ones(len(raw)))
    assert curve.slope == pytest.approx(1.7, abs=0.1)
    assert curve.intercept == pytest.approx(-0.6, abs=0.1)


@given(
    sizes=st.lists(st.integers(1, 400), min_size=1, max_size=4),
    most=st.floats(0, 0.2),
    seed=st.integers(0, 99),
)
def test_it_flags_as_many_as_it_may_and_no_more(sizes: list[int], most: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    groups = np.repeat([f"study {k}" for k in range(len(sizes))], sizes)
    raw = rng.normal(-5, 1, len(groups))
    curve = permissive(Curve(1.3, -20.0), raw, groups, most, 100.0)
    flagged = curve(raw) > 0.5
    rate = np.mean([flagged[groups == name].mean() for name in np.unique(groups)])
    assert rate <= most + 1e-9
    # One account more, of the study that weighs most, would be too many.
    assert rate + 1 / (min(sizes) * len(sizes)) >= most - 1e-9
    assert curve.slope == 1.3


def test_each_study_counts_alike() -> None:
    # Of the large study nobody scores high; of the small one, a fifth. Half of that is the mean of the two.
    raw = np.concatenate([np.full(1_000, -9.0), np.full(8, -5.0), np.full(2, 1.0)])
    groups = np.repeat(["large", "small"], [1_000, 10])
    refused = permissive(Curve(1.0, -30.0), raw, groups, 0.09, 100.0)
    allowed = permissive(Curve(1.0, -30.0), raw, groups, 0.1, 100.0)
    assert (refused(raw) > 0.5).sum() == 0
    assert (allowed(raw) > 0.5).sum() == 2


def test_where_classes_overlap_the_curve_stays() -> None:
    raw = np.random.default_rng(2).normal(0, 1, 500)
    assert permissive(Curve(1.0, 0.0), raw, np.full(500, "study"), 0.005, 4.0) == Curve(1.0, 0.0)


def test_it_is_raised_by_so_much_at_most() -> None:
    raw = np.full(500, -50.0)
    assert permissive(Curve(1.0, 0.0), raw, np.full(500, "study"), 0.005, 4.0) == Curve(1.0, 4.0)
