"""Validation: what a recipe is worth on accounts, vendors and studies that it has not seen.

Random splits flatter: each figure of `random` stands beside those of `left_out`, where a vendor and a group of genuine
accounts are kept from training together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope_training.fit import FoldModels, Told, fit, nobody
from zombiescope_training.labelled import Labelled
from zombiescope_training.metrics import Metrics, measure
from zombiescope_training.recipe import Recipe
from zombiescope_training.rows import Timelines, without_posts

__all__ = ["HeldOut", "Slice", "cross_validate", "halves", "leave_out", "leave_vendor_out"]

FloatArray = npt.NDArray[np.float64]


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
    """A named part of the validation and its figures, with posts and without."""

    name: str
    posts: Metrics
    bare: Metrics
    held: HeldOut = field(repr=False, compare=False)


def _score(models: FoldModels, table: pa.Table) -> tuple[FloatArray, FloatArray]:
    bare = models.score(without_posts(table))
    return (models.score(table) if table["recent_posts"].null_count < len(table) else bare), bare


def _slice(name: str, labelled: Labelled, held: HeldOut) -> Slice:
    zombie = labelled.zombie[held.rows]
    return Slice(name, measure(held.score, zombie), measure(held.bare, zombie), held)


def cross_validate(
    labelled: Labelled, recipe: Recipe, seed: int, *, folds: int = 10, told: Told = nobody
) -> Slice:
    """Random `folds`-fold cross-validation, each fold calibrated by what the other folds held out."""
    recipe = replace(recipe, folds=folds)
    models = fit(labelled, recipe, seed, told=told)
    # One curve of two numbers over all held-out rows: what it learns of a single row is nothing to speak of.
    score, bare = _score(models, labelled.table)
    held = HeldOut(np.arange(len(score)), score, bare)
    return _slice(f"random {folds}-fold", labelled, held)


def halves(labelled: Labelled, seed: int) -> npt.NDArray[np.bool_]:
    """(rows,) True for the genuine accounts of the half that is tested and not trained on."""
    rng = np.random.default_rng([seed, 7])
    half = rng.random(len(labelled.zombie)) < 0.5
    return half & ~labelled.zombie


def leave_vendor_out(
    labelled: Labelled, recipe: Recipe, seed: int, *, told: Told = nobody
) -> Iterator[Slice]:
    """Each vendor left out of training, tested against a half of the genuine accounts that is not trained on."""
    tested = halves(labelled, seed)
    timelines = Timelines.of(labelled)
    for n, vendor in enumerate(labelled.vendors):
        out = (labelled.groups == vendor) & labelled.zombie
        yield _left(labelled, timelines, recipe, seed, out | tested, vendor)
        told("left-out groups", n + 1, len(labelled.vendors))


def leave_out(
    labelled: Labelled, recipe: Recipe, seed: int, *, told: Told = nobody
) -> Iterator[tuple[str, str, Slice]]:
    """Each vendor and each study of genuine accounts left out together: (vendor, study, figures)."""
    timelines = Timelines.of(labelled)
    pairs = [(v, s) for v in labelled.vendors for s in labelled.studies]
    for n, (vendor, study) in enumerate(pairs):
        out = ((labelled.groups == vendor) & labelled.zombie) | (
            (labelled.groups == study) & ~labelled.zombie
        )
        kept = labelled.zombie[~out]
        if kept.any() and not kept.all():
            yield vendor, study, _left(labelled, timelines, recipe, seed, out, f"{vendor} and {study}")
        told("left-out pairs", n + 1, len(pairs))


def _left(
    labelled: Labelled,
    timelines: Timelines,
    recipe: Recipe,
    seed: int,
    out: npt.NDArray[np.bool_],
    name: str,
) -> Slice:
    train, test = np.flatnonzero(~out), np.flatnonzero(out)
    models = fit(labelled.take(train), recipe, seed, timelines=timelines.take(train))
    score, bare = _score(models, labelled.take(test).table)
    return _slice(name, labelled, HeldOut(test, score, bare))
