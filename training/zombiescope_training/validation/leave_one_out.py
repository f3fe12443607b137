"""Validation: what a recipe is worth on accounts, vendors and studies that it has not seen.

Random splits flatter: each figure of `random` stands beside those of `left_out`, where a vendor and a group of genuine
accounts are kept from training together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.arrays import FloatArray
from zombiescope.features import extract
from zombiescope_training.data.labelled import Labelled
from zombiescope_training.data.rows import without_posts
from zombiescope_training.model.fit import FoldModels, ProgressCallback, fit, nobody
from zombiescope_training.model.recipe import Recipe
from zombiescope_training.validation.metrics import Metrics, measure

__all__ = [
    "HeldOut",
    "Slice",
    "halves",
    "leave_study_out",
    "leave_vendor_out",
]


@dataclass(frozen=True)
class HeldOut:
    """Scores of accounts that a model never saw.

    score, bare: (rows,) scores with and without their timelines (the same where there is none). rows: index into the
    sample.
    """

    rows: npt.NDArray[np.int64]
    score: FloatArray
    bare: FloatArray


@dataclass(frozen=True)
class Slice:
    """A named part of the validation and its figures, with posts and without; the models that left it out."""

    name: str
    posts: Metrics
    bare: Metrics
    held: HeldOut = field(repr=False, compare=False)
    models: FoldModels | None = field(default=None, repr=False, compare=False)


def score_both(models: FoldModels, table: pa.Table) -> tuple[FloatArray, FloatArray]:
    bare = models.score(without_posts(table))
    return (models.score(table) if table["recent_posts"].null_count < len(table) else bare), bare


def slice_of(name: str, labelled: Labelled, held: HeldOut) -> Slice:
    zombie = labelled.zombie[held.rows]
    return Slice(name, measure(held.score, zombie), measure(held.bare, zombie), held)


def halves(labelled: Labelled, seed: int) -> npt.NDArray[np.bool_]:
    """(rows,) True for the genuine accounts of the half that is tested and not trained on."""
    rng = np.random.default_rng([seed, 7])
    half = rng.random(len(labelled.zombie)) < 0.5
    return half & ~labelled.zombie


def leave_vendor_out(
    labelled: Labelled, recipe: Recipe, seed: int, *, jobs: int = 1, on_progress: ProgressCallback = nobody
) -> list[Slice]:
    """Each vendor's zombies left out of training, tested against its platform's people, each out of fold.

    Where its platform has no people, against all genuine accounts.
    """
    platform = np.array(labelled.table["platform"].to_pylist(), dtype=np.str_)
    outs = []
    for name in labelled.vendors:
        mine = (labelled.groups == name) & labelled.zombie
        beside = ~labelled.zombie & np.isin(platform, platform[mine])
        outs.append((name, mine, beside if beside.any() else ~labelled.zombie))
    return _left_out(labelled, outs, recipe, seed, jobs, on_progress)


def leave_study_out(
    labelled: Labelled, recipe: Recipe, seed: int, *, jobs: int = 1, on_progress: ProgressCallback = nobody
) -> list[Slice]:
    """Each study's genuine accounts left out of training, and tested alone."""
    nobody_beside = np.zeros(len(labelled.zombie), dtype=bool)
    outs = [(s, (labelled.groups == s) & ~labelled.zombie, nobody_beside) for s in labelled.studies]
    return _left_out(labelled, outs, recipe, seed, jobs, on_progress)


def _left_out(
    labelled: Labelled,
    outs: Sequence[tuple[str, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]],
    recipe: Recipe,
    seed: int,
    jobs: int,
    on_progress: ProgressCallback,
) -> list[Slice]:
    """A slice for each (name, rows left out, rows tested beside them) whose rest still holds both classes."""
    from joblib import Parallel, delayed

    matrix = extract(labelled.table).matrix
    usable = [one for one in outs if len(np.unique(labelled.zombie[~one[1]])) == 2]
    scored = Parallel(n_jobs=min(jobs, max(len(usable), 1)), return_as="generator")(
        delayed(_score_left)(labelled, matrix, recipe, seed, out, beside) for _, out, beside in usable
    )
    slices = []
    for (name, *_), (held, models) in zip(usable, scored, strict=True):
        slices.append(replace(slice_of(name, labelled, held), models=models))
        on_progress("leaving groups out", len(slices), len(usable))
    return slices


def _score_left(
    labelled: Labelled,
    matrix: FloatArray,
    recipe: Recipe,
    seed: int,
    out: npt.NDArray[np.bool_],
    beside: npt.NDArray[np.bool_],
) -> tuple[HeldOut, FoldModels]:
    train, test = np.flatnonzero(~out), np.flatnonzero(out | beside)
    models = fit(labelled.take(train), recipe, seed, matrix=matrix[train])
    # An account of `beside` is scored by the fold that its id chooses, which did not see it.
    score, bare = score_both(models, labelled.take(test).table)
    return HeldOut(test, score, bare), models
