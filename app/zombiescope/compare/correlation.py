"""How far two audits' estimates vary together: through the model's templates, and through followers in both samples."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from zombiescope.arrays import FloatArray, IntArray
from zombiescope.domain import Interval
from zombiescope.share import Scored, Templates
from zombiescope.share.critical import PLAIN
from zombiescope.share.design import effect
from zombiescope.share.moments import Moments, moments, move
from zombiescope.share.pacc import apacc

__all__ = ["correlation", "mover", "unseen"]


MOST = 0.99  # the correlation is itself estimated


@dataclass(frozen=True)
class _Estimated:
    """One audit's aPACC: its scores and its templates (zombie, genuine) moved to its own share, and its variance."""

    share: float
    moved: FloatArray
    at: Moments
    known: tuple[FloatArray, FloatArray]
    variance: float


def correlation(
    first: tuple[Scored, Templates], second: tuple[Scored, Templates], common: tuple[IntArray, IntArray]
) -> float:
    """The correlation of two audits' estimates (aPACC), 0 to .99.

    common: (k,) rows of the first sample and of the second that are the same followers, in list order.

    p = (g - M0) / (M1 - M0), so that an error of M0 moves both estimates by -(1-p)/D and one of M1 by -p/D, where
    both lean on the same templates (delta method). Followers in both samples count beyond as many as two
    independent draws from one list would share, since the estimates' own variances have the finite-population
    correction; their covariance is that of neighbours' differences, as the samples' variance is (Wolter 2007).
    """
    one, two = _estimated(*first), _estimated(*second)
    if one is None or two is None or one.variance <= 0 or two.variance <= 0:
        return 0.0
    spread = one.at.distance * two.at.distance
    shared = 0.0
    if all(np.array_equal(a, b) for a, b in zip(_rows(first[1]), _rows(second[1]), strict=True)):
        zombie, genuine = (
            float(np.cov(a, b)[0, 1]) / len(a) for a, b in zip(one.known, two.known, strict=True)
        )
        shared = (one.share * two.share * zombie + (1 - one.share) * (1 - two.share) * genuine) / spread
    k, sizes = len(common[0]), (len(one.moved), len(two.moved))
    beyond = k - sizes[0] * sizes[1] / max(first[0].listed, second[0].listed)
    if beyond > 0 and k >= 3:
        steps = np.diff(one.moved[common[0]]) * np.diff(two.moved[common[1]])
        shared += beyond / (sizes[0] * sizes[1]) * float(steps.mean() / 2) / spread
    return min(max(shared / math.sqrt(one.variance * two.variance), 0.0), MOST)


def mover(first: Interval, second: Interval, correlated: float = 0.0) -> tuple[float, float]:
    """The interval of the second less the first from each one's own limits, both with an estimate.

    MOVER (Newcombe 1998; for dependent estimates Zou & Donner 2008): it needs no symmetry and keeps each method's
    coverage at the edges.
    """
    assert first.estimate is not None  # noqa: S101 the caller has looked
    assert second.estimate is not None  # noqa: S101 the caller has looked
    point = second.estimate - first.estimate
    down, up = second.estimate - second.low, second.high - second.estimate
    back, forth = first.estimate - first.low, first.high - first.estimate
    low = point - math.sqrt(max(down**2 + forth**2 - 2 * correlated * down * forth, 0.0))
    high = point + math.sqrt(max(up**2 + back**2 - 2 * correlated * up * back, 0.0))
    return max(-1.0, low), min(1.0, high)


def unseen(first: Scored, second: Scored) -> float:
    """The change that so many followers drawn may have missed wholly (Wilson's upper limit of none); 0 in a census."""
    size = min(len(first.scores), len(second.scores))
    left = 1 - min(first.fraction, second.fraction)
    return left * PLAIN / (size + PLAIN)


def _estimated(scored: Scored, templates: Templates) -> _Estimated | None:
    if len(scored.scores) == 0:
        return None
    point = apacc(scored.scores, templates)
    if point.share is None:
        return None
    at = moments(templates, point.moved_to)
    moved = move(scored.scores, point.moved_to)
    p, n, d2 = point.share, len(moved), at.distance**2
    design = effect(
        moved, p, at, fraction=scored.fraction, clusters=scored.clusters, replicate=scored.replicate
    )
    sampled = (p * at.var1 + (1 - p) * at.var0 + design.composition * p * (1 - p) * d2) / n
    known = p**2 * at.var1 / at.rows1 + (1 - p) ** 2 * at.var0 / at.rows0
    moved_known = (move(templates.zombie, point.moved_to), move(templates.genuine, point.moved_to))
    return _Estimated(p, moved, at, moved_known, (sampled + known) / d2)


def _rows(templates: Templates) -> tuple[FloatArray, FloatArray]:
    return templates.zombie, templates.genuine
