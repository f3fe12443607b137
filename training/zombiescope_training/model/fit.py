"""Fold models: K boosters, each account held out of one of them, and the calibration learnt from what was held out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.arrays import FloatArray
from zombiescope.detector.calibration import Curve
from zombiescope.detector.ensemble import Ensemble, ensemble
from zombiescope.detector.fold_assignment import fold_of
from zombiescope.detector.parts import APART, chosen, part_of
from zombiescope.features import CATALOGUE, INDEX, NAMES, extract, without_fields
from zombiescope_training.data.labelled import Labelled
from zombiescope_training.data.rows import rows_of
from zombiescope_training.model import boosters
from zombiescope_training.model.calibrate import permissive, platt
from zombiescope_training.model.recipe import Recipe

__all__ = ["FoldModels", "Part", "ProgressCallback", "fit", "nobody", "split"]

LEAST = 100  # rows of each class that a part of its own needs

# Called with what was done, how much of it, and of how much.
ProgressCallback = Callable[[str, int, int], None]


def nobody(what: str, done: int, of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Part:
    """The fold models of one part (`detector.parts`), calibrated. texts: one booster a fold."""

    texts: tuple[str, ...]
    curve: Curve


@dataclass(frozen=True)
class FoldModels:
    """The fold models of one recipe and sample, calibrated; scores rows as the shipped detector would.

    parts: "" scores all accounts but those of platforms that have a part of their own.
    """

    parts: Mapping[str, Part]
    columns: tuple[int, ...]

    @cached_property
    def boosters(self) -> Mapping[str, tuple[Ensemble, ...]]:
        """The fold models of each part, parsed once, as the detector parses them."""
        return {
            name: tuple(ensemble(text, len(self.columns)) for text in part.texts)
            for name, part in self.parts.items()
        }

    def raw(self, table: pa.Table) -> FloatArray:
        """(rows,) raw log-odds, each account's from its part and the fold that its id chooses."""
        return self.raw_of(extract(table).matrix, table["id"].to_pylist())

    def raw_of(self, matrix: FloatArray, ids: Sequence[str]) -> FloatArray:
        """As `raw`, of a feature matrix and the ids of its rows."""
        out = np.zeros(len(matrix))
        for _, rows, booster in chosen(matrix, ids, self.boosters):
            out[rows] = booster.predict(np.ascontiguousarray(matrix[np.ix_(rows, np.asarray(self.columns))]))
        return out

    def score(self, table: pa.Table) -> FloatArray:
        """(rows,) calibrated scores."""
        raw = self.raw(table)
        part = self.part(table)
        out = np.zeros(len(raw))
        for name, held in self.parts.items():
            out[part == name] = held.curve(raw[part == name])
        return out

    def part(self, table: pa.Table) -> npt.NDArray[np.str_]:
        """(rows,) the part that scores each account."""
        return np.array([part_of(name, self.parts) for name in table["platform"].to_pylist()], dtype=np.str_)


def inputs(recipe: Recipe) -> tuple[int, ...]:
    """The catalogue's columns that the boosters are given."""
    return tuple(INDEX[name] for name in NAMES if name not in recipe.exclude)


def split(labelled: Labelled) -> dict[str, npt.NDArray[np.int64]]:
    """The rows that train each part: a platform that has one of its own, where both its classes can be learnt.

    A sample of one platform alone has one part.
    """
    platforms = np.array(labelled.table["platform"].to_pylist(), dtype=np.str_)
    parts: dict[str, npt.NDArray[np.int64]] = {}
    rest = np.ones(len(platforms), dtype=bool)
    for name in APART:
        mine = platforms == name
        enough = all(
            ((labelled.zombie == z) & rows).sum() >= LEAST
            for z in (True, False)
            for rows in (mine, rest & ~mine)
        )
        if enough:
            parts[name] = np.flatnonzero(mine)
            rest &= ~mine
    return {"": np.flatnonzero(rest), **parts}


