"""Drift: which features of an audit's sample are unlike those of the accounts that the model was trained on.

The population stability index (Siddiqi 2006) of each feature, made fair to lists of any make: training has as many
zombies as genuine accounts and several vendors and studies, a list seldom does, so the sample is held against the
mixture of these that is nearest to it. What is left is unlike them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from zombiescope.arrays import FloatArray
from zombiescope.detector.parts import parts_of
from zombiescope.domain import Drift
from zombiescope.features.catalogue import NAMES

__all__ = ["FEWEST", "FLOOR", "MAJOR", "compare", "stability", "table_of"]


MAJOR = 0.25  # from here on a shift is called major (Siddiqi 2006)
FEWEST = 100  # known values below which nothing is said: by chance alone the index spreads by .04 there
TIED = 0.1  # a value that so many rows share has a bin of its own
FLOOR = 1e-3  # least share of a bin in training, so that one stray follower is no major shift
STEPS = 100  # of expectation and maximisation, towards the nearest mixture


def table_of(
    values: FloatArray, zombie: npt.NDArray[np.bool_], groups: npt.NDArray[np.str_] | None = None
) -> dict[str, list[float]]:
    """A feature's table for templates.json: bin edges, and for each kind of account its share in each bin.

    values: (rows,) known values of training rows. groups: (rows,) their vendors and studies; None: each class is one
    kind. A bin ends with its edge; the edges are deciles with the classes weighing the same, and a value that a tenth
    of the rows share stands by itself.
    """
    weight = np.where(zombie, 0.5 / max(zombie.sum(), 1), 0.5 / max((~zombie).sum(), 1))
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    reached = np.cumsum(weight[order]) / weight.sum()
    deciles = ranked[np.minimum(np.searchsorted(reached, np.linspace(0.1, 0.9, 9)), len(ranked) - 1)]
    edges = {float(e) for e in deciles}
    distinct, place = np.unique(values, return_inverse=True)
    held = np.bincount(place, weights=weight)
    tied = np.flatnonzero(held >= TIED * weight.sum())
    edges |= {float(distinct[k]) for k in tied}
    edges |= {float((distinct[k - 1] + distinct[k]) / 2) for k in tied if k > 0}
    rounded = sorted({float(f"{e:.6g}") for e in edges if e < distinct[-1]})
    kinds: dict[str, list[float]] = {}
    for label, z in (("zombie", True), ("genuine", False)):
        for group in [""] if groups is None else np.unique(groups[zombie == z]):
            mine = (zombie == z) & (True if groups is None else groups == group)
            if mine.any():
                name = label if groups is None else f"{label}: {group}"
                kinds[name] = [round(float(s), 6) for s in _shares(values[mine], rounded)]
    return {"edges": rounded, **kinds}


def stability(table: Mapping[str, Sequence[float]], values: FloatArray) -> float:
    """The index of a sample's known values against a table, what chance alone would give taken off; at least 0.

    Under no drift the index of n values in B bins is (B - 1) / n on average (it is about chi-squared over n).
    """
    kinds = np.array([shares for name, shares in table.items() if name != "edges"], dtype=np.float64)
    bins, n = len(table["edges"]) + 1, len(values)
    observed = (_shares(values, table["edges"]) * n + 0.5) / (n + 0.5 * bins)
    known = np.maximum(_nearest(kinds, observed), FLOOR)
    known /= known.sum()
    index = float(((observed - known) * np.log(observed / known)).sum())
    return max(index - (bins - 1) / n, 0.0)


def _nearest(kinds: FloatArray, shares: FloatArray) -> FloatArray:
    """(bins,) the mixture of the kinds (kinds, bins) that makes what was seen likeliest."""
    weight = np.full(len(kinds), 1 / len(kinds))
    held = np.maximum(kinds, FLOOR / kinds.shape[1])
    for _ in range(STEPS):
        weight *= held @ (shares / (weight @ held))
        weight /= weight.sum()
    mixture: FloatArray = weight @ kinds
    return mixture


def compare(tables: Mapping[str, Any] | None, matrix: FloatArray) -> tuple[Drift, ...] | None:
    """The features that have drifted, furthest first; None where the model has no tables.

    tables: for each part, by feature, as `table_of` makes them; the sample is compared with the part that scores most
    of it. matrix: (rows, features) of the sample as `features.extract` gives it. A feature that fewer than `FEWEST`
    followers have is left out: too few to tell.
    """
    rows = parts_of(matrix, tables or {})
    part = max(rows, key=lambda name: int(rows[name].sum()))
    if not tables or part not in tables:
        return None
    drifts = []
    for j, name in enumerate(NAMES):
        values = matrix[rows[part] & ~np.isnan(matrix[:, j]), j]
        if name in tables[part] and len(values) >= FEWEST:
            index = stability(tables[part][name], values)
            if index > MAJOR:
                drifts.append(Drift(feature=name, psi=round(index, 3)))
    return tuple(sorted(drifts, key=lambda d: (-d.psi, d.feature)))


def _shares(values: FloatArray, edges: Sequence[float]) -> FloatArray:
    held = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    shares: FloatArray = held / max(len(values), 1)
    return shares
