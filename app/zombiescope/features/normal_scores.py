"""Features as whitened normal scores: every feature of a list on one scale, whatever its unit and its tails."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import ndtri

from zombiescope.arrays import FloatArray, RealArray

__all__ = ["compact_normal_scores", "normal_scores", "whitened"]


KNOWN = 0.5  # part of the followers whose value must be known for a feature to count
CONSTANT = 0.05  # standard deviation of the normal scores below which a feature tells nobody apart
RIDGE = (
    0.1  # of the mean variance, added to the covariance: features that nearly repeat each other weigh once
)
CHUNK = 50_000  # rows in double precision at a time


def normal_scores(columns: FloatArray) -> FloatArray:
    """(n, d) the columns' van der Waerden scores, of mean 0 and variance 1; 0 where a value is not known.

    columns: (n, m) values, NaN where not known. Columns that are known for less than half of the rows, or are
    nearly constant, are left out, so d <= m. Ties share their mean rank.
    """
    scores = [
        score for column in np.asarray(columns, dtype=np.float64).T if (score := _of(column)) is not None
    ]
    return np.column_stack(scores) if scores else np.empty((len(columns), 0))


def compact_normal_scores(columns: Sequence[Callable[[], FloatArray]], rows: int) -> RealArray:
    """`normal_scores` in single precision, of columns that are made one by one: for lists of a million followers."""
    # Memory that is not written to is not taken: columns that are left out cost nothing.
    scores = np.empty((rows, len(columns)), dtype=np.float32, order="F")
    count = 0
    for column in columns:
        score = _of(column())
        if score is not None:
            scores[:, count] = score
            count += 1
    return scores[:, :count]


def _of(column: FloatArray) -> FloatArray | None:
    """The normal scores of one column; None where it is left out."""
    known = np.isfinite(column)
    if not known.any() or known.mean() < KNOWN:
        return None
    values = column[known]
    order = np.argsort(values)
    ascending = values[order]
    first = np.flatnonzero(np.concatenate(([True], ascending[1:] != ascending[:-1])))
    last = np.append(first[1:], len(values))
    distinct = ndtri(np.clip((first + last) / 2 / len(values), 0.5 / len(values), 1 - 0.5 / len(values)))
    score = np.empty(len(values))
    score[order] = np.repeat(distinct, last - first)
    spread = score.std()
    if spread < CONSTANT:
        return None
    full = np.zeros(len(column))
    full[known] = (score - score.mean()) / spread
    return full


def whitened(scores: RealArray, *, overwrite: bool = False) -> RealArray:
    """(n, d) the scores with unit covariance between neighbours in the list, in their precision.

    The covariance is that of successive differences, halved (von Neumann 1941): what changes along the list, such
    as a delivery, hardly enters it. overwrite: the result may stand in the place of `scores`.
    """
    n, size = scores.shape
    if size == 0 or n < 3:
        return scores
    covariance = np.zeros((size, size))
    for first in range(0, n - 1, CHUNK):
        steps = np.diff(scores[first : first + CHUNK + 1].astype(np.float64), axis=0)
        covariance += steps.T @ steps
    covariance /= 2 * (n - 1)
    covariance += RIDGE * np.trace(covariance) / size * np.eye(size)
    unmix = np.linalg.inv(np.linalg.cholesky(covariance)).T
    white = scores if overwrite else np.empty_like(scores)
    for first in range(0, n, CHUNK):
        white[first : first + CHUNK] = scores[first : first + CHUNK] @ unmix
    return white
