"""Scores of real accounts by the real detector: the recipe of the shipped model, trained anew for each split.

Takes the place of `share_real.real_scores`, which has a plain detector of its own.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from benchmarks.share_real import RealScores, data_folder
from zombiescope.share import Templates, Validation
from zombiescope_training import sets
from zombiescope_training.fit import FoldModels, fit
from zombiescope_training.labelled import Labelled, of_table
from zombiescope_training.recipe import Recipe
from zombiescope_training.rows import Timelines

__all__ = ["real_scores"]

CRESCI = ("cresci-2015",)
SHIPPED = ("cresci-2015", "cresci-2017/genuine_users", "weibo-fudan-2019")
# One seed and, for groups left out, two folds: a split is trained four times, and there are many splits.
RECIPE = replace(Recipe(), seeds=1)
LEAN = replace(RECIPE, folds=2)


@lru_cache(maxsize=2)
def _sample(names: tuple[str, ...]) -> tuple[Labelled, Timelines]:
    merged, _ = sets.merge([sets.load(name, data_folder()) for name in names])
    labelled = of_table(merged)
    return labelled, Timelines.of(labelled)


@lru_cache(maxsize=4)
def real_scores(split: int, left_out: str | None = None, which: str = "cresci") -> RealScores:
    """Train on one half of each Cresci group (a vendor left out: none of it), score the other half.

    Templates are out of fold; a held-out account is scored by the fold model that its id chooses, as templates are.
    """
    labelled, timelines = _sample(CRESCI if which == "cresci" else SHIPPED)
    half = np.random.default_rng([split, 1]).random(len(labelled.zombie)) < 0.5
    short = np.array([name.rpartition("/")[2] for name in labelled.groups])
    cresci = np.char.startswith(labelled.groups, "cresci-2015/")
    train = (~cresci | half) & (short != left_out)
    models, own = _fit(labelled, timelines, train, RECIPE, split)
    zombie = labelled.zombie
    vendors = np.unique(labelled.groups[train & zombie & cresci])
    studies = np.unique(labelled.groups[train & ~zombie & (labelled.groups != "weibo-fudan-2019")])
    tested = cresci & ~train
    # Every account tested has a timeline: the templates are those seen alike, as an audit chooses them.
    seen = labelled.timeline
    score = np.full(len(zombie), np.nan)
    score[tested] = models.score(labelled.take(tested).table)

    def without(group: str, is_zombie: bool) -> npt.NDArray[np.float64]:
        out = train & (labelled.groups == group) & (zombie == is_zombie)
        rest, _ = _fit(labelled, timelines, train & ~out, LEAN, split)
        return rest.score(labelled.take(out).table)

    rest_has_zombies = len(np.unique(labelled.groups[train & zombie])) > 1
    rest_has_genuine = len(np.unique(labelled.groups[train & ~zombie])) > 1
    return RealScores(
        Templates(own[zombie[train] & seen[train]], own[~zombie[train] & seen[train]]),
        Validation(
            {str(v): without(v, True) for v in vendors} if rest_has_zombies else {},
            {str(s): without(s, False) for s in studies} if rest_has_genuine else {},
        ),
        {name: score[tested & (short == name)] for name in ("E13", "INT", "FSF")},
    )


def _fit(
    labelled: Labelled, timelines: Timelines, rows: npt.NDArray[np.bool_], recipe: Recipe, seed: int
) -> tuple[FoldModels, npt.NDArray[np.float64]]:
    """The fold models of some rows, and those rows' out-of-fold scores."""
    part = labelled.take(rows)
    models = fit(part, recipe, seed, timelines=timelines.take(np.flatnonzero(rows)))
    return models, models.score(part.table)
