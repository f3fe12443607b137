"""When the newest posts of an account were made: Weibull gaps, short runs, and for people a time of day."""

from __future__ import annotations

import math

import numpy as np

from zombiescope.arrays import FloatArray, IntArray
from zombiescope.durations import DAY_SECONDS
from zombiescope.sources.sample.compact import UNIT
from zombiescope_training.simulate.forms import Population

__all__ = ["post_times"]


SHORT = (20.0, 60.0)  # seconds: the ends of a short gap
SLEPT = 3 * 3600.0  # seconds: after a gap this long a person's next post falls into the waking hours
EVENING = 12.5  # hours UTC: 20:30 in China, the centre of the waking hours
CENTRES = 2.5  # hours: how far the accounts' own centres lie apart (standard deviation)


def post_times(
    population: Population,
    counts: IntArray,
    silence: FloatArray,
    gap: FloatArray,
    age: FloatArray,
    rng: np.random.Generator,
) -> list[IntArray]:
    """For each account the seconds before the observation of its newest `counts` posts, newest first.

    counts: (n,) posts to place. silence, age: (n,) days since the newest post and since the account was made. gap: (n,)
    log(1 + mean seconds between the posts). No post is older than the account: where the mean gap does not fit into
    its life, the gaps are shorter.
    """
    size, most = len(counts), int(counts.max(initial=1))
    gaps = rng.weibull(population.gap_shape, (size, most))
    placed = (np.arange(most) > 0) & (np.arange(most) < counts[:, None])
    runs = rng.random((size, most)) < population.gap_short
    room = np.maximum((age - silence) * DAY_SECONDS, 60.0) * rng.uniform(0.88, 0.99, size)
    span = np.minimum(np.expm1(gap) * np.maximum(counts - 1, 1), room)
    gaps *= (span / np.maximum(np.where(placed & ~runs, gaps, 0).sum(axis=1), 1e-9))[:, None]
    short = np.exp(rng.uniform(math.log(SHORT[0]), math.log(SHORT[1]), (size, most)))
    gaps = np.where(placed, np.where(runs, np.minimum(short, span[:, None] / most), gaps), 0)
    seconds = (silence * DAY_SECONDS)[:, None] + np.cumsum(gaps, axis=1)
    if population.awake is not None:
        seconds = _waking(seconds, gaps, population.awake, rng)
    oldest = age * DAY_SECONDS - 30
    seconds = np.clip(np.rint(np.sort(seconds, axis=1) / UNIT) * UNIT, UNIT, oldest[:, None]).astype(np.int64)
    return [row[:n] for row, n in zip(seconds, counts, strict=True)]


def _waking(seconds: FloatArray, gaps: FloatArray, awake: float, rng: np.random.Generator) -> FloatArray:
    """The same posts with each run of them moved, within its day, to the account's waking hours.

    `seconds` count backwards from midnight UTC, so the time of day is what a run leads up to the next midnight.
    """
    size, most = seconds.shape
    begins = (gaps > SLEPT) | (np.arange(most) == 0)
    centre = rng.normal(EVENING, CENTRES, (size, 1))
    hour = (centre + rng.normal(0, awake, (size, most))) % 24
    aim = np.floor(seconds / DAY_SECONDS) * DAY_SECONDS + DAY_SECONDS - hour * 3600
    first = np.maximum.accumulate(np.where(begins, np.arange(most), 0), axis=1)
    moved = np.take_along_axis(aim - seconds, first, axis=1)
    return np.asarray(seconds + moved)