def fit(
    labelled: Labelled,
    recipe: Recipe,
    seed: int,
    *,
    matrix: FloatArray | None = None,
    base: Mapping[str, Sequence[str]] | None = None,
    jobs: int = 1,
    on_progress: ProgressCallback = nobody,
) -> FoldModels:
    """Train the fold models of a sample; the same sample, recipe and seed give the same texts.

    matrix: (rows, features) of the sample, where it is known already.
    base: fold models' texts to go on from (LightGBM's init_model) by part, as many as the recipe has folds. jobs:
    processes side by side; their number changes nothing in the result.
    """
    from joblib import Parallel, delayed

    features = extract(labelled.table).matrix if matrix is None else matrix
    columns = inputs(recipe)
    folds = fold_of(labelled.table["id"].to_pylist(), recipe.folds)
    rows = split(labelled)
    tasks = [(part, k, s) for part in rows for k in range(recipe.folds) for s in range(recipe.seeds)]

    def task(part: str, k: int, s: int) -> Any:
        train = rows[part][folds[rows[part]] != k]
        start = (base or {}).get(part)
        return delayed(_booster)(
            features[train],
            labelled.zombie[train],
            labelled.groups[train],
            columns,
            recipe,
            (seed, k, s),
            recipe.depth_apart if part else recipe.depth,
            start[k] if start else None,
        )

    fitted = Parallel(n_jobs=min(jobs, len(tasks)), return_as="generator")(task(*one) for one in tasks)
    texts: dict[str, list[list[str]]] = {part: [[] for _ in range(recipe.folds)] for part in rows}
    for done, ((part, k, _), text) in enumerate(zip(tasks, fitted, strict=True)):
        texts[part][k].append(text)
        on_progress("training boosters", done + 1, len(tasks))
    plain = FoldModels(
        {part: Part(tuple(boosters.merge(t) for t in texts[part]), Curve(1.0, 0.0)) for part in rows}, columns
    )
    return FoldModels(
        {
            part: Part(
                plain.parts[part].texts, _calibrate(plain, labelled.take(mine), features[mine], recipe)
            )
            for part, mine in rows.items()
        },
        columns,
    )


def _booster(
    matrix: FloatArray,
    zombie: npt.NDArray[np.bool_],
    groups: npt.NDArray[np.str_],
    columns: Sequence[int],
    recipe: Recipe,
    seed: tuple[int, int, int],
    depth: int,
    base: str | None,
) -> str:
    """One fold's booster of one seed."""
    rng = np.random.default_rng(seed)
    rows = rows_of(matrix, zombie, groups, recipe, rng)
    return boosters.fit(rows, columns, recipe, int(rng.integers(2**31)), base, depth=depth)


def _calibrate(models: FoldModels, labelled: Labelled, matrix: FloatArray, recipe: Recipe) -> Curve:
    """One curve for accounts with and without timelines, from held-out raw scores, each group weighing the same.

    Raised for vendors not seen, by what genuine accounts without timelines allow: of all, they are told worst.
    """
    ids = labelled.table["id"].to_pylist()
    views = [without_fields(matrix, {"recent_posts"})]
    if any(CATALOGUE[k].timeline for k in models.columns) and labelled.timeline.any():
        views.insert(0, matrix)
    raw = [models.raw_of(view, ids) for view in views]
    weight = np.zeros(len(labelled.zombie))
    for zombie in (True, False):
        names = np.unique(labelled.groups[labelled.zombie == zombie])
        for name in names:
            mine = (labelled.zombie == zombie) & (labelled.groups == name)
            weight[mine] = 1 / (mine.sum() * len(names))
    curve = platt(np.concatenate(raw), np.tile(labelled.zombie, len(raw)), np.tile(weight, len(raw)))
    genuine = ~labelled.zombie
    return permissive(curve, raw[-1][genuine], labelled.groups[genuine], recipe.flagged, recipe.furthest)
