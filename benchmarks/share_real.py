"""Audits drawn from real labelled accounts that training never saw: the goals G5 to G7 of the share.

The detector here is a plain LightGBM on five counts and ratios, so that the share is measured by itself;
whoever has a better one replaces `real_scores` by an import of the same form.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zombiescope.share import LabelledFollower, Scored, Templates, Validation, assess
from zombiescope.share.labels import gather, ppi
from zombiescope.share.moments import move
from zombiescope.share.pacc import apacc

if TYPE_CHECKING:
    from zombiescope.share.inputs import Floats

__all__ = ["GENUINE", "SHARES", "VENDORS", "RealCell", "RealScores", "audits", "data_folder", "real_scores"]

GENUINE = "E13"
VENDORS = ("INT", "FSF")
SHARES = (0.0, 0.02, 0.1, 0.3, 0.5, 0.87, 1.0)
LABELS = 100
FOLDS = 5
# The partner is a group of genuine accounts kept from training together with a vendor, so that the detector
# cannot
# tell a platform or a study for the class.
PARTNER = {"INT": GENUINE, "FSF": GENUINE, "weibo": "weibo normal"}


@dataclass(frozen=True)
class RealScores:
    """One split: what the artefact would hold, and the scores of accounts never trained on, by group."""

    templates: Templates
    validation: Validation
    held_out: Mapping[str, Floats]


@dataclass(frozen=True)
class RealCell:
    """Draws of one kind. left_out: the vendor that training never saw, None for the vendors of the templates.

    sets: "cresci" trains on Cresci-2015 alone; "shipped" on what trains the shipped model too.
    """

    left_out: str | None
    share: float
    n: int
    sets: str = "cresci"


def data_folder() -> Path:
    """The published sets: ZOMBIESCOPE_DATA, else ../shared/data beside the checkout."""
    return Path(os.environ.get("ZOMBIESCOPE_DATA", Path(__file__).parents[2] / "shared" / "data"))


@lru_cache(maxsize=4)
def real_scores(split: int, left_out: str | None = None, sets: str = "cresci") -> RealScores:
    """Train on one half of each group (a vendor left out: none of it), score the other half.

    Templates are out of fold; a held-out account is scored by one fold model, as the templates are.
    """
    rng = np.random.default_rng([split, 1])
    training: dict[str, Floats] = {}
    unseen: dict[str, Floats] = {}
    for group, rows in _groups(sets).items():
        if group == left_out:
            unseen[group] = rows
        elif group in (GENUINE, *VENDORS):
            order = rng.permutation(len(rows))
            training[group], unseen[group] = rows[order[: len(rows) // 2]], rows[order[len(rows) // 2 :]]
        else:
            training[group] = rows
    score, own = _train(training, split)
    vendors = [group for group in training if _is_vendor(group)]
    studies = [group for group in training if not _is_vendor(group)]

    def without(*groups: str) -> Any:
        return _train({name: rows for name, rows in training.items() if name not in groups}, split)[0]

    def partner(group: str) -> tuple[str, ...]:
        return (PARTNER[group],) if len(studies) > 1 else ()

    return RealScores(
        Templates(np.concatenate([own[g] for g in vendors]), np.concatenate([own[g] for g in studies])),
        Validation(
            {g: without(g, *partner(g))(training[g], rng) for g in vendors} if len(vendors) > 1 else {},
            {g: without(g)(training[g], rng) for g in studies} if len(studies) > 1 else {},
        ),
        {group: score(rows, rng) for group, rows in unseen.items()},
    )


def audits(cell: RealCell, split: int, count: int) -> Floats:
    """`count` audits of one split, (count, 15).

    Columns: point, low and high of the headline; flagged; low, high of the in-domain hull; low, high of the
    unseen-vendor bounds; the perfect classifier's point on the same draw; with labels: point, low, high;
    the same labels alone, with the same "plus four": point; whether each of the draw's accounts is another;
    the truth.
    """
    scores = real_scores(split, cell.left_out, cell.sets)
    rng = np.random.default_rng([split, 2, round(1000 * cell.share), cell.n])
    names = [cell.left_out] if cell.left_out else list(VENDORS)
    zombies = np.concatenate([scores.held_out[name] for name in names])
    genuine = scores.held_out[GENUINE]
    rows = []
    for _ in range(count):
        bought = int(rng.binomial(cell.n, cell.share))
        distinct = bought <= len(zombies) and cell.n - bought <= len(genuine)
        drawn = np.concatenate(
            [
                rng.choice(zombies, bought, replace=bought > len(zombies)),
                rng.choice(genuine, cell.n - bought, replace=cell.n - bought > len(genuine)),
            ]
        )
        order = rng.permutation(cell.n)
        zombie = order < bought
        listed = 1000 * cell.n
        scored = Scored(drawn[order], np.arange(cell.n) * 1000, listed, cell.n)
        answer = assess(scored, scores.templates, scores.validation, rng=rng)
        chosen = rng.permutation(cell.n)[:LABELS]
        labels = [LabelledFollower(int(i), "zombie" if zombie[i] else "genuine", "a person") for i in chosen]
        moved = move(scored.scores, apacc(scored.scores, scores.templates).moved_to)
        helped = ppi(moved, gather(labels, cell.n), listed=listed, drawn=cell.n)
        share, inside, unseen = answer.share, answer.in_domain_interval, answer.share.unseen_vendor
        assert unseen is not None
        alone = (float(zombie[chosen].sum()) + 2) / (LABELS + 4)
        rows.append(
            (inside.estimate, share.low, share.high, share.in_domain is False, inside.low, inside.high,
             unseen.low, unseen.high, bought / cell.n, helped.estimate, helped.low, helped.high,
             alone, distinct, cell.share)
        )  # fmt: skip
    return np.array(rows, dtype=np.float64)


def _is_vendor(group: str) -> bool:
    return group in (*VENDORS, "weibo")


@lru_cache(maxsize=2)
def _groups(sets: str) -> dict[str, Floats]:
    """Features, (rows, 6), of each group of accounts."""
    import pandas as pd

    folder = data_folder()
    twitter = ["statuses_count", "followers_count", "friends_count"]
    groups = {
        name: pd.read_csv(folder / "cresci-2015" / name / "users.csv", usecols=twitter)[twitter]
        for name in (GENUINE, *VENDORS)
    }
    if sets == "shipped":
        path = folder / "cresci-2017" / "genuine_users.csv.gz"
        groups["cresci-2017"] = pd.read_csv(path, usecols=twitter)[twitter]
        weibo = pd.read_csv(folder / "weibo-fudan-2019" / "UserDetail.csv")
        counts = ["微博数", "粉丝数", "关注数"]
        groups["weibo"] = weibo.loc[weibo["类别"] == 2, counts]
        groups["weibo normal"] = weibo.loc[weibo["类别"] == 0, counts]
    return {name: _features(frame.to_numpy(dtype=np.float64)) for name, frame in groups.items()}


def _features(counts: Floats) -> Floats:
    posts, followers, following = np.log1p(counts).T
    ratios = [followers - following, posts - followers, posts - following]
    return np.column_stack([posts, followers, following, *ratios])


def _train(groups: Mapping[str, Floats], seed: int) -> tuple[Any, dict[str, Floats]]:
    """Fold models with one calibration: a function that scores rows, and the groups' out-of-fold scores."""
    from lightgbm import LGBMClassifier
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng([seed, 3])
    rows = np.concatenate(list(groups.values()))
    group = np.repeat(np.arange(len(groups)), [len(r) for r in groups.values()])
    zombie = np.repeat([_is_vendor(name) for name in groups], [len(r) for r in groups.values()])
    # Classes weigh the same, and within a class every group does.
    weight = 1 / np.bincount(group)[group]
    for side in (True, False):
        weight[zombie == side] *= len(rows) / 2 / weight[zombie == side].sum()
    fold = rng.integers(0, FOLDS, len(rows))
    models = []
    raw = np.empty(len(rows))
    for number in range(FOLDS):
        model = LGBMClassifier(
            n_estimators=80, num_leaves=7, learning_rate=0.08, min_child_samples=40, reg_lambda=5.0,
            colsample_bytree=0.7, n_jobs=1, verbose=-1, random_state=seed * FOLDS + number,
            deterministic=True, force_row_wise=True,
        )  # fmt: skip
        model.fit(rows[fold != number], zombie[fold != number], sample_weight=weight[fold != number])
        raw[fold == number] = model.predict_proba(rows[fold == number], raw_score=True)
        models.append(model)
    platt = LogisticRegression(C=100).fit(raw[:, None], zombie, sample_weight=weight)

    def calibrated(log_odds: Floats) -> Floats:
        return np.asarray(platt.predict_proba(log_odds[:, None])[:, 1])

    def score(unseen: Floats, dice: np.random.Generator) -> Floats:
        which = dice.integers(0, FOLDS, len(unseen))
        every = np.stack([model.predict_proba(unseen, raw_score=True) for model in models])
        return calibrated(every[which, np.arange(len(unseen))])

    own = calibrated(raw)
    return score, {name: own[group == number] for number, name in enumerate(groups)}
