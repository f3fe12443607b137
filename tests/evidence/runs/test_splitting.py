"""Deliveries side by side are told apart; one delivery stays one, shuffled or in its order."""

from __future__ import annotations

import numpy as np
import pytest

from zombiescope.evidence.runs.splitting import part

DAY = 1_440


def parted(*deliveries: np.ndarray) -> list[tuple[int, int]]:
    created = np.concatenate(deliveries).astype(np.int64)
    return list(part(created, 0, len(created), int(created.min()), int(created.max())))


def shuffled(start: float, band: float, size: int, rng: np.random.Generator) -> np.ndarray:
    """Creation dates of one delivery, in minutes."""
    return (start + rng.random(size) * band) * DAY


@pytest.mark.parametrize(
    ("first", "second"),
    [((0, 36, 2_000), (36, 30, 440)), ((0, 9, 280), (-5, 41, 980)), ((0, 2, 126), (-26, 42, 4_000))],
)
def test_two_deliveries_are_parted_where_the_dates_change(
    first: tuple[float, float, int], second: tuple[float, float, int]
) -> None:
    """The place is right within 5% of the smaller one, though the bands touch or overlap."""
    rng = np.random.default_rng(0)
    runs = parted(shuffled(*first, rng), shuffled(*second, rng))
    assert len(runs) == 2
    assert abs(runs[0][1] - first[2]) <= 0.05 * min(first[2], second[2])
    assert runs[1][1] == first[2] + second[2]


def test_one_delivery_stays_one() -> None:
    """Of 300 shuffled deliveries none is parted, nor any that came in the order of creation."""
    rng = np.random.default_rng(1)
    for _ in range(300):
        dates = shuffled(0, rng.uniform(1, 90), int(rng.integers(24, 3_000)), rng)
        assert len(parted(dates)) == 1
        assert len(parted(np.sort(dates))) == 1


def test_strangers_belong_to_no_part() -> None:
    """Followers outside the band between two deliveries fall between the parts."""
    rng = np.random.default_rng(2)
    created = np.concatenate(
        [shuffled(0, 5, 300, rng), np.full(40, -9_000 * DAY), shuffled(40, 5, 300, rng)]
    ).astype(np.int64)
    assert list(part(created, 0, 640, 0, 45 * DAY)) == [(0, 300), (340, 640)]
