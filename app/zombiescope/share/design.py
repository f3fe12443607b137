"""The design effect: how much more or less the sample varies than one of simple random sampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zombiescope.share.inputs import Floats, Ints
from zombiescope.share.moments import Moments

__all__ = ["Effect", "effect"]

PRIOR = 4.0  # pseudo-followers that pull the composition's factor towards 1 where little is known


@dataclass(frozen=True)
class Effect:
    """What the design does to the variance.

    composition: factor on the variance of the true zombie count; it holds the finite-population correction,
    so it is 0 where every listed follower was drawn. design_effect: factor on the whole variance of the
    mean score, which keeps the detector's noise whatever the design.
    """

    composition: float
    design_effect: float


def effect(
    moved: Floats,
    share: float,
    at: Moments,
    *,
    fraction: float,
    clusters: Ints | None = None,
    replicate: Ints | None = None,
) -> Effect:
    """The design effect of a sample's moved scores, in list order, at `share`.

    The variance comes from differences of neighbours, as for one draw a stratum (Wolter 2007), of page
    totals where pages were drawn, within replicates where batches were pooled. What the detector's noise
    does not explain is composition. fraction: drawn / listed.
    """
    n = len(moved)
    noise = share * at.var1 + (1 - share) * at.var0
    spread = at.distance**2
    if spread == 0 or n == 0:
        return Effect(1.0 - fraction, 1.0)
    binomial = share * (1 - share)
    variance = _variance(moved, clusters, replicate)
    excess = binomial if variance is None else max(variance - noise, 0.0) / spread
    composition = (1 - fraction) * (n * excess + PRIOR) / (n * binomial + PRIOR)
    design_effect = (noise + composition * binomial * spread) / (noise + binomial * spread)
    return Effect(composition, design_effect)


def _variance(moved: Floats, clusters: Ints | None, replicate: Ints | None) -> float | None:
    """n times the variance of the mean under the design, or None where the sample is too small to tell."""
    if clusters is not None:
        _, page = np.unique(clusters, return_inverse=True)
        totals = np.bincount(page, weights=moved - moved.mean())
        pages = len(totals)
        if pages < 2:
            return None
        return float(pages * np.square(np.diff(totals)).sum() / (2 * (pages - 1)) / len(moved))
    if replicate is not None:
        order = np.argsort(replicate, kind="stable")
        same = np.diff(replicate[order]) == 0
        squares = np.square(np.diff(moved[order]))[same]
    else:
        squares = np.square(np.diff(moved))
    if len(squares) == 0:
        return None
    return float(squares.mean() / 2)
