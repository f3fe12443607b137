"""Training rows: the sample as weighted feature rows, each seen with some of its fields.

Every account is drawn several times, each time in a pattern of fields (`data.field_patterns`) that it can be seen in,
and where the recipe reads posts, with or without them. Within each pattern both classes weigh the same and every
group counts alike, so that neither a missing field nor a platform says anything of the class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.arrays import BoolArray, FloatArray
from zombiescope.errors import TrainingError
from zombiescope.features import CATALOGUE, FIELDS, INDEX
from zombiescope.features.fields import hide_fields, known_fields
from zombiescope_training.data.field_patterns import SHOWN
from zombiescope_training.model.recipe import Recipe

__all__ = ["QUIET", "Rows", "quiet", "rows_of", "without_posts"]


QUIET = 10  # followers and posts below which an account is quiet
FULL = 1000  # rows from which a group's size no longer adds to its weight
NOTHING = 100  # rows of which nothing is known
POSTS = FIELDS.index("recent_posts")


@dataclass(frozen=True)
class Rows:
    """matrix: (rows, features); zombie: (rows,) bool; weight: (rows,) with mean 1."""

    matrix: FloatArray
    zombie: BoolArray
    weight: FloatArray


def without_posts(table: pa.Table) -> pa.Table:
    """The table with every timeline not fetched."""
    index = table.schema.get_field_index("recent_posts")
    field = table.schema.field(index)
    return table.set_column(index, field, pa.nulls(table.num_rows, field.type))


def quiet(matrix: FloatArray) -> BoolArray:
    """(rows,) True of accounts with under `QUIET` followers and under `QUIET` posts."""
    few: BoolArray = (matrix[:, INDEX["followers_count"]] < QUIET) & (matrix[:, INDEX["posts_count"]] < QUIET)
    return few


def rows_of(
    matrix: FloatArray,
    zombie: BoolArray,
    groups: npt.NDArray[np.str_],
    recipe: Recipe,
    rng: np.random.Generator,
) -> Rows:
    """The training rows of a sample.

    matrix: (rows, features) as `features.extract` gives it. zombie, groups: (rows,). Raises TrainingError where
    zombies and genuine accounts share no pattern of fields.
    """
    known = known_fields(matrix)
    # Patterns that a row can be seen in; one that fits none is seen as it is, among others like it.
    fits = (known[:, None, :] | ~SHOWN[None, :, :]).all(axis=2)
    lone = ~np.any(fits, axis=1)
    reads_posts = any(f.timeline and f.name not in recipe.exclude for f in CATALOGUE)
    calm = quiet(matrix) & ~zombie
    matrices, zombies, weights = [], [], []
    for _ in range(recipe.draws):
        rows = matrix.copy()
        pattern = (rng.random(fits.shape) * fits).argmax(axis=1)
        pattern[lone] = len(SHOWN)
        hidden = np.concatenate([~SHOWN, np.zeros((1, len(FIELDS)), dtype=bool)])[pattern]
        bare = rng.random(len(zombie)) < 0.5 if reads_posts else np.ones(len(zombie), dtype=bool)
        hidden[:, POSTS] = ~known[:, POSTS] | bare
        cell = pattern * 2 + hidden[:, POSTS]
        dropped = rng.random(hidden.shape) < recipe.single
        dropped[:, POSTS] = False
        hide_fields(rows, hidden | dropped)
        matrices.append(rows)
        zombies.append(zombie)
        weights.append(_weights(cell, zombie, groups, calm, recipe))
    total = float(np.sum([w.sum() for w in weights]))
    if total == 0:
        raise TrainingError(
            "zombies and genuine accounts have no fields in common",
            "Give both classes the same columns: followers_count, following_count and posts_count at least.",
        )
    # Nothing known, nothing said: what a row without any field scores is the prior.
    matrices.append(np.full((NOTHING, matrix.shape[1]), np.nan))
    zombies.append(np.arange(NOTHING) < NOTHING // 2)
    weights.append(np.full(NOTHING, recipe.nothing * total / NOTHING))
    weight = np.concatenate(weights)
    used = weight > 0
    return Rows(
        np.concatenate(matrices)[used], np.concatenate(zombies)[used], weight[used] / weight[used].mean()
    )


def _weights(
    cell: npt.NDArray[np.int64],
    zombie: BoolArray,
    groups: npt.NDArray[np.str_],
    calm: BoolArray,
    recipe: Recipe,
) -> FloatArray:
    """(rows,) weights that balance the classes within each cell, and the groups within each class.

    A cell of one class alone would tell the class: its rows weigh nothing. A small group weighs less than a large
    one, by the root of its size up to `FULL`; a cell weighs by the root of its lesser class, and of its groups.
    """
    weight = np.zeros(len(zombie))
    cells = len(np.unique(cell))
    for k in np.unique(cell):
        sides = [(cell == k) & (zombie == z) for z in (True, False)]
        least = min(int(side.sum()) for side in sides)
        if least == 0:
            continue
        kinds = min(len(np.unique(groups[side])) for side in sides)
        size = float(np.sqrt(least * kinds))
        for side in sides:
            for name in np.unique(groups[side]):
                mine = side & (groups == name)
                weight[mine] = np.sqrt(min(mine.sum() * cells, FULL) / FULL) / mine.sum()
            _raise_quiet(weight, side, calm, recipe.quiet_weight)
            weight[side] *= size / weight[side].sum()
    return weight


def _raise_quiet(weight: FloatArray, side: BoolArray, calm: BoolArray, least: float) -> None:
    """Weigh quiet people of a cell as audiences have them: at least that share; in place."""
    mine, other = side & calm, side & ~calm
    have, rest = weight[mine].sum(), weight[other].sum()
    if have > 0 and rest > 0 and have < least * (have + rest):
        weight[mine] *= least / (1 - least) * rest / have
