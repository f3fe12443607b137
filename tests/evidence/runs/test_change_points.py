"""Where a run changes its make-up, and where it does not."""

from __future__ import annotations

import numpy as np
import pytest

from zombiescope.evidence.runs.change_points import change_points


def rows(sizes: tuple[int, ...], rng: np.random.Generator, *, apart: float = 3.0) -> np.ndarray:
    """Parts of these sizes, each around its own mean, of 20 features that go with one another."""
    mix = rng.normal(size=(20, 20)) / 4 + np.eye(20)
    means = [rng.normal(size=20) * apart / np.sqrt(20) for _ in sizes]
    return (
        np.concatenate([mean + rng.normal(size=(size, 20)) for mean, size in zip(means, sizes, strict=True)])
        @ mix
    )


@pytest.mark.parametrize("sizes", [(100, 150), (60, 200, 90), (400, 40)])
def test_parts_are_found_where_they_meet(sizes: tuple[int, ...]) -> None:
    """Within a few rows of the truth."""
    points = change_points(rows(sizes, np.random.default_rng(len(sizes))))
    assert len(points) == len(sizes) - 1
    assert np.abs(np.array(points) - np.cumsum(sizes)[:-1]).max() <= 4


def test_one_make_is_one_part() -> None:
    """Of 200 runs of one make, with heavy tails and features that are 0 or 1, at most two are parted."""
    rng = np.random.default_rng(5)
    parted = 0
    for _ in range(200):
        size = int(rng.integers(50, 400))
        heavy = rng.standard_t(4, size=(size, 10))
        flags = (rng.random((size, 10)) < 0.2).astype(float)
        parted += bool(change_points(np.concatenate((heavy, flags), axis=1)))
    assert parted <= 2


@pytest.mark.parametrize("shape", [(0, 5), (40, 5), (100, 0)])
def test_too_little_has_no_change(shape: tuple[int, int]) -> None:
    """Fewer rows than two parts need, or no feature."""
    assert change_points(np.zeros(shape)) == []
