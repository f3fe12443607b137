"""When simulated posts are made."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zombiescope.durations import DAY_SECONDS
from zombiescope_training.simulate.forms import Population
from zombiescope_training.simulate.margins import joint
from zombiescope_training.simulate.parameters import ACTIVE, FRESH, POPULATIONS
from zombiescope_training.simulate.timeline import post_times


def timelines(
    population: Population, size: int, seed: int, count: int = 20
) -> tuple[list[np.ndarray], np.ndarray]:
    """Post times of `size` accounts, and the ages in days."""
    rng = np.random.default_rng(seed)
    traits = joint(population, size, rng)
    silence = np.minimum(traits["silence"], 0.95 * traits["age"])
    counts = np.full(size, count)
    return post_times(population, counts, silence, traits["gap"], traits["age"], rng), traits["age"]


@given(seed=st.integers(0, 2**31), count=st.integers(0, 20), name=st.sampled_from(sorted(POPULATIONS)))
def test_posts_lie_between_the_account_and_the_observation(seed: int, count: int, name: str) -> None:
    """Newest first, none after the observation, none before the account was made, as many as asked for."""
    times, ages = timelines(POPULATIONS[name], 5, seed, count)
    for seconds, age in zip(times, ages, strict=True):
        assert len(seconds) == count
        assert np.all(np.diff(seconds) >= 0)
        assert np.all((seconds > 0) & (seconds < age * DAY_SECONDS))


def test_people_sleep_and_machines_do_not() -> None:
    """A vendor's posts are spread over the clock; a person's keep to some hours of it."""

    def night(population: Population) -> float:
        times, _ = timelines(population, 400, 1)
        hours = -np.concatenate(times) // 3600 % 24
        return float(np.mean((hours >= 18) & (hours < 22)))  # UTC: two to six in the morning in China

    assert night(FRESH) == pytest.approx(4 / 24, abs=0.02)
    assert night(ACTIVE) < 0.08
