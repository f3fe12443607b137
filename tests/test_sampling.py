"""Drawing followers: every place the same chance, spread over the list; when to stop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zombiescope import sampling
from zombiescope.errors import EstimateError


@given(st.integers(1, 400), st.integers(1, 450), st.integers(0, 2**32))
def test_draws_are_ascending_distinct_and_one_a_stratum(listed, n, seed):
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
def test_every_place_has_the_same_chance(listed, n):
    """Also where strata borders cut a place in two, each place is drawn with chance n / listed."""
    rng = np.random.default_rng(1)
    rounds = 6000
    counts = np.bincount(
        np.concatenate([sampling.draw(listed, n, rng) for _ in range(rounds)]), minlength=listed
    )
    chance = n / listed
    spread = (rounds * chance * (1 - chance)) ** 0.5
    assert np.abs(counts - rounds * chance).max() < 4.5 * spread


def test_same_seed_same_draw():
    """An audit can be rerun: the draw is a function of list length, size and seed."""
    one, two = (sampling.draw(10**6, 1000, np.random.default_rng(9)) for _ in range(2))
    assert (one == two).all()


@pytest.mark.parametrize(("listed", "n"), [(0, 5), (5, 0), (-1, 3)])
def test_nothing_to_draw_is_a_clear_error(listed, n):
    """An empty list or an empty sample names itself."""
    with pytest.raises(EstimateError):
        sampling.draw(listed, n, np.random.default_rng(0))


def test_batches_cover_the_list_without_repeats():
    """Batches are disjoint, stratified over what is left, and end with the list."""
    drawn = list(sampling.batches(1050, np.random.default_rng(2)))
    assert [len(batch) for batch in drawn] == [200] * 5 + [50]
    assert sorted(np.concatenate(drawn).tolist()) == list(range(1050))
    assert all((np.diff(batch) > 0).all() for batch in drawn)


def test_pages_are_many_and_little_is_taken_of_each():
    """At least fifty pages, few followers of each, never one twice; the cluster is the page."""
    paged = sampling.draw_pages(10_010, 100, 1000, np.random.default_rng(3))
    assert 900 <= len(paged.places) <= 1000
    assert len(np.unique(paged.clusters)) >= 50
    assert (np.diff(paged.places) > 0).all()
    assert (paged.clusters == paged.places // 100).all()
    small = sampling.draw_pages(10_000, 100, 60, np.random.default_rng(3))
    assert len(np.unique(small.clusters)) >= 45


def test_pages_give_every_place_about_the_same_chance():
    """A short last page is not drawn more often than its followers deserve."""
    rng = np.random.default_rng(4)
    counts = np.zeros(2050)
    for _ in range(3000):
        counts[sampling.draw_pages(2050, 20, 100, rng, few=2).places] += 1
    chance = counts / 3000
    assert chance[2040:].mean() == pytest.approx(chance.mean(), rel=0.12)
    assert chance.mean() == pytest.approx(100 / 2050, rel=0.03)


@pytest.mark.parametrize(
    ("low", "high", "template", "drawn", "reason"),
    [
        (0.30, 0.35, 0.01, 400, "margin reached"),
        (0.30, 0.50, 0.01, 400, None),
        (0.30, 0.50, 0.01, 5000, "frame exhausted"),
        (0.30, 0.50, 0.04, 400, "template error"),
        (0.00, 0.019, 0.02, 200, "margin reached"),
    ],
)
def test_when_to_stop(low, high, template, drawn, reason):
    """Sampling stops at the margin, at the frame's end, or where no sample could reach the margin."""
    found = sampling.stop(0.03, low=low, high=high, template_margin=template, drawn=drawn, listed=5000)
    assert found == reason


def test_confidence_sequence_holds_at_every_look():
    """Watched after each follower up to 1,000, it loses the truth in at most 5% of runs."""
    rng = np.random.default_rng(5)
    looks = np.unique(np.round(np.geomspace(1, 1000, 40)).astype(int))
    for share in (0.02, 0.4):
        lost = 0
        for _ in range(200):
            hits = np.cumsum(rng.random(1000) < share)
            limits = [sampling.confidence_sequence(int(hits[n - 1]), int(n)) for n in looks]
            lost += any(not low <= share <= high for low, high in limits)
        assert lost <= 18


@given(st.integers(0, 300), st.integers(0, 300), st.floats(0.5, 0.999))
def test_confidence_sequence_holds_its_point(successes, failures, level):
    """The limits are within [0, 1], hold the observed share, and mirror when the classes change names."""
    trials = successes + failures
    low, high = sampling.confidence_sequence(successes, trials, level)
    assert 0 <= low <= high <= 1
    if trials:
        assert low <= successes / trials <= high
    mirror = sampling.confidence_sequence(failures, trials, level)
    assert (1 - mirror[1], 1 - mirror[0]) == pytest.approx((low, high), abs=1e-9)


def test_confidence_sequence_refuses_what_cannot_be():
    """More successes than trials is an error, not a number."""
    with pytest.raises(EstimateError):
        sampling.confidence_sequence(3, 2)


def test_names_of_designs():
    """The report says in words how followers were drawn, and that a window is a window."""
    assert sampling.name(100, 100, complete=True) == "census"
    assert sampling.name(1000, 100, complete=True) == "position-stratified"
    assert sampling.name(1000, 100, complete=True, paged=True) == "stratified pages"
    assert "window" in sampling.name(1000, 100, complete=False)
    assert "batches" in sampling.name(1000, 400, complete=True, batched=True)
