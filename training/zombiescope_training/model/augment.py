"""Vendor augmentation: pseudo-vendors and pseudo-studies, so that a booster does not learn one vendor's habits.

A group's rows are copied with one log-normal shift of its counts and ages for the whole group and a little noise an
account, and with profile fields switched for the whole group. What stays is what zombies of one order share. The
copies go through the same `extract` as everything else, so ratios and rates follow.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.features.columns import micros, numbers
from zombiescope_training.data.labelled import Labelled
from zombiescope_training.model.recipe import Recipe

__all__ = ["pseudo_groups"]

FloatArray = npt.NDArray[np.float64]
DAY = 86_400_000_000
COUNTS = ("followers_count", "following_count", "posts_count", "likes_count", "listed_count")
TEXTS = ("bio", "location", "url")
FLAGS = ("has_avatar", "has_banner")
YOUNGEST, OLDEST = 1.0, 3650.0  # days that a shifted age may reach
YOUNG = 7.0  # days; the least of an age made up


def pseudo_groups(labelled: Labelled, recipe: Recipe, rng: np.random.Generator) -> pa.Table:
    """A copy of the table in which each group is a group of another make; recent_posts stay as they are."""
    columns = {field.name: labelled.table[field.name].combine_chunks() for field in labelled.table.schema}
    counts = {name: numbers(_array(columns[name])).copy() for name in COUNTS}
    created, known = micros(_array(columns["created_at"]))
    observed, _ = micros(_array(columns["observed_at"]))
    age = np.where(known, (observed - created) / DAY, np.nan)
    flags = {name: numbers(_array(columns[name])).copy() for name in FLAGS}
    texts = {name: np.array(columns[name].to_pylist(), dtype=object) for name in TEXTS}
    names = {n: np.array(columns[n].to_pylist(), dtype=object) for n in ("handle", "display_name")}
    for group in np.unique(labelled.groups):
        for zombie in (True, False):
            rows = np.flatnonzero((labelled.groups == group) & (labelled.zombie == zombie))
            if len(rows):
                strength = 1.0 if zombie else recipe.genuine_shift
                _shift_counts(counts, rows, recipe, strength, rng)
                _shift_ages(age, rows, recipe, strength, rng)
                if not zombie:
                    _quieten(counts, rows, recipe, rng)
                _switch_flags(flags, rows, recipe.switch * strength, rng)
                _switch_texts(texts, rows, recipe.switch * strength, rng)
                _switch_names(names, rows, recipe.switch * strength, rng)
    age = np.clip(age, YOUNGEST, OLDEST)
    new: dict[str, pa.Array] = {
        **{name: _counted(values) for name, values in counts.items()},
        **{name: pa.array(_flagged(values), type=pa.bool_()) for name, values in flags.items()},
        **{name: pa.array(values, type=pa.string()) for name, values in {**texts, **names}.items()},
    }
    moved = np.where(known, observed - (np.nan_to_num(age) * DAY), 0).astype(np.int64)
    new["created_at"] = pa.array(moved, mask=~known).view(columns["created_at"].type)
    schema = labelled.table.schema
    return pa.Table.from_arrays([new.get(f.name, columns[f.name]) for f in schema], schema=schema)


def _shift_ages(
    age: FloatArray,
    rows: npt.NDArray[np.int64],
    recipe: Recipe,
    strength: float,
    rng: np.random.Generator,
) -> None:
    """Accounts are as old as their vendor's shop or as what it buys: what tells studies apart, not classes."""
    if rng.random() < recipe.age_switch:
        # Of any age: those of the sample's other accounts would only tell which studies it holds.
        ages = np.exp(rng.uniform(np.log(YOUNG), np.log(OLDEST), len(rows)))
        age[rows] = np.where(np.isnan(age[rows]), np.nan, ages)
    shift = rng.normal(0, recipe.age_shift * strength) + rng.normal(0, recipe.age_noise, len(rows))
    age[rows] *= np.exp(shift)


def _array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.chunk(0) if isinstance(column, pa.ChunkedArray) else column


def _counted(values: FloatArray) -> pa.Array:
    missing = np.isnan(values)
    return pa.array(np.where(missing, 0, np.round(values)).astype(np.int64), mask=missing)


def _flagged(values: FloatArray) -> list[bool | None]:
    return [None if np.isnan(v) else bool(v) for v in values]


def _shift_counts(
    counts: dict[str, FloatArray],
    rows: npt.NDArray[np.int64],
    recipe: Recipe,
    strength: float,
    rng: np.random.Generator,
) -> None:
    for name in COUNTS:
        logs = np.log1p(counts[name][rows])
        logs += rng.normal(0, recipe.shift * strength) + rng.normal(0, recipe.noise, len(rows))
        counts[name][rows] = np.expm1(np.maximum(logs, 0))
    # Likes differ most between vendors: some give none, some give as many as people do.
    if rng.random() < recipe.switch * strength:
        likes = counts["likes_count"]
        if rng.random() < 0.5:
            likes[rows] = np.where(np.isnan(likes[rows]), np.nan, 0)
        else:
            counts_drawn = counts["posts_count"][rows] * rng.lognormal(rng.normal(-1, 1), 1.0, len(rows))
            likes[rows] = np.where(np.isnan(likes[rows]), np.nan, counts_drawn)


def _quieten(
    counts: dict[str, FloatArray], rows: npt.NDArray[np.int64], recipe: Recipe, rng: np.random.Generator
) -> None:
    """Make some genuine accounts quiet: people who read, post little and are followed by few."""
    quiet = rows[rng.random(len(rows)) < recipe.quiet]
    for name, most in (
        ("posts_count", 5.0),
        ("likes_count", 5.0),
        ("followers_count", 2.5),
        ("listed_count", 3.0),
    ):
        counts[name][quiet] *= np.exp(-rng.uniform(0.5, most, len(quiet)))
    counts["following_count"][quiet] *= np.exp(-rng.uniform(0, 1.5, len(quiet)))


def _kept(rng: np.random.Generator, rows: int) -> npt.NDArray[np.bool_]:
    """Which of a switched group have the field: nobody, or a share of its own."""
    return np.zeros(rows, bool) if rng.random() < 0.5 else rng.random(rows) < rng.random()


def _switch_flags(
    flags: dict[str, FloatArray], rows: npt.NDArray[np.int64], chance: float, rng: np.random.Generator
) -> None:
    for name in FLAGS:
        if rng.random() < chance:
            known = rows[~np.isnan(flags[name][rows])]
            flags[name][known] = _kept(rng, len(known))


def _switch_texts(
    texts: dict[str, npt.NDArray[np.object_]],
    rows: npt.NDArray[np.int64],
    chance: float,
    rng: np.random.Generator,
) -> None:
    for name in TEXTS:
        if rng.random() < chance:
            values = texts[name]
            known = rows[[values[i] is not None for i in rows]]
            pool = np.flatnonzero([bool(v) for v in values])
            if len(known) == 0 or len(pool) == 0:
                continue
            keep = _kept(rng, len(known))
            lent = values[rng.choice(pool, len(known))]
            values[known] = np.where(keep, lent, "")


def _switch_names(
    names: dict[str, npt.NDArray[np.object_]],
    rows: npt.NDArray[np.int64],
    chance: float,
    rng: np.random.Generator,
) -> None:
    if rng.random() < chance:
        # Handle and name of another account, together: how alike the two are stays real.
        lenders = rng.integers(0, len(names["handle"]), len(rows))
        for values in names.values():
            values[rows] = values[lenders]
