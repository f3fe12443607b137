"""PL: the interval of the mixture's profile likelihood."""

from __future__ import annotations

import math

import numpy as np

from zombiescope.share.inputs import Floats
from zombiescope.share.mixture import Tables, profile

__all__ = ["SCALE", "pl_interval"]

# Of two intervals that are joined neither needs to be the whole level wide: with 3.7 for 3.84 at .95 the hull
# still covers (benchmarks/results/share.md), and is within the widths that were set as goals.
SCALE = 3.7 / 3.841458820694124

# Fine steps at the edges, where a share of .002 is news; coarser between, where the ends are interpolated.
GRID = np.unique(
    np.round(
        np.concatenate(
            [np.arange(0, 0.03, 5e-4), np.arange(0.03, 0.97, 2.5e-3), np.arange(0.97, 1 + 1e-9, 5e-4)]
        ),
        6,
    )
)


def pl_interval(counts: Tables, design_effect: float, critical: float) -> tuple[float, float]:
    """All shares whose profile log-likelihood is within `critical`/2 of the best; their hull.

    Barlow & Beeston 1993 for the likelihood, Rao & Scott 1981 for the division of the sample's counts,
    never the templates', by the design effect. (0, 1) with fewer than two usable bins.
    """
    if len(counts.sample) < 2 or math.isinf(critical):
        return 0.0, 1.0
    scaled = Tables(counts.sample / design_effect, counts.zombie, counts.genuine)
    shares, log_likelihood = profile(scaled, GRID)
    return _where_above(shares, log_likelihood, float(log_likelihood.max()) - critical / 2)


def _where_above(shares: Floats, heights: Floats, floor: float) -> tuple[float, float]:
    held = np.flatnonzero(heights >= floor)
    first, last = int(held[0]), int(held[-1])
    low = _crossing(shares, heights, floor, first, first - 1) if first > 0 else float(shares[0])
    high = _crossing(shares, heights, floor, last, last + 1) if last < len(shares) - 1 else float(shares[-1])
    return low, high


def _crossing(shares: Floats, heights: Floats, floor: float, within: int, without: int) -> float:
    above, below = float(heights[within]), float(heights[without])
    if math.isinf(below):
        return float(
            shares[without]
        )  # the wider end: how far the likelihood reaches is not known between them
    part = (above - floor) / (above - below)
    return float(shares[within] + part * (shares[without] - shares[within]))
