"""Scores of real accounts by the real detector: the recipe of the shipped model, trained anew for each split."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from zombiescope.features import extract, missing_fields
from zombiescope.share import ReferenceGroup, Templates
from zombiescope_training.data import sets
from zombiescope_training.data.labelled import Labelled, of_table
from zombiescope_training.model.assembled import assembled
from zombiescope_training.model.fit import fit
from zombiescope_training.model.recipe import Recipe, validating
from zombiescope_training.model.reference import reference

__all__ = ["RealScores", "data_folder", "real_scores"]

KINDS: tuple[tuple[Literal["vendor", "study"], bool], ...] = (("vendor", True), ("study", False))
CRESCI = ("cresci-2015",)
SHIPPED = ("cresci-2015", "cresci-2017/genuine_users", "weibo-fudan-2019")
# Fewer seeds and, for groups left out, two folds: a split is trained four times, and there are many splits.
RECIPE = replace(Recipe(), seeds=3)
LEAN = validating(RECIPE)


@dataclass(frozen=True)
class RealScores:
    """One split: what the artefact would hold, and the scores of accounts never trained on, by group."""

    templates: Templates
    groups: tuple[ReferenceGroup, ...]
    held_out: Mapping[str, npt.NDArray[np.float64]]


def data_folder() -> Path:
    """The published sets: ZOMBIESCOPE_DATA, else ../shared/data beside the checkout."""
    return Path(os.environ.get("ZOMBIESCOPE_DATA", Path(__file__).parents[2] / "shared" / "data"))


@lru_cache(maxsize=2)
def _sample(names: tuple[str, ...]) -> tuple[Labelled, npt.NDArray[np.float64]]:
    merged, _ = sets.merge([sets.load(name, data_folder()) for name in names])
    labelled = of_table(merged)
    return labelled, extract(labelled.table).matrix


@lru_cache(maxsize=4)
def real_scores(split: int, left_out: str | None = None, which: str = "cresci") -> RealScores:
    """Train on one half of each Cresci group (a vendor left out: none of it), score the other half.

    Templates are out of fold; a held-out account is scored by the fold model that its id chooses, as templates are.
    """
    labelled, matrix = _sample(CRESCI if which == "cresci" else SHIPPED)
    half = np.random.default_rng([split, 1]).random(len(labelled.zombie)) < 0.5
    short = np.array([name.rpartition("/")[2] for name in labelled.groups])
    cresci = np.char.startswith(labelled.groups, "cresci-2015/")
    train = (~cresci | half) & (short != left_out)
    rows = np.flatnonzero(train)
    part = labelled.take(rows)
    models = fit(part, RECIPE, split, matrix=matrix[rows])
    zombie = labelled.zombie
    tested = cresci & ~train
    unseen = labelled.take(tested).table
    score = np.full(len(zombie), np.nan)
    score[tested] = models.score(unseen)
    groups_of = reference(models, part, matrix[rows], (), ())
    known = assembled(models, groups_of).known("x", missing_fields(unseen)[0])
    here = train & (models.part(labelled.table) == "")

    def without(group: str, is_zombie: bool) -> npt.NDArray[np.float64]:
        out = here & (labelled.groups == group) & (zombie == is_zombie)
        left = np.flatnonzero(train & ~out)
        rest = fit(labelled.take(left), LEAN, split, matrix=matrix[left])
        return rest.score(labelled.take(out).table)

    def scores_left_out(is_zombie: bool) -> dict[str, npt.NDArray[np.float64]]:
        """Scores of each group left out, where another of its class is left to learn from."""
        groups = np.unique(labelled.groups[here & (zombie == is_zombie)])
        return {str(group): without(group, is_zombie) for group in groups} if len(groups) > 1 else {}

    groups = tuple(
        ReferenceGroup(name, kind, "x", rows)
        for kind, is_zombie in KINDS
        for name, rows in scores_left_out(is_zombie).items()
    )
    return RealScores(
        Templates(known.zombie, known.genuine),
        groups,
        {name: score[tested & (short == name)] for name in ("E13", "INT", "FSF")},
    )
