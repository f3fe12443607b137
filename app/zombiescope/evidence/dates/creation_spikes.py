"""When the followers' accounts were created: weeks that stand out from those around, and the platform's own growth."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np

from zombiescope.arrays import FloatArray, IntArray
from zombiescope.domain import Cohort, Spike, Wave
from zombiescope.durations import DAY_MICROS
from zombiescope.evidence.dates.platform_growth import periods, waves

__all__ = ["cohorts", "spikes"]


WEEK = 7
AROUND = 26  # weeks on each side that a week is compared with
LEVEL = 0.01  # family-wise, over all weeks
TWICE = 2.0  # a spike has at least this many times the expected number
LEAST = 10  # accounts of a spike
FEW = 100  # fewest creation dates to search
MOST = 50
THIN = 2.0  # accounts a week below which the median is unreliable
WITHIN = 0.5  # of a spike's accounts that must have been made in a platform's wave for the wave to be named
LATE = 2  # days by which a wave may outlast what was published of it


def spikes(created: IntArray, platform: str = "") -> tuple[Spike, ...]:
    """Weeks, adjacent ones joined, in which far more of the accounts were created than was to be expected.

    created: (n,) microseconds since 1970 UTC. platform: whose waves of registrations to name. The expected count of a
    week is the median of the 26 weeks on both sides. Counts are negative binomial, overdispersed as much as the
    middle of all weeks is (half of them lie within their quartiles whatever the spikes do).
    """
    from scipy.special import betainc

    if len(created) < FEW:
        return ()
    first = int(created.min()) // (DAY_MICROS * WEEK)
    counts = np.bincount(created // (DAY_MICROS * WEEK) - first).astype(np.float64)
    if len(counts) < 2 * WEEK:
        return ()
    expected = _expected(counts)
    excess = max(_overdispersion(counts, expected), 1e-3)
    size = expected / excess  # variance = expected (1 + excess)
    # P(X >= count) of the negative binomial.
    tail = np.asarray(betainc(np.maximum(counts, 1), size, excess / (1 + excess)))
    p = np.where(counts > 0, tail, 1.0) * len(counts)
    high = (p < LEVEL) & (counts >= TWICE * expected) & (counts >= LEAST)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], high.view(np.int8), [0]))))
    out = []
    for start, stop in edges.reshape(-1, 2).tolist():
        weeks = (first + start) * DAY_MICROS * WEEK, (first + stop) * DAY_MICROS * WEEK
        inside = created[(created >= weeks[0]) & (created < weeks[1])]
        usual = float(expected[start:stop].sum())
        wave = _wave(inside, platform)
        out.append(
            Spike(
                created_from=_moment(int(inside.min())),
                created_to=_moment(int(inside.max())),
                followers=len(inside),
                expected=round(usual, 1),
                p_value=float(p[start:stop].min()),
                wave=wave,
                by_wave=None if wave is None else round(usual * _times(wave, *weeks), 1),
            )
        )
    return tuple(sorted(sorted(out, key=lambda s: -s.followers)[:MOST], key=lambda s: s.created_from))


def cohorts(created: IntArray, platform: str) -> tuple[Cohort, ...] | None:
    """The followers created in each period of which a platform's registrations are known, against those.

    created: as of `spikes`. None where the platform has no such figures, or too few followers are of those periods.
    """
    published = periods(platform)
    edges = [(_day(period.first), _day(period.last) + DAY_MICROS) for period in published]
    counts = [int(((created >= start) & (created < stop)).sum()) for start, stop in edges]
    if sum(counts) < FEW:
        return None
    accounts = sum(period.accounts for period in published)
    return tuple(
        Cohort(
            first=period.first,
            last=period.last,
            followers=count,
            part=round(count / sum(counts), 4),
            platform_part=round(period.accounts / accounts, 4),
            source=period.source,
        )
        for period, count in zip(published, counts, strict=True)
    )


def _wave(created: IntArray, platform: str) -> Wave | None:
    """The platform's wave in which most of these accounts were made."""
    for wave in waves(platform):
        within = (created >= _day(wave.first)) & (created < _day(wave.last) + (1 + LATE) * DAY_MICROS)
        if within.mean() >= WITHIN:
            return wave
    return None


def _times(wave: Wave, start: int, stop: int) -> float:
    """By how many times the platform's registrations from start to stop exceeded its usual ones."""
    within = max(min(stop, _day(wave.last) + DAY_MICROS) - max(start, _day(wave.first)), 0) / (stop - start)
    return within * wave.times + 1 - within


def _day(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY_MICROS


def _expected(counts: FloatArray) -> FloatArray:
    """(weeks,) the expected number of each week: the median of the weeks around it."""
    padded = np.concatenate((np.full(AROUND, np.nan), counts, np.full(AROUND, np.nan)))
    views = np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1)
    median = np.nanmedian(views, axis=1)
    # In a thin list most weeks are empty and so is their median: then the mean, with the top tenth cut down.
    top = np.nanquantile(views, 0.9, axis=1)
    mean = np.nanmean(np.minimum(views, top[:, None]), axis=1)
    expected: FloatArray = np.where(median >= THIN, median, np.maximum(np.maximum(median, mean), 0.1))
    return expected


def _overdispersion(counts: FloatArray, expected: FloatArray) -> float:
    """By how much the variance exceeds a Poisson count's, from the middle half of the weeks."""
    residual = np.abs(counts - expected) / np.sqrt(expected)
    return float((np.median(residual) / 0.6745) ** 2 - 1)


def _moment(micros: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
