"""A detector of one list: trained on the followers in its runs against those outside.

Its scores rank the followers of this list; they are no fact about a person. It is used only where its own check says
that it separates: out-of-fold ranking of the runs against the rest, better than that of runs shifted along the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from zombiescope.arrays import BoolArray, FloatArray, RealArray
from zombiescope.share.cross_prediction import ridge_logistic

__all__ = ["LocalDetector", "learn_local"]


FOLDS = 5
PENALTY = 0.3  # on a coefficient, the columns divided by the root of their number
LEAST = 24  # followers on either side
MOST = 6_000  # followers of each side that a model learns from
SEPARATES = 0.57  # least chance that a follower in a run outranks one outside, out of fold
SHIFTS = 19  # of the runs along the list, none of which may rank as well: p <= .05
CHUNK = 50_000  # rows predicted at a time
SHIFT_ROWS = 1_500  # followers of each side in each of these


@dataclass(frozen=True)
class LocalDetector:
    """scores: (n,) out-of-fold probabilities of "in a run". auc: chance that a follower in a run outranks one outside.

    shifted: the greatest such chance among runs shifted along the list.
    """

    scores: FloatArray
    auc: float
    shifted: float


def learn_local(
    features: RealArray, runs: Sequence[tuple[int, int]], rng: np.random.Generator
) -> LocalDetector | None:
    """The local detector of a list in follow order; None where there is nothing to learn or it does not separate.

    features: (n, d) normal scores, the detector's score among them. runs: rows (half open) of each.
    """
    n = len(features)
    inside = np.zeros(n, dtype=bool)
    for start, stop in runs:
        inside[start:stop] = True
    if min(inside.sum(), (~inside).sum()) < LEAST:
        return None
    scores = _out_of_fold(features, inside, MOST, rng)
    auc = _auc(scores, inside)
    if auc < SEPARATES:
        return None
    shifted = 0.0
    for shift in rng.integers(n // 10, n - n // 10, SHIFTS).tolist():
        moved = np.roll(inside, shift)
        # Where it overlaps the runs themselves a shifted run would rank as they do.
        rows = np.flatnonzero(~(moved & inside) & ~(inside & ~moved))
        part = moved[rows]
        if min(part.sum(), (~part).sum()) < LEAST:
            continue
        few = _limited(part, SHIFT_ROWS, rng)
        own = _out_of_fold(features[rows[few]], part[few], SHIFT_ROWS, rng)
        shifted = max(shifted, _auc(own, part[few]))
    return LocalDetector(scores, auc, shifted) if auc > shifted else None


def _out_of_fold(features: RealArray, inside: BoolArray, most: int, rng: np.random.Generator) -> FloatArray:
    """(n,) each row's probability by the model of the four other folds."""
    fold = rng.permutation(len(features)) % FOLDS
    penalty = np.full(2 * features.shape[1], PENALTY)
    scores = np.zeros(len(features))
    for number in range(FOLDS):
        train = np.flatnonzero(fold != number)
        train = train[_limited(inside[train], most, rng)]
        weights = ridge_logistic(_design(features[train]), inside[train].astype(np.float64), penalty)
        rows = np.flatnonzero(fold == number)
        for first in range(0, len(rows), CHUNK):
            some = rows[first : first + CHUNK]
            scores[some] = weights[0] + _design(features[some]) @ weights[1:]
    chance: FloatArray = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
    return chance


def _design(features: RealArray) -> FloatArray:
    """(rows, 2 d) the features and how far each is from the middle, which is what accounts of one make share."""
    columns: FloatArray = np.concatenate((features, np.abs(features)), axis=1).astype(np.float64)
    columns /= np.sqrt(columns.shape[1])
    return columns


def _limited(inside: BoolArray, most: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Rows in order, at most so many of each side, drawn at random."""
    rows = [
        side if len(side) <= most else rng.choice(side, most, replace=False)
        for side in (np.flatnonzero(inside), np.flatnonzero(~inside))
    ]
    return np.sort(np.concatenate(rows))


def _auc(scores: FloatArray, inside: BoolArray) -> float:
    ones = int(inside.sum())
    zeros = len(inside) - ones
    return float((rankdata(scores)[inside].sum() - ones * (ones + 1) / 2) / (ones * zeros))
