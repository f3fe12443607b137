"""Features as whitened normal scores: every feature of a list on one scale, whatever its unit and its tails."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from zombiescope.arrays import FloatArray

__all__ = ["normal_scores", "whitened"]


KNOWN = 0.5  # part of the followers whose value must be known for a feature to count
CONSTANT = 0.05  # standard deviation of the normal scores below which a feature tells nobody apart
RIDGE = (
    0.1  # of the mean variance, added to the covariance: features that nearly repeat each other weigh once
)


def normal_scores(columns: FloatArray) -> FloatArray:
    """(n, d) the columns' van der Waerden scores, of mean 0 and variance 1; 0 where a value is not known.

    columns: (n, m) values, NaN where not known. Columns that are known for less than half of the rows, or are
    nearly constant, are left out, so d <= m. Ties share their mean rank.
    """
    scores = []
    for column in np.asarray(columns, dtype=np.float64).T:
        known = np.isfinite(column)
        if not known.any() or known.mean() < KNOWN:
            continue
        values = column[known]
        ascending = np.sort(values)
        rank = (np.searchsorted(ascending, values) + np.searchsorted(ascending, values, "right")) / 2
        score = ndtri(np.clip(rank / len(values), 0.5 / len(values), 1 - 0.5 / len(values)))
        spread = score.std()
        if spread < CONSTANT:
            continue
        full = np.zeros(len(column))
        full[known] = (score - score.mean()) / spread
        scores.append(full)
    return np.column_stack(scores) if scores else np.empty((len(columns), 0))


def whitened(scores: FloatArray) -> FloatArray:
    """(n, d) the scores with unit covariance between neighbours in the list.

    The covariance is that of successive differences, halved (von Neumann 1941): what changes along the list, such
    as a delivery, hardly enters it.
    """
    if scores.shape[1] == 0 or len(scores) < 3:
        return scores
    steps = np.diff(scores, axis=0)
    covariance = steps.T @ steps / (2 * len(steps))
    size = len(covariance)
    covariance += RIDGE * np.trace(covariance) / size * np.eye(size)
    white: FloatArray = np.linalg.solve(np.linalg.cholesky(covariance), scores.T).T
    return white
