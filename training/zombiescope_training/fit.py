"""Fold models: K boosters, each account held out of one of them, and the calibration learnt from what was held out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.detector.folds import fold_of
from zombiescope.features import INDEX, NAMES, extract
from zombiescope_training import boosters
from zombiescope_training.calibrate import Curve, platt
from zombiescope_training.labelled import Labelled
from zombiescope_training.recipe import Recipe
from zombiescope_training.rows import Timelines, rows_of, without_posts

__all__ = ["FoldModels", "Told", "fit", "nobody"]

FloatArray = npt.NDArray[np.float64]

# Called with what was done, how much of it, and of how much.
Told = Callable[[str, int, int], None]


def nobody(what: str, done: int, of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class FoldModels:
    """The fold models of one recipe and sample, calibrated; scores rows as the shipped detector would."""

    texts: tuple[str, ...]
    columns: tuple[int, ...]
    curve: Curve

    def raw(self, table: pa.Table) -> FloatArray:
        """(rows,) raw log-odds, each account's from the fold that its id chooses."""
        import lightgbm

        matrix = extract(table).matrix[:, self.columns]
        folds = fold_of(table["id"].to_pylist(), len(self.texts))
        out = np.zeros(len(matrix))
        for k, text in enumerate(self.texts):
            mine = folds == k
            if mine.any():
                booster = lightgbm.Booster(model_str=text)
                out[mine] = booster.predict(matrix[mine], raw_score=True, num_threads=1)
        return out

    def score(self, table: pa.Table) -> FloatArray:
        """(rows,) calibrated scores."""
        return self.curve(self.raw(table))


def inputs(recipe: Recipe) -> tuple[int, ...]:
    """The catalogue's columns that the boosters are given."""
    return tuple(INDEX[name] for name in NAMES if name not in recipe.exclude)


def fit(
    labelled: Labelled,
    recipe: Recipe,
    seed: int,
    *,
    timelines: Timelines | None = None,
    base: Sequence[str] | None = None,
    jobs: int = 1,
    told: Told = nobody,
) -> FoldModels:
    """Train the fold models of a sample; the same sample, recipe and seed give the same texts.

    base: fold models' texts to go on from (LightGBM's init_model), as many as the recipe has folds. jobs: processes
    side by side; their number changes nothing in the result.
    """
    from joblib import Parallel, delayed

    timelines = timelines or Timelines.of(labelled)
    columns = inputs(recipe)
    folds = fold_of(labelled.table["id"].to_pylist(), recipe.folds)
    bare = Labelled(without_posts(labelled.table), labelled.zombie, labelled.groups)
    tasks = [(k, s) for k in range(recipe.folds) for s in range(recipe.seeds)]
    fitted = Parallel(n_jobs=min(jobs, len(tasks)), return_as="generator")(
        delayed(_booster)(
            bare.take(np.flatnonzero(folds != k)),
            labelled.timeline[folds != k],
            timelines.take(np.flatnonzero(folds != k)),
            columns,
            recipe,
            (seed, k, s),
            base[k] if base else None,
        )
        for k, s in tasks
    )
    texts: list[list[str]] = [[] for _ in range(recipe.folds)]
    for done, ((k, _), text) in enumerate(zip(tasks, fitted, strict=True)):
        texts[k].append(text)
        told("training boosters", done + 1, len(tasks))
    models = FoldModels(tuple(boosters.merge(t) for t in texts), columns, Curve(1.0, 0.0))
    curve = _calibrate(models, labelled)
    shifted = Curve(curve.slope, curve.intercept + recipe.unseen)
    return FoldModels(models.texts, columns, shifted)


def _booster(
    bare: Labelled,
    fetched: npt.NDArray[np.bool_],
    timelines: Timelines,
    columns: Sequence[int],
    recipe: Recipe,
    seed: tuple[int, int, int],
    base: str | None,
) -> str:
    """One fold's booster of one seed."""
    rng = np.random.default_rng(seed)
    rows = rows_of(bare, fetched, timelines, recipe, rng)
    return boosters.fit(rows, columns, recipe, int(rng.integers(2**31)), base)


def _calibrate(models: FoldModels, labelled: Labelled) -> Curve:
    """One curve for accounts with and without timelines, from held-out raw scores, each group weighing the same."""
    seen = [labelled.table, without_posts(labelled.table)] if labelled.timeline.any() else [labelled.table]
    raw = np.concatenate([models.raw(table) for table in seen])
    weight = np.zeros(len(labelled.zombie))
    for zombie in (True, False):
        names = np.unique(labelled.groups[labelled.zombie == zombie])
        for name in names:
            mine = (labelled.zombie == zombie) & (labelled.groups == name)
            weight[mine] = 1 / (mine.sum() * len(names))
    return platt(raw, np.tile(labelled.zombie, len(seen)), np.tile(weight, len(seen)))
