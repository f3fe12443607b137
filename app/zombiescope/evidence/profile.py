"""When the followers' accounts were created: days that stand out from the weeks around, or from a platform's
baseline.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from zombiescope.domain import Spike

__all__ = ["spikes"]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

DAY = 86_400_000_000  # microseconds
WEEK = 7
AROUND = 26  # weeks on each side that a week is held against
LEVEL = 0.01  # family-wise, over all weeks
TWICE = 2.0  # a spike holds at least this many times what was to be expected
LEAST = 10  # accounts of a spike
FEW = 100  # creation dates below which nothing is said
MOST = 50


def spikes(created: IntArray, *, baseline: IntArray | None = None) -> tuple[Spike, ...]:
    """Weeks, adjacent ones joined, in which far more of the accounts were created than was to be expected.

    created: (n,) microseconds since 1970 UTC. baseline: the same of accounts of the platform at large; the
    expected count of a week then follows their number, else it is the same for all weeks around. Either is
    scaled to the followers by the median of the 26 weeks on both sides. Counts are negative binomial,
    overdispersed as much as the middle of all weeks is (half of them lie within their quartiles whatever the
    spikes do).
    """
    from scipy.special import betainc

    if len(created) < FEW:
        return ()
    first = int(created.min()) // (DAY * WEEK)
    counts = np.bincount(created // (DAY * WEEK) - first).astype(np.float64)
    if len(counts) < 2 * WEEK:
        return ()
    shape = np.ones(len(counts))
    if baseline is not None:
        weeks = baseline // (DAY * WEEK) - first
        within = weeks[(weeks >= 0) & (weeks < len(counts))]
        shape = np.bincount(within, minlength=len(counts)).astype(np.float64) + 0.5
    expected = _expected(counts, shape)
    excess = max(_overdispersion(counts, expected), 1e-3)
    size = expected / excess  # variance = expected (1 + excess)
    # P(X >= count) of the negative binomial.
    tail = np.asarray(betainc(np.maximum(counts, 1), size, excess / (1 + excess)))
    p = np.where(counts > 0, tail, 1.0) * len(counts)
    high = (p < LEVEL) & (counts >= TWICE * expected) & (counts >= LEAST)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], high.view(np.int8), [0]))))
    found = []
    for start, stop in edges.reshape(-1, 2).tolist():
        inside = created[(created >= (first + start) * DAY * WEEK) & (created < (first + stop) * DAY * WEEK)]
        found.append(
            Spike(
                created_from=_moment(int(inside.min())),
                created_to=_moment(int(inside.max())),
                followers=len(inside),
                expected=round(float(expected[start:stop].sum()), 1),
                p_value=float(p[start:stop].min()),
            )
        )
    return tuple(sorted(sorted(found, key=lambda s: -s.followers)[:MOST], key=lambda s: s.created_from))


def _expected(counts: FloatArray, shape: FloatArray) -> FloatArray:
    """(weeks,) what each week would hold: the median of the weeks around it, moved by the platform's
    shape.
    """
    padded = np.concatenate((np.full(AROUND, np.nan), counts / shape, np.full(AROUND, np.nan)))
    views = np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1)
    median = np.nanmedian(views, axis=1)
    # In a thin list most weeks are empty and so is their median: then the mean without the top tenth.
    top = np.nanquantile(views, 0.9, axis=1)
    mean = np.nanmean(np.minimum(views, top[:, None]), axis=1)
    expected: FloatArray = np.maximum(np.maximum(median, mean) * shape, 0.1)
    return expected


def _overdispersion(counts: FloatArray, expected: FloatArray) -> float:
    """By how much the variance exceeds a Poisson count's, from the middle half of the weeks."""
    residual = np.abs(counts - expected) / np.sqrt(expected)
    return float((np.median(residual) / 0.6745) ** 2 - 1)


def _moment(micros: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
