"""Calibration curves: raw log-odds of the boosters to a probability at the balanced prior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zombiescope.arrays import FloatArray

__all__ = ["Curve", "sigmoid"]


def sigmoid(z: FloatArray) -> FloatArray:
    """The logistic function, without overflow."""
    return np.exp(-np.logaddexp(0.0, -z))


@dataclass(frozen=True)
class Curve:
    """score = logistic(slope * raw + intercept); rising, so it never changes a ranking and makes no ties."""

    slope: float
    intercept: float

    def __call__(self, raw: FloatArray) -> FloatArray:
        """(rows,) scores of raw log-odds."""
        return sigmoid(self.slope * raw + self.intercept)
