"""The boosted trees of one fold model: by tables where they are shallow, else by LightGBM itself."""

from __future__ import annotations

from typing import Any, Protocol

from zombiescope.arrays import FloatArray
from zombiescope.detector.additive_trees import AdditiveTrees, UnsupportedTrees

__all__ = ["BoosterTrees", "Ensemble", "ensemble"]


class Ensemble(Protocol):
    """What a detector asks of its trees. matrix: (rows, inputs), NaN where missing."""

    def predict(self, matrix: FloatArray) -> FloatArray:
        """(rows,) raw log-odds."""
        ...

    def contributions(self, matrix: FloatArray) -> FloatArray:
        """(rows, inputs + 1) TreeSHAP effects in raw log-odds; the last is the expected score."""
        ...


class BoosterTrees:
    """LightGBM's own prediction: for any ensemble, and what the tables are tested against."""

    def __init__(self, text: str) -> None:
        """text: LightGBM's text form."""
        import lightgbm

        self._booster: Any = lightgbm.Booster(model_str=text)

    def predict(self, matrix: FloatArray) -> FloatArray:
        """(rows,) raw log-odds."""
        # One thread: LightGBM's default of all cores makes small predictions a hundred times slower.
        raw: FloatArray = self._booster.predict(matrix, num_threads=1, raw_score=True)
        return raw

    def contributions(self, matrix: FloatArray) -> FloatArray:
        """(rows, inputs + 1) TreeSHAP effects in raw log-odds; the last is the expected score."""
        effects: FloatArray = self._booster.predict(matrix, num_threads=1, pred_contrib=True)
        return effects


def ensemble(text: str, inputs: int) -> Ensemble:
    """The trees of LightGBM's text, for matrices of so many columns."""
    try:
        return AdditiveTrees(text, inputs)
    except UnsupportedTrees:
        return BoosterTrees(text)
