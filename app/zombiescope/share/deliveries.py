"""Lower bound of the zombie share from deliveries: what runs hold beyond the mix of their own neighbourhoods.

A run is a mixture of its neighbourhood's followers and of what was delivered. Whatever the delivered accounts are, the
part of neighbours can be no more than the run's part below a cut over the neighbourhood's part below it (Blanchard,
Lee & Scott 2010; Garg et al. 2021).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from scipy.special import ndtri

from zombiescope.domain import Deliveries, Share
from zombiescope.share.inputs import Floats, Ints

__all__ = ["DeliveryBound", "delivery_bound", "with_deliveries"]

NEAR = 200  # neighbours on each side of a run, at least
FEW = 40  # neighbours below which a run bounds nothing
CUTS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)  # quantiles of the neighbours' scores


@dataclass(frozen=True)
class DeliveryBound:
    """low: of the followers looked at, at least this part was delivered, at the level asked for. excess: the estimate.

    runs: how many runs it rests on. in_runs: part of the followers looked at that stand in one.
    """

    low: float
    excess: float
    runs: int
    in_runs: float


def delivery_bound(
    local: Floats,
    runs: Sequence[tuple[int, int]],
    *,
    fraction: float = 1.0,
    level: float = 0.95,
) -> DeliveryBound | None:
    """The bound of all runs together, one error shared among the cuts; None where no run has neighbours.

    local: (n,) scores in follow order, each by a model that did not see the follower (`evidence.local_detector`).
    runs: rows (half open) of each run. fraction: of the list that was looked at, for the error of drawing.
    """
    n = len(local)
    free = np.ones(n, dtype=bool)
    for start, stop in runs:
        free[start:stop] = False
    pairs = [(local[start:stop], local[_near(free, start, stop)]) for start, stop in runs]
    pairs = [(inside, near) for inside, near in pairs if len(near) >= FEW and len(inside)]
    if not pairs:
        return None
    quantile = float(-ndtri((1 - level) / len(CUTS)))
    best = (-math.inf, 0.0)
    for cut in CUTS:
        total = variance = 0.0
        for inside, near in pairs:
            excess, error = _excess(inside, near, float(np.quantile(near, cut)))
            total += len(inside) * excess
            variance += (len(inside) * error) ** 2
        part = min(max(total / n, 0.0), 1.0)
        drawing = (1 - fraction) * part * (1 - part) / n
        best = max(best, (part - quantile * math.sqrt(variance / n**2 + drawing), part))
    low, estimate = best
    return DeliveryBound(max(0.0, low), estimate, len(pairs), sum(len(inside) for inside, _ in pairs) / n)


def _excess(inside: Floats, near: Floats, cut: float) -> tuple[float, float]:
    """Part of a run beyond its neighbourhood's mix, by the followers at or below a cut, and its standard error."""
    m, k = len(inside), len(near)
    # "Plus four" (Agresti & Coull 1998): nobody below the cut among so many is not nobody at all.
    below = (float((inside <= cut).sum()) + 2) / (m + 4)
    theirs = (float((near <= cut).sum()) + 2) / (k + 4)
    ratio = below / theirs
    error = ratio * math.sqrt((1 - below) / (below * (m + 4)) + (1 - theirs) / (theirs * (k + 4)))
    return max(0.0, 1 - ratio), error


def with_deliveries(share: Share, deliveries: Deliveries | None) -> Share:
    """The share, its lower limit raised to what the deliveries hold beyond their neighbourhoods' own rate.

    A share that comes from labels stays as it is, and so does one that the bound contradicts from above: then one of
    the two is wrong, and neither is made narrower. What the raised interval excludes is withheld.
    """
    if share.assumes == "labels" or deliveries is None or not share.low < deliveries.low <= share.high:
        return share
    known, estimate, assumes = share.if_known, share.estimate, share.assumes
    if known is not None and (known.estimate is None or known.estimate < deliveries.low):
        known = None
    if estimate is None or estimate < deliveries.low:
        estimate, assumes = min(max(deliveries.excess, deliveries.low), share.high), "deliveries"
    return msgspec.structs.replace(
        share, low=deliveries.low, estimate=estimate, assumes=assumes, withheld=None, if_known=known
    )


def _near(free: np.ndarray[tuple[int], np.dtype[np.bool_]], start: int, stop: int) -> Ints:
    """The rows nearest to a run that are in none, on both sides."""
    reach = max(NEAR, (stop - start) // 2)
    before = np.flatnonzero(free[:start])[-reach:]
    after = stop + np.flatnonzero(free[stop:])[:reach]
    return np.concatenate((before, after)).astype(np.int64)
