"""Where the make-up of a run changes: deliveries of different accounts that stand side by side are parted."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import chi2

from zombiescope.arrays import RealArray
from zombiescope.features.normal_scores import whitened

__all__ = ["change_points"]

LEAST = 24  # followers of a part
DISTANCE = 1.0  # Mahalanobis distance between the means of two parts, at least
LEVEL = 0.001  # error of parting a run that is of one make


def change_points(rows: RealArray) -> list[int]:
    """Ascending places at which rows of a run (its members, in list order) change, by binary segmentation.

    rows: (m, d). At each place the two parts' means are compared by Hotelling's T2 (1931) in the space whitened within
    the run, whose covariance is that of successive rows (von Neumann 1941) and so does not hold the change itself.
    The greatest is a change where its chi-squared tail, times the places, is below .001 and the means are one
    Mahalanobis distance apart (binary segmentation: Scott & Knott 1974).
    """
    if len(rows) < 2 * LEAST:
        return []
    space = np.asarray(whitened(rows), dtype=np.float64)
    points: list[int] = []
    pieces = [(0, len(space))]
    while pieces:
        first, last = pieces.pop()
        place = _change(space[first:last])
        if place is not None:
            points.append(first + place)
            pieces += [(first, first + place), (first + place, last)]
    return sorted(points)


def _change(space: RealArray) -> int | None:
    m, d = space.shape
    places = np.arange(LEAST, m - LEAST + 1)
    if len(places) == 0 or d == 0:
        return None
    total = np.cumsum(space, axis=0)
    before = total[places - 1] / places[:, None]
    after = (total[-1] - total[places - 1]) / (m - places)[:, None]
    distance = ((before - after) ** 2).sum(axis=1)
    statistic = distance * places * (m - places) / m
    best = int(statistic.argmax())
    log_p = chi2.logsf(statistic[best], d) + math.log(len(places))
    if log_p >= math.log(LEVEL) or distance[best] < DISTANCE**2:
        return None
    return int(places[best])
