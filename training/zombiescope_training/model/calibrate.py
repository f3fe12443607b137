"""Calibration: raw log-odds to a probability at the balanced prior, by a logistic curve (Platt 1999).

The curve that fits held-out rows is right for vendors that were seen. Zombies of one that was not score lower, by an
amount that nobody can learn from those that were; genuine accounts of a study not seen hardly score higher. So the
curve is moved towards zombies until it flags as many held-out genuine accounts as we are ready to (`permissive`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from zombiescope.arrays import FloatArray
from zombiescope.detector.calibration import Curve, sigmoid

__all__ = ["permissive", "platt"]

SLACK = 1e-12  # a rate is a sum of fractions


def platt(raw: FloatArray, zombie: npt.NDArray[np.bool_], weight: FloatArray) -> Curve:
    """The curve that fits held-out raw scores best, with Platt's smoothed targets.

    raw, zombie, weight: (rows,); the weights balance the classes.
    """
    from scipy.optimize import minimize

    share = weight / weight.sum()
    rows = np.array([(~zombie).sum(), zombie.sum()], dtype=np.float64)
    target = np.where(zombie, (rows[1] + 1) / (rows[1] + 2), 1 / (rows[0] + 2))

    def loss(p: FloatArray) -> tuple[float, FloatArray]:
        z = p[0] * raw + p[1]
        value = float((share * (np.logaddexp(0, z) - target * z)).sum())
        pull = share * (sigmoid(z) - target)
        return value, np.array([(pull * raw).sum(), pull.sum()])

    fit = minimize(
        loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(1e-3, None), (None, None)]
    )
    return Curve(float(fit.x[0]), float(fit.x[1]))


def permissive(
    curve: Curve, raw: FloatArray, groups: npt.NDArray[np.str_], most: float, furthest: float
) -> Curve:
    """The curve with its intercept raised until `most` of the genuine accounts score above one half.

    raw: (rows,) held-out raw scores of genuine accounts. groups: (rows,) their studies, each of which counts alike.
    furthest: log-odds it is raised by at most. It is never lowered: where the classes overlap it stays as fitted.
    """
    names, which, rows = np.unique(groups, return_inverse=True, return_counts=True)
    values, place = np.unique(-raw, return_inverse=True)  # rows that score alike are flagged together
    flagged = np.cumsum(np.bincount(place.ravel(), 1 / (rows * len(names))[which.ravel()]))
    k = int(np.searchsorted(flagged, most + SLACK, side="right"))
    # Between the last that may be flagged and the first that may not.
    around = np.concatenate([[values[0] - 1.0], values, [values[-1] + 1.0]])
    edge = -(around[k] + around[k + 1]) / 2
    raised = -curve.slope * edge - curve.intercept
    return Curve(curve.slope, curve.intercept + float(np.clip(raised, 0.0, furthest)))
