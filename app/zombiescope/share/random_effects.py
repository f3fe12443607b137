"""Prediction limits of a random-effects meta-analysis: how a study or vendor never seen may score.

Each reference group has at each cut a rate of its accounts that score at or above it. On the logit scale the rates of
the groups are taken as draws of a normal distribution; the prediction limit is that of a further draw
(Higgins, Thompson & Spiegelhalter 2009, with Student's t for the few groups that there are). The variance is of the
raw group rates, so it holds the sampling error within groups as well.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zombiescope.share.critical import t_upper
from zombiescope.share.inputs import Floats

__all__ = ["exceedance", "prediction_limit"]

LEAST_GROUPS = 3  # with fewer, Student's t has one degree of freedom and the limit says nothing


def exceedance(groups: Sequence[Floats], cuts: Floats) -> Floats:
    """(groups, cuts) rate of each group's scores at or above each cut, half a row added to either side.

    groups: (rows,) scores each. cuts: (cuts,).
    """
    return np.stack(
        [
            (len(rows) - np.searchsorted(np.sort(rows), cuts, side="left") + 0.5) / (len(rows) + 1)
            for rows in groups
        ]
    )


def prediction_limit(
    rates: Floats, level: float, *, upper: bool, least_spread: float = 0.0, widened: float = 1.0
) -> Floats:
    """(cuts,) one-sided prediction limit of a new group's rate at each cut.

    rates: (groups, cuts) in (0, 1). level: the one-sided level. least_spread: least standard deviation of the logits
    that is taken for true: few groups may be alike by chance. widened: factor on the standard deviation, for a group of
    another kind than those known. 1 (upper) or 0 (lower) with fewer than three groups.
    """
    groups = len(rates)
    if groups < LEAST_GROUPS:
        return np.full(rates.shape[1], 1.0 if upper else 0.0)
    logits = np.log(rates) - np.log1p(-rates)
    spread = widened * np.maximum(np.std(logits, axis=0, ddof=1), least_spread)
    reach = t_upper(level, groups - 1) * spread * np.sqrt(1 + 1 / groups)
    limit = logits.mean(axis=0) + (reach if upper else -reach)
    return np.asarray(1 / (1 + np.exp(-limit)))
