"""Simulated scores with known truth, for the share's tests."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from zombiescope.share import Reference, ReferenceGroup, Scored, Stratum, Templates

__all__ = ["binormal", "reference", "sample", "templates"]


def binormal(zombie, auc, rng):
    """Calibrated scores of two normal classes one `auc` apart."""
    distance = NormalDist().inv_cdf(auc) * 2**0.5
    log_odds = distance * rng.standard_normal(len(zombie)) + distance**2 * (np.asarray(zombie) - 0.5)
    return 1 / (1 + np.exp(-log_odds))


def templates(auc, rows, rng):
    """Templates of `rows` a class."""
    return Templates(binormal(np.ones(rows), auc, rng), binormal(np.zeros(rows), auc, rng))


def sample(scores, *, listed=None, **more):
    """A sample spread evenly over a list a thousand times as long, unless told otherwise."""
    n = len(scores)
    listed = 1000 * n if listed is None else listed
    more.setdefault("drawn", n)
    return Scored(np.asarray(scores, dtype=np.float64), np.arange(n) * (listed // max(n, 1)), listed, **more)


def reference(auc, scored, rng, *, groups=6, rows=500, spread=0.2, platform="x", missing=frozenset()):
    """Reference groups of both kinds in one stratum; their log-odds differ by `spread` (a standard deviation)."""
    all_groups = []
    for kind in ("vendor", "study"):
        for number in range(groups):
            scores = binormal(np.full(rows, kind == "vendor"), auc, rng)
            log_odds = np.log(scores) - np.log1p(-scores) + rng.normal(0, spread)
            all_groups.append(ReferenceGroup(f"{kind} {number}", kind, platform, 1 / (1 + np.exp(-log_odds))))
    return Reference((Stratum(np.arange(len(scored.scores)), missing, platform, tuple(all_groups)),))
