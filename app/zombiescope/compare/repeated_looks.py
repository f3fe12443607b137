"""Differences looked at again and again: intervals wide enough for all looks together.

An interval at 95% misses the truth once in twenty looks, so an account that is compared every week would raise a false
alarm about twice a year. Here look k has the error rate 6 alpha / (pi^2 k^2): these sum to alpha over all looks there
can be, so by Bonferroni's inequality a watch raises any false alarm with a chance of at most alpha.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from zombiescope.compare.change import Difference
from zombiescope.domain import Span

__all__ = ["at_look"]

_NORMAL = NormalDist()


def at_look(difference: Difference, look: int) -> Span:
    """The interval of a difference at its `look`-th look (1 the first), with the error rate that this look may spend.

    Its half-widths are those of the difference's own interval, times the ratio of the normal quantiles; of bounds
    without an estimate, from their middle. Within [-1, 1].
    """
    alpha = 1 - difference.level
    spent = 6 * alpha / (math.pi * look) ** 2
    ratio = _NORMAL.inv_cdf(1 - spent / 2) / _NORMAL.inv_cdf(1 - alpha / 2)
    middle = (difference.low + difference.high) / 2 if difference.estimate is None else difference.estimate
    low = middle - ratio * (middle - difference.low)
    high = middle + ratio * (difference.high - middle)
    return Span(max(-1.0, low), min(1.0, high))
