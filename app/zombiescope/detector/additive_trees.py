"""Prediction and exact TreeSHAP of shallow boosted trees, as sums of tables over one to three features.

A leaf whose path tests the features a and b adds to the score a function of a and b alone. When a model is loaded, the
leaves over the same features are added up in one table over the intervals that their thresholds make, and one more for
a missing value. A row's score is then one look-up a table: some 240 tables instead of 800 trees.

The same holds of path-dependent TreeSHAP (Lundberg et al. 2020): a leaf's game is a product over the features of its
path, so its effect on each feature is a function of those features (`leaf_tables`), and is tabulated alike.

The order of summation is not LightGBM's, so scores differ in the last digits: by no more than `AdditiveTrees.bound`,
an a priori bound on the rounding of both sums (Higham 2002, section 4.2). How many rows are scored at once changes no
bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from zombiescope.arrays import FloatArray
from zombiescope.detector.leaf_tables import effect_table, gather, score_table
from zombiescope.detector.tree_text import NEAR_ZERO, Tree, UnsupportedTrees, parse, zero_as_lightgbm

__all__ = ["AdditiveTrees", "UnsupportedTrees"]

IndexArray = npt.NDArray[np.intp]

CELLS = 2_000_000  # of all tables: 16 MB
BOUND = 2e-12  # of the rounding: a model whose scores could differ by more is left to LightGBM
BLOCK = 2_048  # rows at once: bins, offsets and sums stay in the processor's cache
FEW = 48  # rows up to which looking up all tables at once is faster than table by table


@dataclass(frozen=True)
class _Layout:
    """Where each term's table lies when all stand end to end: cell = start + the steps of its features' bins.

    places: (order, terms) rows of the bins. step_start: (order, terms, 1) where a feature's steps begin in `steps`.
    start: (terms, 1).
    A term of fewer features than `order` steps by 0 for the others.
    """

    places: IndexArray
    step_start: IndexArray
    steps: IndexArray
    start: IndexArray

    def cells(self, bins: IndexArray) -> IndexArray:
        """(terms, rows) the cell that each row falls into in each table. bins: (features, rows)."""
        index = bins.take(self.places, axis=0)
        index += self.step_start
        cells: IndexArray = self.steps.take(index).sum(axis=0)
        cells += self.start
        return cells


class AdditiveTrees:
    """A boosted ensemble as a sum of tables.

    bound: how much a raw score can differ from LightGBM's own. expected: the raw score that TreeSHAP starts from.
    thresholds: those of each feature that is split on, ascending.
    """

    def __init__(self, text: str, inputs: int) -> None:
        """text: LightGBM's text form. inputs: the columns of the matrices that will be scored.

        Raises UnsupportedTrees where a path tests more than three features, the tables would be too large, or the
        trees are not plain numeric ones of one score.
        """
        trees = list(parse(text))
        self.inputs = inputs
        self.thresholds = _thresholds(trees)
        if max(self.thresholds, default=0) >= inputs:
            raise UnsupportedTrees("features beyond the inputs")
        if not self.thresholds:
            raise UnsupportedTrees("no trees")
        self._place = {feature: place for place, feature in enumerate(self.thresholds)}
        self.expected, self._terms = gather(trees, self.thresholds)
        if sum(term.size for term in self._terms) > CELLS:
            raise UnsupportedTrees("too many thresholds")
        largest = sum(max(map(abs, tree.value)) for tree in trees)
        self.bound = float(np.finfo(np.float64).eps / 2 * largest * (len(trees) + 2 * len(self._terms)))
        if self.bound > BOUND:
            raise UnsupportedTrees("sums too long for the precision")
        limits = np.concatenate(list(self.thresholds.values()))
        self._read = zero_as_lightgbm if (np.abs(limits) <= NEAR_ZERO).any() else _unchanged
        self._tables = [score_table(term) for term in self._terms]
        self._all_cells = np.concatenate(self._tables)

    def predict(self, matrix: FloatArray) -> FloatArray:
        """(rows,) raw log-odds. matrix: (rows, inputs), NaN where missing."""
        out = np.zeros(len(matrix))
        for rows, bins in self._blocks(matrix):
            if bins.shape[1] <= FEW:
                looked_up = self._all_cells.take(self._layout.cells(bins))
                # One after the other, as below: a sum of numpy's would pair them up.
                out[rows] = np.add.accumulate(looked_up, axis=0)[-1]
                continue
            total = out[rows]
            for table, cells in zip(self._tables, self._cells(bins), strict=True):
                total += table.take(cells)
        return out

    def contributions(self, matrix: FloatArray) -> FloatArray:
        """(rows, inputs + 1) TreeSHAP effects in raw log-odds; the last column is `expected`.

        matrix: (rows, inputs), NaN where missing. LightGBM's pred_contrib but for rounding (1e-9).
        """
        out = np.zeros((len(matrix), self.inputs + 1))
        out[:, -1] = self.expected
        for rows, bins in self._blocks(matrix):
            effects = np.zeros((self.inputs, bins.shape[1]))
            if bins.shape[1] <= FEW:
                self._add_few(effects, bins)
            else:
                for term, tables, cells in zip(
                    self._terms, self._effect_tables, self._cells(bins), strict=True
                ):
                    for feature, table in zip(term.features, tables, strict=True):
                        effects[feature] += table.take(cells)
            out[rows, :-1] = effects.T
        return out

    def _add_few(self, effects: FloatArray, bins: IndexArray) -> None:
        cells = self._layout.cells(bins)
        rows = np.arange(bins.shape[1])
        for features, table in self._all_effects:
            slots = features[:, None] * bins.shape[1] + rows
            effects += np.bincount(
                slots.ravel(), weights=table[cells].ravel(), minlength=effects.size
            ).reshape(effects.shape)

    def _blocks(self, matrix: FloatArray) -> Iterator[tuple[slice, IndexArray]]:
        """Runs of rows with their bins, (features, rows): how many thresholds lie below the value; one beyond all
        where it is missing."""
        for first in range(0, len(matrix), BLOCK):
            part = matrix[first : first + BLOCK]
            if len(part) <= FEW:
                yield slice(first, first + len(part)), self._few_bins(part)
                continue
            bins = np.empty((len(self.thresholds), len(part)), dtype=np.intp)
            for place, (feature, thresholds) in enumerate(self.thresholds.items()):
                values = self._read(np.ascontiguousarray(part[:, feature]))
                bins[place] = np.searchsorted(thresholds, values, side="left")
                bins[place][np.isnan(values)] = len(thresholds) + 1
            yield slice(first, first + len(part)), bins

    def _few_bins(self, part: FloatArray) -> IndexArray:
        """The same by comparing with every threshold, which costs a single row less than a search a feature."""
        columns, owners, limits, starts, beyond = self._comparisons
        values = self._read(part.T.take(columns, axis=0))
        bins = np.add.reduceat(limits < values.take(owners, axis=0), starts, axis=0, dtype=np.intp)
        return np.where(np.isnan(values), beyond, bins)

    @cached_property
    def _comparisons(self) -> tuple[IndexArray, IndexArray, FloatArray, IndexArray, IndexArray]:
        """All features that are split on; all thresholds with the place of their feature, and where each begins; the
        bin of a missing value."""
        counts = np.array([len(limits) for limits in self.thresholds.values()], dtype=np.intp)
        return (
            np.array(list(self.thresholds), dtype=np.intp),
            np.repeat(np.arange(len(counts)), counts),
            np.concatenate(list(self.thresholds.values()))[:, None],
            np.cumsum(counts) - counts,
            counts[:, None] + 1,
        )

    def _cells(self, bins: IndexArray) -> Iterator[IndexArray]:
        """(rows,) the cell of each term's table, term by term."""
        for term, steps in zip(self._terms, self._steps, strict=True):
            cells = steps[0].take(bins[self._place[term.features[0]]])
            for feature, further in zip(term.features[1:], steps[1:], strict=True):
                cells += further.take(bins[self._place[feature]])
            yield cells

    @cached_property
    def _steps(self) -> list[tuple[IndexArray, ...]]:
        """For each term and feature: (global bins,) how far the feature's bin moves on in the term's table."""
        return [
            term.steps([len(self.thresholds[feature]) for feature in term.features]) for term in self._terms
        ]

    @cached_property
    def _effect_tables(self) -> list[tuple[FloatArray, ...]]:
        return [tuple(effect_table(term, axis) for axis in range(len(term.features))) for term in self._terms]

    @cached_property
    def _layout(self) -> _Layout:
        order = max(len(term.features) for term in self._terms)
        still = np.zeros(max(len(t) for t in self.thresholds.values()) + 2, dtype=np.intp)
        runs = [still]
        places = np.zeros((order, len(self._terms)), dtype=np.intp)
        step_start = np.zeros_like(places)
        end = len(still)
        for t, (term, steps) in enumerate(zip(self._terms, self._steps, strict=True)):
            for axis, (feature, step) in enumerate(zip(term.features, steps, strict=True)):
                places[axis, t] = self._place[feature]
                step_start[axis, t] = end
                runs.append(step)
                end += len(step)
        sizes = np.array([term.size for term in self._terms])
        start = np.cumsum(sizes) - sizes
        return _Layout(places, step_start[:, :, None], np.concatenate(runs), start[:, None])

    @cached_property
    def _all_effects(self) -> list[tuple[IndexArray, FloatArray]]:
        """For each axis: (terms,) the feature that stands on it, and the terms' effect tables end to end."""
        order = max(len(term.features) for term in self._terms)
        out = []
        for axis in range(order):
            features = [term.features[axis] if axis < len(term.features) else 0 for term in self._terms]
            tables = [
                tables[axis] if axis < len(tables) else np.zeros(term.size)
                for term, tables in zip(self._terms, self._effect_tables, strict=True)
            ]
            out.append((np.array(features, dtype=np.intp), np.concatenate(tables)))
        return out


def _unchanged(values: FloatArray) -> FloatArray:
    return values


def _thresholds(trees: Sequence[Tree]) -> dict[int, FloatArray]:
    """The distinct thresholds of each feature that is split on, ascending."""
    features = np.array([f for tree in trees for f in tree.feature], dtype=np.intp)
    limits = np.array([limit for tree in trees for limit in tree.threshold])
    return {int(feature): np.unique(limits[features == feature]) for feature in np.unique(features)}
