"""What others do: the practices and estimators that the share is measured against, on the same draws."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from zombiescope.share.critical import wilson

if TYPE_CHECKING:
    from collections.abc import Callable

    from zombiescope.share import Templates
    from zombiescope.share.inputs import Floats

__all__ = ["PEERS", "QUAPY", "quapy_point"]

Found = tuple[float, float, float]
CUT = 0.5
EDGE = 1e-6


def classify_and_count(scores: Floats, templates: Templates) -> Found:
    """Followers scoring over one half, with Wilson's interval: what today's tools print."""
    flagged = float(np.count_nonzero(scores >= CUT))
    return (flagged / len(scores), *wilson(flagged, len(scores)))


def mean_probability(scores: Floats, templates: Templates) -> Found:
    """The mean score, plus and minus 1.96 standard errors."""
    mean, error = float(scores.mean()), float(scores.std(ddof=1)) / math.sqrt(len(scores))
    return mean, max(0.0, mean - 1.96 * error), min(1.0, mean + 1.96 * error)


def rogan_gladen(scores: Floats, templates: Templates) -> Found:
    """Classify and count, corrected by the templates' sensitivity and specificity taken as exact (1978)."""
    sensitivity = float(np.mean(templates.zombie >= CUT))
    false_positives = float(np.mean(templates.genuine >= CUT))
    point, low, high = (
        min(1.0, max(0.0, (rate - false_positives) / (sensitivity - false_positives)))
        for rate in classify_and_count(scores, templates)
    )
    return point, low, high


def em(scores: Floats, templates: Templates) -> Found:
    """The maximum likelihood of calibrated scores (Saerens et al. 2002) and its likelihood-ratio interval."""
    zombie, genuine = scores, 1 - scores

    def slope(share: float) -> float:
        return float(((zombie - genuine) / (share * zombie + (1 - share) * genuine)).sum())

    def height(share: float) -> float:
        return float(np.log(share * zombie + (1 - share) * genuine).sum())

    # The log-likelihood is concave, so halving finds its top and then each end of the interval.
    best = _halve(lambda share: slope(share) > 0, EDGE, 1 - EDGE)
    floor = height(best) - 3.841458820694124 / 2
    low = 0.0 if height(EDGE) >= floor else _halve(lambda share: height(share) < floor, EDGE, best)
    high = 1.0 if height(1 - EDGE) >= floor else _halve(lambda share: height(share) >= floor, best, 1 - EDGE)
    return best, low, high


def _halve(go_up: Callable[[float], bool], low: float, high: float) -> float:
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if go_up(middle) else (low, middle)
    return (low + high) / 2


PEERS = {
    "classify and count, Wilson": classify_and_count,
    "mean probability": mean_probability,
    "Rogan-Gladen": rogan_gladen,
    "EM, likelihood interval": em,
}
QUAPY = ("ACC", "PACC", "EMQ")


def _trained() -> Any:
    """A trained classifier as QuaPy wants to see one; its predictions are made already."""
    from sklearn.base import BaseEstimator

    class Trained(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
        def __init__(self) -> None:
            self.classes_ = np.array([0, 1])

        def fit(self, x: Any, y: Any) -> Trained:
            return self

        def predict_proba(self, x: Any) -> Any:
            return x

    return Trained()


def quapy_point(name: str, scores: Floats, templates: Templates) -> float:
    """QuaPy's point for the same scores and templates (no interval)."""
    with warnings.catch_warnings():
        # QuaPy's import touches deprecated parts of its own dependencies; ours are not silenced.
        warnings.simplefilter("ignore")
        from quapy.method import aggregative

        asked = np.column_stack([1 - scores, scores])
        if name == "EMQ":
            return float(aggregative.EMQ.EM(np.array([0.5, 0.5]), asked)[0][1])
        rows = np.concatenate([templates.zombie, templates.genuine])
        known = np.column_stack([1 - rows, rows])
        if name == "ACC":
            known, asked = known.argmax(axis=1), asked.argmax(axis=1)
        method = getattr(aggregative, name)(_trained(), fit_classifier=False, val_split=None)
        method.aggregation_fit(known, np.repeat([1, 0], [len(templates.zombie), len(templates.genuine)]))
        return float(method.aggregate(asked)[1])
