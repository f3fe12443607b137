"""The leaves of shallow trees, put together by the features that their paths test, as tables over those features' bins.

A feature's global bins are the intervals between all thresholds that any tree has on it (bin i holds the values above
threshold i - 1 and up to threshold i), and one more for a missing value. A term's table has coarser bins: only the
thresholds of its own leaves cut it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import prod

import numpy as np
import numpy.typing as npt

from zombiescope.arrays import FloatArray
from zombiescope.detector.tree_text import Tree, UnsupportedTrees

__all__ = ["Term", "effect_table", "gather", "score_table"]

IndexArray = npt.NDArray[np.intp]

_OPEN = np.iinfo(np.int64).max - 1  # the upper end of a condition without one
ORDER = 3  # features of a path at most: tables of more would be larger than the trees


@dataclass(frozen=True)
class Condition:
    """What a leaf's path asks of one feature: a global bin from `low` to `high`, or a missing value where `nan`.

    ratio: the share of the training rows that the path's splits on the feature let through.
    """

    low: int
    high: int
    nan: bool
    ratio: float


@dataclass(frozen=True)
class Leaf:
    """A leaf's value and the conditions of its path, by feature."""

    value: float
    conditions: Mapping[int, Condition]


@dataclass(frozen=True)
class Term:
    """The leaves over the same features.

    cuts: for each feature the global bins, ascending, at which a local bin begins (the first begins at 0).
    """

    features: tuple[int, ...]
    leaves: Sequence[Leaf]
    cuts: tuple[IndexArray, ...]

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Local bins of each feature; the last is for a missing value."""
        return tuple(len(cuts) + 2 for cuts in self.cuts)

    @property
    def size(self) -> int:
        """Cells of the table."""
        return prod(self.shape)

    def steps(self, thresholds: Sequence[int]) -> tuple[IndexArray, ...]:
        """For each feature (global bins,): how far its bin moves on in the flat table.

        thresholds: how many each feature has in the whole ensemble.
        """
        out = []
        for axis, (cuts, count) in enumerate(zip(self.cuts, thresholds, strict=True)):
            local = np.searchsorted(cuts, np.arange(count + 2), side="right")
            local[-1] = len(cuts) + 1
            out.append(local.astype(np.intp) * prod(self.shape[axis + 1 :]))
        return tuple(out)

    @cached_property
    def passes(self) -> tuple[FloatArray, ...]:
        """For each feature (leaves, local bins): 1 where a value in the bin meets the leaf's condition, else 0."""
        out = []
        for feature, cuts in zip(self.features, self.cuts, strict=True):
            begins = np.concatenate(([0], cuts))
            own = [leaf.conditions.get(feature) for leaf in self.leaves]
            low = np.array([0 if c is None else c.low for c in own])
            high = np.array([begins[-1] if c is None else c.high for c in own])
            nan = np.array([[c is None or c.nan] for c in own])
            out.append(
                np.hstack([(begins >= low[:, None]) & (begins <= high[:, None]), nan]).astype(np.float64)
            )
        return tuple(out)

    @cached_property
    def ratios(self) -> FloatArray:
        """(features, leaves) each condition's ratio, 1 where the leaf's path does not test the feature."""
        return np.array(
            [
                [c.ratio if (c := leaf.conditions.get(f)) else 1.0 for leaf in self.leaves]
                for f in self.features
            ]
        )

    @cached_property
    def values(self) -> FloatArray:
        """(leaves,) their values."""
        return np.array([leaf.value for leaf in self.leaves])


def gather(trees: Sequence[Tree], thresholds: Mapping[int, FloatArray]) -> tuple[float, list[Term]]:
    """The expected score (over the training rows, path-dependent), and the terms, in the order of their features.

    Raises UnsupportedTrees where a path tests more than three features.
    """
    leaves = [leaf for tree in trees for leaf in _leaves(tree, thresholds)]
    expected = sum(leaf.value * prod(c.ratio for c in leaf.conditions.values()) for leaf in leaves)
    by_features: dict[tuple[int, ...], list[Leaf]] = {}
    for leaf in leaves:
        by_features.setdefault(tuple(sorted(leaf.conditions)), []).append(leaf)
    # Leaves over fewer features join a term that has these features and more: fewer tables to look up.
    hosts = {
        part: features
        for features in sorted(by_features)
        for count in range(len(features))
        for part in combinations(features, count)
    }
    joined: dict[tuple[int, ...], list[Leaf]] = {}
    for features, own in sorted(by_features.items()):
        while features in hosts:
            features = hosts[features]
        joined.setdefault(features, []).extend(own)
    return expected, [_term(features, own) for features, own in sorted(joined.items())]


