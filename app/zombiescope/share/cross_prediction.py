"""The share from labels and a local model that the labels themselves train: cross-prediction-powered inference.

Zrnic & Candes (2024), with the tuning of PPI++ (Angelopoulos, Duchi & Zrnic 2023). A detector that never met a vendor
predicts its accounts poorly, and PPI++ on its score gains little; a small model trained on the labels of this very
list predicts them well. Each label is predicted by a model that did not see it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from zombiescope.domain import Interval
from zombiescope.share.confidence_sequence import half_width
from zombiescope.share.critical import t_quantile
from zombiescope.share.inputs import Floats
from zombiescope.share.labels import PSEUDO, Labelled

__all__ = ["CrossPredictions", "LabelEstimate", "cross_predict", "label_estimate", "ridge_logistic"]

FOLDS = 5
FEATURE_PENALTY = 0.3  # on a feature's coefficient, its columns divided by the root of their number
SCORE_PENALTY = 1.0  # on the score's, which has been trained on other lists
INTERCEPT_PENALTY = 1e-3  # keeps the intercept finite where all labels are alike
STEPS = 25  # of Newton's method
MOST = 20_000  # followers whose predictions are averaged: more change the mean by less than .002
MOST_TUNING = 1.5  # of the weight of the predictions; a greater one is noise
LOG_ODDS = 8.0  # beyond which a score is as good as sure


@dataclass(frozen=True)
class CrossPredictions:
    """Predicted probabilities that a follower is a zombie.

    labelled: (k,) each label's, by the model of the four other folds. sample: (m,) of the sample's followers, or of
    20,000 of them drawn at random, the mean of the five models.
    """

    labelled: Floats
    sample: Floats


@dataclass(frozen=True)
class LabelEstimate:
    """The share as labels give it.

    interval: at a fixed number of labels. anytime: a confidence sequence, which holds however long one goes on
    labelling and whenever one stops. with_more, anytime_with_more: the half-widths of the two that so many labels more
    would be expected to give.
    """

    interval: Interval
    anytime: Interval
    half_width: float
    with_more: float
    anytime_with_more: float


def cross_predict(covariates: Floats, scores: Floats, labelled: Labelled) -> CrossPredictions:
    """Five-fold predictions of a ridge logistic regression on the features and the score.

    covariates: (n, d) normal scores of the sample's features (`features.normal_scores`). scores: (n,) the detector's,
    at the balanced prior. The folds depend on the number of labels alone, so the same labels give the same answer.
    """
    n, d = covariates.shape
    clipped = np.clip(scores, 1 / (1 + math.exp(LOG_ODDS)), 1 / (1 + math.exp(-LOG_ODDS)))
    odds = np.log(clipped / (1 - clipped))
    spread = odds.std()
    odds = (odds - odds.mean()) / spread if spread > 0 else np.zeros(n)
    design = np.column_stack((covariates / math.sqrt(max(d, 1)), odds))
    penalty = np.append(np.full(d, FEATURE_PENALTY), SCORE_PENALTY)
    k = len(labelled.index)
    rng = np.random.default_rng(k)
    fold = rng.permutation(k) % FOLDS
    averaged = design if n <= MOST else design[np.sort(rng.choice(n, MOST, replace=False))]
    own = np.zeros(k)
    mean = np.zeros(len(averaged))
    for number in range(FOLDS):
        train = fold != number
        weights = ridge_logistic(design[labelled.index[train]], labelled.zombie[train], penalty)
        own[~train] = _probability(design[labelled.index[~train]], weights)
        mean += _probability(averaged, weights) / FOLDS
    return CrossPredictions(own, mean)


def label_estimate(
    predictions: CrossPredictions,
    labelled: Labelled,
    *,
    n: int,
    listed: int,
    drawn: int,
    level: float = 0.95,
    composition: float = 0.0,
    pages: int | None = None,
    more: int = 20,
) -> LabelEstimate:
    """The cross-prediction-powered estimate with "plus four" pseudo-labels and Student's t.

    n: followers of the sample. drawn, listed, composition, pages: as in `labels.ppi`. more: further labels whose gain
    is foretold. A list labelled whole is exact.
    """
    k = len(labelled.index)
    if k == listed:
        share = float(labelled.zombie.mean())
        exact = Interval(share, share, share)
        return LabelEstimate(exact, exact, 0.0, 0.0, 0.0)
    zombie = np.concatenate((labelled.zombie, PSEUDO))
    predicted = np.concatenate((predictions.labelled, np.full(len(PSEUDO), 0.5)))
    variance = float(np.var(predicted, ddof=1))
    weight = 0.0 if variance == 0 else float(np.cov(zombie, predicted)[0, 1]) / variance
    weight = min(max(weight, 0.0), MOST_TUNING)
    point = float(zombie.mean()) + weight * (float(predictions.sample.mean()) - float(predicted.mean()))
    drawing = max(composition, 1 - drawn / listed) * float(np.var(zombie, ddof=1)) / n
    if n > len(predictions.sample):
        drawing += weight**2 * float(np.var(predictions.sample)) / len(predictions.sample)
    residual = float(np.var(zombie - weight * predicted, ddof=1))
    rows = len(zombie)
    freedom = (k if pages is None else min(k, pages)) - 1
    quantile = t_quantile(level, freedom) if freedom > 0 else math.inf

    def spread(extra: int) -> float:
        labelling = max(0.0, 1 - (k + extra) / n) * residual / (rows + extra)
        return math.sqrt(drawing + labelling)

    def half(extra: int) -> float:
        return min(1.0, quantile * spread(extra)) if spread(extra) > 0 else 0.0

    def anytime(extra: int) -> float:
        return half_width(spread(extra) * math.sqrt(rows + extra), rows + extra, level)

    point = min(max(point, 0.0), 1.0)
    return LabelEstimate(
        _around(point, half(0)),
        _around(point, anytime(0)),
        half(0),
        half(more),
        anytime(more),
    )


def ridge_logistic(design: Floats, zombie: Floats, penalty: Floats) -> Floats:
    """(d + 1,) intercept and coefficients of a logistic regression with a quadratic penalty, by Newton's method.

    design: (k, d). zombie: (k,) in [0, 1]. penalty: (d,) a coefficient's, of half its square.
    """
    rows = np.column_stack((np.ones(len(design)), design))
    ridge = np.append(INTERCEPT_PENALTY, penalty)
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        gradient = rows.T @ (chance - zombie) + ridge * weights
        curvature = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        # A long step is cut: where all labels are alike Newton's would overshoot.
        step *= min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-12))
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _probability(design: Floats, weights: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-np.clip(weights[0] + design @ weights[1:], -30, 30)))
    return chance


def _around(point: float, half: float) -> Interval:
    return Interval(point, max(0.0, point - half), min(1.0, point + half))
