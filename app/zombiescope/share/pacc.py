"""The point: adjusted probabilistic classify-and-count; its interval: Fieller's, with template error."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from zombiescope.share.inputs import Floats, Templates
from zombiescope.share.moments import Moments, move

__all__ = ["Point", "apacc", "fieller"]

KEPT = (0.03, 0.97)  # nearer to 0 or 1 the moved scores lose the weight of the rarer class
GRID = np.linspace(0, 1, 21)
HALVINGS = 20  # of a step of the grid: the share is known to 5e-8
BLIND = 1e-9


@dataclass(frozen=True)
class Point:
    """The share as a point, and the share its scores were last moved to.

    share is None where the templates do not tell the classes apart.
    """

    share: float | None
    moved_to: float


def apacc(scores: Floats, templates: Templates) -> Point:
    """Adjusted PACC with the scores moved to the share that comes out.

    PACC (Bella et al. 2010) corrects the mean score by the templates' means; moving the scores to the share first
    weighs each follower by what it says there, which brings the error near the Cramer-Rao bound. The share is the
    largest t in [0, 1] at which the mean score, moved to t kept in `KEPT`, is at least what a share of t would give,

        excess(t) = mean(moved scores) - t M1 - (1 - t) M0 >= 0,

    the templates' means M1 and M0 moved alike. A higher score raises the excess at every t, so it never lowers the
    share; moving to a share already estimated, as rounds of PACC do, is not monotone.
    """

    def excess(share: float) -> float:
        at = min(max(share, KEPT[0]), KEPT[1])
        mean1, mean0 = _means(templates, at)
        return float(np.mean(move(scores, at))) - share * mean1 - (1 - share) * mean0

    mean1, mean0 = _means(templates, 0.5)
    if abs(mean1 - mean0) < BLIND:
        return Point(None, 0.5)
    if mean1 < mean0:
        # Templates the wrong way round: no share can be told from higher scores.
        share = min(max((float(np.mean(scores)) - mean0) / (mean1 - mean0), 0.0), 1.0)
        return Point(share, 0.5)
    last = max((k for k, share in enumerate(GRID.tolist()) if excess(share) >= 0), default=None)
    if last is None:
        return Point(0.0, KEPT[0])
    low = float(GRID[last])
    if last + 1 < len(GRID):
        high = float(GRID[last + 1])
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if excess(middle) >= 0 else (low, middle)
    return Point(low, min(max(low, KEPT[0]), KEPT[1]))


def fieller(mean: float, n: float, at: Moments, composition: float, critical: float) -> tuple[float, float]:
    """All shares t in [0, 1] that the moved sample mean does not contradict (Fieller 1954).

    mean: the sample's mean moved score; n: followers, or infinity for the template error alone; composition:
    how much the true zombie count varies beside simple random sampling (`design.Effect`).
    Solves (mean - t M1 - (1-t) M0)^2 <= critical Var(t), where
    Var(t) = (t v1 + (1-t) v0)/n + comp t(1-t) D^2/n + t^2 v1/m1 + (1-t)^2 v0/m0.
    """
    d = at.distance
    if abs(d) < BLIND or math.isinf(critical):
        return 0.0, 1.0
    away = mean - at.mean0
    by_n = 1 / n
    template1, template0 = at.var1 / at.rows1, at.var0 / at.rows0
    mixed = composition * d * d * by_n
    square = d * d - critical * (template1 + template0 - mixed)
    linear = -2 * d * away - critical * ((at.var1 - at.var0) * by_n + mixed - 2 * template0)
    constant = away * away - critical * (at.var0 * by_n + template0)

    # What is sought is the hull of {0 <= t <= 1: square t^2 + linear t + constant <= 0}: each end of it is
    # a root
    # or an end of [0, 1].
    ends = [0.0, 1.0]
    root = linear * linear - 4 * square * constant
    if root >= 0:
        if square != 0:
            half = -(linear + math.copysign(math.sqrt(root), linear)) / 2
            ends += [half / square] + ([constant / half] if half != 0 else [])
        elif linear != 0:
            ends.append(-constant / linear)
    slack = 1e-12 * (abs(square) + abs(linear) + abs(constant))
    held = [t for t in ends if 0 <= t <= 1 and (square * t + linear) * t + constant <= slack]
    if not held:
        # Every share is contradicted: the mean lies beyond a class mean. The nearest share stands alone.
        nearest = min(max(away / d, 0.0), 1.0)
        return nearest, nearest
    return min(held), max(held)


def _means(templates: Templates, share: float) -> tuple[float, float]:
    """The mean scores of zombies and of genuine accounts, moved to `share`."""
    return float(np.mean(move(templates.zombie, share))), float(np.mean(move(templates.genuine, share)))
