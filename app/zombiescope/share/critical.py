"""Critical values and the plain binomial intervals that several estimates lean on."""

from __future__ import annotations

import math
from statistics import NormalDist

__all__ = ["PLAIN", "chi_square", "t_quantile", "t_upper", "wilson"]

PLAIN = 3.841458820694124  # chi-square with one degree of freedom at .95, the scale other levels are set by


def chi_square(level: float, clusters: int | None = None) -> float:
    """Critical value of a squared standard statistic at `level`.

    With `clusters` sampled pages it is t squared with clusters - 1 degrees of freedom, which is larger, and
    infinite for a single page: one page says nothing about the others.
    """
    if clusters is None:
        return NormalDist().inv_cdf((1 + level) / 2) ** 2
    return t_quantile(level, clusters - 1) ** 2


def t_quantile(level: float, freedom: int) -> float:
    """Two-sided quantile of Student's t; infinite without a degree of freedom."""
    if freedom < 1:
        return math.inf
    from scipy.special import stdtrit  # imported here: it takes 0.4 s

    return float(stdtrit(freedom, (1 + level) / 2))


def t_upper(level: float, freedom: int) -> float:
    """One-sided quantile of Student's t at `level`; freedom: 1 or more."""
    return t_quantile(2 * level - 1, freedom)


def wilson(successes: float, trials: float, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a proportion (Wilson 1927); (0, 1) without trials.

    Successes and trials may be effective numbers, hence floats.
    """
    if trials <= 0:
        return 0.0, 1.0
    z2 = chi_square(level)
    rate = min(max(successes / trials, 0.0), 1.0)
    centre = (rate + z2 / (2 * trials)) / (1 + z2 / trials)
    half = math.sqrt(z2) / (1 + z2 / trials) * math.sqrt(rate * (1 - rate) / trials + z2 / (4 * trials**2))
    # At rates 0 and 1 the end is the rate itself; rounding may leave it a hair inside.
    low = 0.0 if rate == 0 else max(0.0, centre - half)
    high = 1.0 if rate == 1 else min(1.0, centre + half)
    return low, high
