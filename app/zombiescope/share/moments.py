"""Scores moved from the balanced prior to a share, and the templates' moments there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zombiescope.share.inputs import Floats, Templates

__all__ = ["Moments", "moments", "move"]


def move(scores: Floats, share: float) -> Floats:
    """The posteriors of `scores` (any shape, calibrated half and half) at the prior `share`, 0 < share < 1.

    Bayes' rule for a changed prior (Saerens, Latinne & Decaestecker 2002).
    """
    zombie = scores * share
    return zombie / (zombie + (1 - scores) * (1 - share))


@dataclass(frozen=True)
class Moments:
    """Mean, variance and rows of each class of the templates, with a pseudo-row at 0 and one at 1 in each.

    The pseudo-rows keep the variances above 0 where the templates are few or all alike.
    """

    mean1: float
    mean0: float
    var1: float
    var0: float
    rows1: int
    rows0: int

    @property
    def distance(self) -> float:
        """D: how far apart the class means are."""
        return self.mean1 - self.mean0


def moments(templates: Templates, share: float) -> Moments:
    """The templates' moments after moving them to `share`."""
    mean1, var1, rows1 = _padded(move(templates.zombie, share))
    mean0, var0, rows0 = _padded(move(templates.genuine, share))
    return Moments(mean1, mean0, var1, var0, rows1, rows0)


def _padded(rows: Floats) -> tuple[float, float, int]:
    n = len(rows) + 2
    mean = (float(rows.sum()) + 1) / n
    squares = float(np.square(rows - mean).sum()) + mean**2 + (1 - mean) ** 2
    return mean, squares / (n - 1), n
