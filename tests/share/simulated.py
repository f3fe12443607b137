"""Simulated scores with known truth, for the share's tests."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np

from zombiescope.arrays import BoolArray, FloatArray
from zombiescope.share import Reference, ReferenceGroup, Scored, Stratum, Templates

__all__ = ["binormal", "reference", "sample", "templates"]


def binormal(zombie: BoolArray | FloatArray, auc: float, rng: np.random.Generator) -> FloatArray:
    """Calibrated scores of two normal classes one `auc` apart."""
    distance = NormalDist().inv_cdf(auc) * 2**0.5
    half = np.asarray(zombie, dtype=np.float64) - 0.5
    log_odds = distance * rng.standard_normal(len(zombie)) + distance**2 * half
    scores: FloatArray = 1 / (1 + np.exp(-log_odds))
    return scores


def templates(auc: float, rows: int, rng: np.random.Generator) -> Templates:
    """Templates of `rows` a class."""
    return Templates(binormal(np.ones(rows), auc, rng), binormal(np.zeros(rows), auc, rng))


def sample(scores: FloatArray | list[float], *, listed: int | None = None, **more: Any) -> Scored:
    """A sample spread evenly over a list a thousand times as long, unless told otherwise."""
    n = len(scores)
    listed = 1000 * n if listed is None else listed
    more.setdefault("drawn", n)
    return Scored(np.asarray(scores, dtype=np.float64), np.arange(n) * (listed // max(n, 1)), listed, **more)


def reference(
    auc: float,
    scored: Scored,
    rng: np.random.Generator,
    *,
    groups: int = 6,
    rows: int = 500,
    spread: float = 0.2,
    platform: str = "x",
    missing: frozenset[str] = frozenset(),
) -> Reference:
    """Reference groups of both kinds in one stratum; their log-odds differ by `spread` (a standard deviation)."""
    all_groups = []
    for kind in ("vendor", "study"):
        for number in range(groups):
            scores = binormal(np.full(rows, kind == "vendor"), auc, rng)
            log_odds = np.log(scores) - np.log1p(-scores) + rng.normal(0, spread)
            all_groups.append(ReferenceGroup(f"{kind} {number}", kind, platform, 1 / (1 + np.exp(-log_odds))))
    return Reference((Stratum(np.arange(len(scored.scores)), missing, platform, tuple(all_groups)),))
