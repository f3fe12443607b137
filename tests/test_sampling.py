"""Drawing followers: every place the same chance, spread over the list; when to stop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zombiescope import sampling
from zombiescope.errors import EstimateError


@given(st.integers(1, 400), st.integers(1, 450), st.integers(0, 2**32))
def test_draws_are_ascending_distinct_and_one_a_stratum(listed: int, n: int, seed: int) -> None:
    """n places (or all there are), ascending, none twice, each touching its own stratum of the list."""
    places = sampling.draw(listed, n, np.random.default_rng(seed))
    assert places.dtype == np.int64
    assert len(places) == min(n, listed)
    assert (np.diff(places) > 0).all()
    assert places[0] >= 0
    assert places[-1] < listed
    if n < listed:
        strata = np.arange(n)
        assert (places * n < (strata + 1) * listed).all()
        assert ((places + 1) * n > strata * listed).all()


@pytest.mark.parametrize(("listed", "n"), [(7, 5), (10, 3), (11, 10), (23, 4)])
def test_every_place_has_the_same_chance(listed: int, n: int) -> None:
    """Also where strata borders cut a place in two, each place is drawn with chance n / listed."""
    rng = np.random.default_rng(1)
    rounds = 6000
    counts = np.bincount(
        np.concatenate([sampling.draw(listed, n, rng) for _ in range(rounds)]), minlength=listed
    )
    chance = n / listed
    spread = (rounds * chance * (1 - chance)) ** 0.5
    assert np.abs(counts - rounds * chance).max() < 4.5 * spread


def test_same_seed_same_draw() -> None:
    """An audit can be rerun: the draw is a function of list length, size and seed."""
    one, two = (sampling.draw(10**6, 1000, np.random.default_rng(9)) for _ in range(2))
    assert (one == two).all()


@pytest.mark.parametrize(("listed", "n"), [(0, 5), (5, 0), (-1, 3)])
def test_nothing_to_draw_is_a_clear_error(listed: int, n: int) -> None:
    """An empty list or an empty sample names itself."""
    with pytest.raises(EstimateError):
        sampling.draw(listed, n, np.random.default_rng(0))


def test_batches_cover_the_list_without_repeats() -> None:
    """Batches are disjoint, stratified over what is left, and end with the list."""
    drawn = list(sampling.batches(1050, np.random.default_rng(2)))
    assert [len(batch) for batch in drawn] == [200] * 5 + [50]
    assert sorted(np.concatenate(drawn).tolist()) == list(range(1050))
    assert all((np.diff(batch) > 0).all() for batch in drawn)


@pytest.mark.parametrize(
    ("low", "high", "template", "drawn", "reason"),
    [
        (0.30, 0.35, 0.01, 400, "margin reached"),
        (0.30, 0.50, 0.01, 400, None),
        (0.30, 0.50, 0.01, 5000, "frame exhausted"),
        (0.30, 0.50, 0.04, 400, "out of reach by drawing"),
        (0.00, 0.019, 0.02, 200, "margin reached"),
    ],
)
def test_when_to_stop(low: float, high: float, template: float, drawn: int, reason: str | None) -> None:
    """Sampling stops at the margin, at the frame's end, or where no sample could reach the margin."""
    decision = sampling.stop(
        0.03, low=low, high=high, endless_margin=template, drawn=drawn, listed=5000, sample=200
    )
    assert decision == reason


def test_names_of_designs() -> None:
    """The report says in words how followers were drawn, and that a window is a window."""
    assert sampling.name(100, 100, complete=True) == "census"
    assert sampling.name(1000, 100, complete=True) == "position-stratified"
    assert "window" in sampling.name(1000, 100, complete=False)
    assert "batches" in sampling.name(1000, 400, complete=True, batched=True)


def test_the_draw_is_the_one_of_earlier_versions() -> None:
    """A published audit can be repeated: golden places for a list length, a size and a seed, whole and in batches."""
    assert sampling.draw(1000, 8, np.random.default_rng(7)).tolist() == [
        112,
        153,
        359,
        477,
        558,
        659,
        805,
        944,
    ]
    first = next(sampling.batches(5000, np.random.default_rng(7)))
    assert (len(first), int(first[0]), int(first[-1])) == (200, 22, 4989)
