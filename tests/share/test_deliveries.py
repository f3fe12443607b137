"""The lower bound from deliveries: below what was delivered, and near it."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from present import present
from zombiescope.domain import Deliveries, Interval, Share
from zombiescope.share.deliveries import delivery_bound, with_deliveries


def simulated(
    rng: np.random.Generator,
    *,
    purity: float,
    around: float = 0.0,
    sizes: tuple[int, int] = (300, 500),
    n: int = 4_000,
    apart: float = 3.0,
) -> tuple[Any, ...]:
    """Local scores of a list with runs; `around`: part of everybody else who are zombies of the same kind."""
    zombie = rng.random(n) < around
    runs, start, delivered = [], 400, np.zeros(n, dtype=bool)
    for size in sizes:
        delivered[start : start + size] = rng.random(size) < purity
        runs.append((start, start + size))
        start += size + 700
    zombie |= delivered
    return 1 / (1 + np.exp(-(rng.normal(size=n) + apart * zombie))), runs, zombie


@pytest.mark.parametrize("around", [0.0, 0.3])
@pytest.mark.parametrize("purity", [0.0, 0.3, 0.9, 1.0])
def test_bound_is_not_above_the_truth(purity: float, around: float) -> None:
    """In at most one list in twenty, whatever the neighbourhoods hold."""
    above = 0
    for seed in range(200):
        rng = np.random.default_rng([seed, int(10 * purity), int(10 * around)])
        local, runs, zombie = simulated(rng, purity=purity, around=around)
        bound = delivery_bound(local, runs)
        assert bound is not None
        above += bound.low > zombie.mean()
    assert above <= 10


def test_bound_is_near_what_was_delivered() -> None:
    """With clean neighbourhoods and a local detector that separates, most of the delivery is in the bound."""
    parts = []
    for seed in range(30):
        local, runs, zombie = simulated(np.random.default_rng(seed), purity=0.95)
        bound = delivery_bound(local, runs)
        assert bound is not None
        parts.append(bound.low / zombie.mean())
    assert np.mean(parts) > 0.85


def test_mix_of_the_neighbourhood_is_no_delivery() -> None:
    """Runs that hold what their neighbours hold raise nothing, however many zombies that is."""
    lows = []
    for seed in range(100):
        local, runs, _ = simulated(np.random.default_rng(seed), purity=0.0, around=0.5)
        bound = delivery_bound(local, runs)
        assert bound is not None
        lows.append(bound.low)
    assert np.mean(np.array(lows) > 0.02) <= 0.05


def test_a_sample_bounds_less_than_the_list() -> None:
    """Drawing has an error of its own."""
    local, runs, _ = simulated(np.random.default_rng(1), purity=0.9)
    whole, part = (delivery_bound(local, runs, fraction=f) for f in (1.0, 0.1))
    assert whole is not None
    assert part is not None
    assert part.low < whole.low


def test_no_neighbours_no_bound() -> None:
    """A list that is one run has nothing to be held against."""
    assert delivery_bound(np.linspace(0, 1, 500), [(0, 500)]) is None
    assert delivery_bound(np.linspace(0, 1, 500), []) is None


def test_deliveries_raise_the_lower_limit_and_contradict_nothing() -> None:
    """Below the bound nothing is printed; labels and a bound above the upper limit leave the share as it is."""
    share = Share(
        estimate=0.2,
        low=0.1,
        high=0.8,
        level=0.95,
        method="m",
        assumes="known kinds",
        if_known=Interval(0.2, 0.15, 0.3),
        whole_frame=None,
        whole_account=None,
    )
    bound = Deliveries(low=0.4, excess=0.5, runs=2, in_runs=0.6, separation=0.99)
    raised = with_deliveries(share, bound)
    assert (raised.low, raised.estimate, raised.assumes, raised.if_known) == (0.4, 0.5, "deliveries", None)
    assert raised.low <= present(raised.estimate) <= raised.high
    assert with_deliveries(share, None) == share
    labelled = msgspec.structs.replace(share, assumes="labels")
    assert with_deliveries(labelled, bound) == labelled
    narrow = msgspec.structs.replace(share, high=0.3)
    assert with_deliveries(narrow, bound) == narrow
