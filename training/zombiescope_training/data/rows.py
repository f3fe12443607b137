"""Training rows: the sample and its pseudo-groups as weighted feature rows, with fields and timelines dropped.

Two kinds of rows are made of each account: one without its timeline, and one with it where it was fetched. Within
each platform and kind both classes weigh the same, and within a class every group does, so that neither a missing
timeline nor a platform says anything of the class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.detector.field_views import FIELDS, VIEWS
from zombiescope.features import CATALOGUE, POSTS_READ, extract
from zombiescope_training.data.labelled import Labelled
from zombiescope_training.model.augment import pseudo_groups
from zombiescope_training.model.recipe import Recipe

__all__ = ["Rows", "Timelines", "rows_of", "without_posts"]

FloatArray = npt.NDArray[np.float64]

IS_TIMELINE = np.array([feature.timeline for feature in CATALOGUE])
DEPTHS = (POSTS_READ, 10, 5)  # newest posts seen: how many were fetched must not matter
SINGLE = 0.03  # chance that one field of a row is missing by itself


@dataclass(frozen=True)
class Rows:
    """matrix: (rows, features); zombie: (rows,) bool; weight: (rows,) with mean 1."""

    matrix: FloatArray
    zombie: npt.NDArray[np.bool_]
    weight: FloatArray


@dataclass(frozen=True)
class Timelines:
    """The posts' features of a sample at several depths: they are costly and do not change with the profile.

    values: depth -> (rows, timeline features).
    """

    values: dict[int, FloatArray]

    @classmethod
    def of(cls, labelled: Labelled) -> Timelines:
        """Extract them once for a whole sample."""
        return cls(
            {d: extract(labelled.table, newest=d).matrix[:, IS_TIMELINE].astype(np.float32) for d in DEPTHS}
        )

    def take(self, rows: npt.NDArray[np.int64]) -> Timelines:
        """Those of some rows."""
        return Timelines({depth: values[rows] for depth, values in self.values.items()})


def without_posts(table: pa.Table) -> pa.Table:
    """The table with every timeline not fetched."""
    index = table.schema.get_field_index("recent_posts")
    field = table.schema.field(index)
    return table.set_column(index, field, pa.nulls(table.num_rows, field.type))


def rows_of(
    bare: Labelled,
    fetched: npt.NDArray[np.bool_],
    timelines: Timelines,
    recipe: Recipe,
    rng: np.random.Generator,
) -> Rows:
    """The training rows of a sample: the accounts themselves and `recipe.copies` pseudo-groups of each group.

    bare: the sample without its posts. fetched: (rows,) True where posts were fetched; their features are in
    `timelines`.
    """
    weight = _weights(bare, np.ones(len(bare.zombie), dtype=bool))
    weight_timeline = _weights(bare, fetched)
    # Timelines of one class alone would only teach that to have one is to be of that class.
    fetched = fetched & (len(np.unique(bare.zombie[fetched])) == 2)
    matrices, zombies, weights = [], [], []
    for copy in range(recipe.copies + 1):
        table = bare.table if copy == 0 else pseudo_groups(bare, recipe, rng)
        matrix = extract(_dropped(table, recipe, rng)).matrix
        matrices.append(matrix)
        zombies.append(bare.zombie)
        weights.append(weight)
        if fetched.any():
            seen = matrix[fetched]
            depth = rng.integers(0, len(DEPTHS), len(seen))
            for k, d in enumerate(DEPTHS):
                mine = depth == k
                seen[np.ix_(mine, IS_TIMELINE)] = timelines.values[d][fetched][mine]
            matrices.append(seen)
            zombies.append(bare.zombie[fetched])
            weights.append(weight_timeline[fetched])
    total = np.concatenate(weights)
    return Rows(np.concatenate(matrices), np.concatenate(zombies), total / total.mean())


def _weights(labelled: Labelled, kept: npt.NDArray[np.bool_]) -> FloatArray:
    """(rows,) weights that balance class within platform, and group within class; 0 for rows not kept.

    A platform with one class only is weighed together with the others: alone it would tell the class.
    """
    platforms = np.array(labelled.table["platform"].to_pylist(), dtype=np.str_)
    weight = np.zeros(len(kept))
    blocks = platforms.copy()
    for platform in np.unique(platforms):
        mine = kept & (platforms == platform)
        if not (labelled.zombie[mine].any() and (~labelled.zombie[mine]).any()):
            blocks[platforms == platform] = ""
    for block in np.unique(blocks):
        for zombie in (True, False):
            mine = kept & (blocks == block) & (labelled.zombie == zombie)
            names = np.unique(labelled.groups[mine])
            for name in names:
                rows = mine & (labelled.groups == name)
                # A small group weighs less than a large one, by the root of its size up to a thousand.
                weight[rows] = np.sqrt(min(rows.sum(), 1000) / 1000) / rows.sum()
            if weight[mine].sum() > 0:
                size = np.sqrt(min(mine.sum(), 1000) / 1000)
                weight[mine] *= size / weight[mine].sum()
        both = kept & (blocks == block)
        # The lesser class sets how much a platform weighs.
        sums = [weight[both & (labelled.zombie == z)].sum() for z in (True, False)]
        if min(sums) > 0:
            for z, total in zip((True, False), sums, strict=True):
                weight[both & (labelled.zombie == z)] *= min(sums) / total
    return weight * len(kept)


def _dropped(table: pa.Table, recipe: Recipe, rng: np.random.Generator) -> pa.Table:
    """The table with fields made unknown at random, independently of the class."""
    rows = table.num_rows
    choice = rng.integers(0, len(VIEWS), rows)
    choice[rng.random(rows) >= recipe.drop] = -1
    for field in FIELDS:
        if field == "recent_posts":
            continue
        hidden = np.isin(choice, [k for k, view in enumerate(VIEWS) if field in view.absent])
        if recipe.drop > 0:
            hidden |= rng.random(rows) < SINGLE
        index = table.schema.get_field_index(field)
        column = table.column(index)
        nothing = pa.scalar(None, type=column.type)
        table = table.set_column(
            index, table.schema.field(index), pc.if_else(pa.array(hidden), nothing, column)
        )
    return table