def _term(features: tuple[int, ...], leaves: Sequence[Leaf]) -> Term:
    cuts = []
    for feature in features:
        own = [c for leaf in leaves if (c := leaf.conditions.get(feature))]
        begins = {c.low for c in own} | {c.high + 1 for c in own if c.high < _OPEN}
        cuts.append(np.array(sorted(begins - {0}), dtype=np.intp))
    return Term(features, leaves, tuple(cuts))


def _leaves(tree: Tree, thresholds: Mapping[int, FloatArray]) -> Iterator[Leaf]:
    if not tree.feature:
        yield Leaf(tree.value[0], {})
        return
    places = [
        int(np.searchsorted(thresholds[f], t)) for f, t in zip(tree.feature, tree.threshold, strict=True)
    ]
    stack: list[tuple[int, dict[int, Condition]]] = [(0, {})]
    while stack:
        node, conditions = stack.pop()
        if node < 0:
            yield Leaf(tree.value[-node - 1], conditions)
            continue
        feature, place = tree.feature[node], places[node]
        held = conditions.get(feature, Condition(0, _OPEN, True, 1.0))
        if (len(conditions) == ORDER and feature not in conditions) or tree.cover[node] <= 0:
            raise UnsupportedTrees("paths over more than three features, or nodes without training rows")
        for child, left in ((tree.right[node], False), (tree.left[node], True)):
            cover = tree.leaf_cover[-child - 1] if child < 0 else tree.cover[child]
            side = Condition(
                low=held.low if left else max(held.low, place + 1),
                high=min(held.high, place) if left else held.high,
                nan=held.nan and tree.nan_left[node] == left,
                ratio=held.ratio * cover / tree.cover[node],
            )
            stack.append((child, {**conditions, feature: side}))


def score_table(term: Term) -> FloatArray:
    """(cells,) what the term adds to the raw score in each cell; each correctly summed to the last digit but one.

    Compensated summation (Neumaier 1974), so that a cell's error does not grow with its leaves.
    """
    total = np.zeros(term.shape)
    lost = np.zeros(term.shape)
    for i, value in enumerate(term.values):
        item = _outer([value * term.passes[0][i], *(mask[i] for mask in term.passes[1:])])
        new = total + item
        lost += np.where(np.abs(total) >= np.abs(item), (total - new) + item, (item - new) + total)
        total = new
    return (total + lost).ravel()


def effect_table(term: Term, axis: int) -> FloatArray:
    """(cells,) the Shapley value of the feature on `axis` in each cell, summed over the term's leaves.

    The game of a leaf is v(S) = value * product over S of pass * product over the rest of ratio, so the feature's
    Shapley value is value * (pass - ratio) * the mean of such products over the orders of the others.
    """
    centred = [mask - ratio[:, None] for mask, ratio in zip(term.passes, term.ratios, strict=True)]
    others = [i for i in range(len(term.features)) if i != axis]
    total = np.zeros(term.shape)
    # Of n features, a set of k others comes first in k! (n - 1 - k)! of n! orders.
    weights = {0: [1.0], 1: [1 / 2, 1 / 2], 2: [1 / 3, 1 / 6, 1 / 3]}[len(others)]
    for count, weight in enumerate(weights):
        for before in combinations(others, count):
            factors = [
                centred[i]
                if i == axis
                else term.passes[i]
                if i in before
                else np.broadcast_to(term.ratios[i][:, None], term.passes[i].shape)
                for i in range(len(term.features))
            ]
            factors[axis] = factors[axis] * (weight * term.values)[:, None]
            letters = "abc"[: len(factors)]
            spec = ",".join("l" + letter for letter in letters) + "->" + letters
            total += np.einsum(spec, *factors, optimize=False)
    return total.ravel()


def _outer(factors: Sequence[FloatArray]) -> FloatArray:
    out = factors[0]
    for factor in factors[1:]:
        out = out[..., None] * factor
    return out
