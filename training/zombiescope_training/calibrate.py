"""Calibration: raw log-odds to a probability at the balanced prior, by a logistic curve (Platt 1999)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from zombiescope.detector.scorer import Curve, sigmoid

__all__ = ["platt"]

FloatArray = npt.NDArray[np.float64]


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

    found = minimize(
        loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(1e-3, None), (None, None)]
    )
    return Curve(float(found.x[0]), float(found.x[1]))
