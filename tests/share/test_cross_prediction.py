"""Labels that train a local model: its intervals hold whatever the model does, and pay where it learns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from zombiescope.arrays import FloatArray
from zombiescope.features.normal_scores import normal_scores
from zombiescope.share import LabelledFollower
from zombiescope.share.confidence_sequence import half_width
from zombiescope.share.cross_prediction import LabelEstimate, cross_predict, label_estimate, ridge_logistic
from zombiescope.share.labels import Labelled, gather, ppi

N = 1_000


def labelled_list(
    share: float, rng: np.random.Generator, *, k: int = 100, apart: float = 1.5, n: int = N
) -> tuple[Any, ...]:
    """A list whose zombies differ in features, a detector that ranks them poorly, and k labels."""
    zombie = rng.random(n) < share
    features = rng.normal(size=(n, 20))
    features[:, :3] += apart * zombie[:, None]
    scores = np.clip(rng.beta(2, 3, n) + 0.15 * zombie, 0, 1)
    chosen = rng.choice(n, k, replace=False)
    labels = [LabelledFollower(int(i), "zombie" if zombie[i] else "genuine", "ana") for i in chosen]
    return normal_scores(features), scores, gather(labels, n), zombie


def estimate(covariates: FloatArray, scores: FloatArray, labelled: Labelled, **more: Any) -> LabelEstimate:
    predictions = cross_predict(covariates, scores, labelled)
    arguments = {"n": len(scores), "listed": 1_000 * len(scores), "drawn": len(scores)} | more
    return label_estimate(predictions, labelled, **arguments)


@pytest.mark.parametrize("apart", [0.0, 1.5])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.1, 0.5, 0.87, 1.0])
def test_interval_holds_the_share(share: float, apart: float) -> None:
    """With 100 labels, whether the features say anything or not."""
    rng = np.random.default_rng([int(100 * share), int(10 * apart)])
    rounds = 100
    held = 0
    for _ in range(rounds):
        covariates, scores, labelled, _ = labelled_list(share, rng, apart=apart)
        interval = estimate(covariates, scores, labelled).interval
        held += interval.low <= share <= interval.high
    assert held >= 0.9 * rounds


def test_local_model_narrows_what_a_poor_score_leaves_wide() -> None:
    """Where the features separate and the score does not, the interval is far narrower than that of PPI++."""
    rng = np.random.default_rng(3)
    widths = []
    for _ in range(20):
        covariates, scores, labelled, _ = labelled_list(0.5, rng)
        local = estimate(covariates, scores, labelled).interval
        shipped = ppi(scores, labelled, listed=1_000 * N, drawn=N)
        widths.append((local.high - local.low, shipped.high - shipped.low))
    local_width, shipped_width = np.mean(widths, axis=0)
    assert local_width < 0.8 * shipped_width


def test_useless_features_cost_little() -> None:
    """Against labels alone, when neither features nor score say anything."""
    rng = np.random.default_rng(4)
    widths = []
    for _ in range(20):
        covariates, _, labelled, _ = labelled_list(0.5, rng, apart=0.0)
        local = estimate(covariates, rng.random(N), labelled).interval
        alone = ppi(np.full(N, 0.5), labelled, listed=1_000 * N, drawn=N)
        widths.append((local.high - local.low, alone.high - alone.low))
    local_width, alone_width = np.mean(widths, axis=0)
    assert local_width < 1.05 * alone_width


def test_more_labels_narrow_as_foretold() -> None:
    """The half-width foretold for 20 more labels is about what 20 more labels give."""
    rng = np.random.default_rng(5)
    foretold, measured = [], []
    for _ in range(30):
        covariates, scores, labelled, zombie = labelled_list(0.5, rng, k=120)
        fewer = gather(
            [
                LabelledFollower(int(i), "zombie" if zombie[i] else "genuine", "ana")
                for i in rng.permutation(labelled.index)[:100]
            ],
            N,
        )
        foretold.append(estimate(covariates, scores, fewer).with_more)
        measured.append(estimate(covariates, scores, labelled).half_width)
    assert np.mean(foretold) == pytest.approx(np.mean(measured), rel=0.1)


def test_confidence_sequence_holds_at_all_times() -> None:
    """Whoever stops at the first interval that misses the mean finds one in fewer than one in twenty runs."""
    rng = np.random.default_rng(6)
    missed = 0
    for _ in range(400):
        values = rng.random(400) < 0.4
        counts = np.arange(30, 401)
        means = np.cumsum(values)[29:] / counts
        deviations = np.sqrt(means * (1 - means))
        halves = [half_width(d, int(c)) for d, c in zip(deviations, counts, strict=True)]
        missed += bool((np.abs(means - 0.4) > halves).any())
    assert missed / 400 <= 0.05


def test_confidence_sequence_is_wider_than_one_interval() -> None:
    """Looking at all times has its price, and no half-width is above 1."""
    assert half_width(0.5, 100) > 1.96 * 0.5 / 10
    assert half_width(0.5, 0) == 1.0
    assert half_width(0.5, 1) <= 1.0


def test_ridge_agrees_with_scikit_learn() -> None:
    """The same coefficients as LogisticRegression, whose penalty spares the intercept."""
    rng = np.random.default_rng(7)
    design = rng.normal(size=(200, 6))
    zombie = (rng.random(200) < 1 / (1 + np.exp(-design[:, 0]))).astype(float)
    ours = ridge_logistic(design, zombie, np.full(6, 2.0))
    theirs = LogisticRegression(C=0.5, tol=1e-10, max_iter=1_000).fit(design, zombie)
    assert ours[1:] == pytest.approx(theirs.coef_[0], abs=1e-3)
    assert ours[0] == pytest.approx(theirs.intercept_[0], abs=1e-3)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_labels_all_alike_leave_finite_weights(share: float) -> None:
    """Nobody, or everybody, labelled a zombie is a valid answer."""
    covariates, scores, labelled, _ = labelled_list(share, np.random.default_rng(8), k=30)
    interval = estimate(covariates, scores, labelled).interval
    assert 0 <= interval.low <= share <= interval.high <= 1
    assert interval.high - interval.low < 0.3


def test_list_labelled_whole_is_exact() -> None:
    """Where every listed follower is labelled there is nothing left to estimate."""
    covariates, scores, labelled, zombie = labelled_list(0.3, np.random.default_rng(9), k=50, n=50)
    answer = estimate(covariates, scores, labelled, listed=50, drawn=50)
    assert answer.interval.low == answer.interval.high == zombie.mean()


def test_long_lists_are_averaged_over_a_part() -> None:
    """Above 20,000 followers a random part stands for the sample, and its sampling error is in the interval."""
    covariates, scores, labelled, _ = labelled_list(0.3, np.random.default_rng(10), n=30_000)
    predictions = cross_predict(covariates, scores, labelled)
    assert len(predictions.sample) == 20_000
    answer = label_estimate(predictions, labelled, n=30_000, listed=30_000, drawn=30_000)
    assert answer.interval.low <= 0.3 <= answer.interval.high
