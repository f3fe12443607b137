"""Drift: which features of an audit's sample are unlike those of the accounts that the model was trained on.

The population stability index (Siddiqi 2006) of each feature, made fair to lists of any share: training has half
zombies and half genuine accounts, a list seldom does, so the sample is held against the mixture of the two that is
nearest to it. What is left is unlike both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from zombiescope.detector.parts import parts_of
from zombiescope.domain import Drift
from zombiescope.features.catalogue import NAMES

__all__ = ["FEWEST", "MAJOR", "compare", "stability", "table_of"]

FloatArray = npt.NDArray[np.float64]

MAJOR = 0.25  # from here on a shift is called major (Siddiqi 2006)
FEWEST = 100  # known values below which nothing is said: by chance alone the index spreads by .04 there
TIED = 0.1  # a value that so many rows share has a bin of its own
FLOOR = 1e-3  # least share of a bin in training, so that one stray follower is no major shift
MIXTURES = np.linspace(0, 1, 51)  # shares of zombies tried


def table_of(values: FloatArray, zombie: npt.NDArray[np.bool_]) -> dict[str, list[float]]:
    """A feature's table for templates.json: bin edges, and the share of each class in each bin.

    values: (rows,) known values of training rows of both classes. A bin ends with its edge; the edges are deciles with
    the classes weighing the same, and a value that a tenth of the rows share stands by itself.
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
    return {
        "edges": rounded,
        **{
            name: [round(float(s), 6) for s in _shares(values[zombie == z], rounded)]
            for name, z in (("zombie", True), ("genuine", False))
            if (zombie == z).any()
        },
    }


def stability(table: Mapping[str, Sequence[float]], values: FloatArray) -> float:
    """The index of a sample's known values against a table, what chance alone would give taken off; at least 0.

    Under no drift the index of n values in B bins is (B - 1) / n on average (it is about chi-squared over n).
    """
    classes = [np.asarray(table[name]) for name in ("zombie", "genuine") if name in table]
    bins, n = len(classes[0]), len(values)
    seen = (_shares(values, table["edges"]) * n + 0.5) / (n + 0.5 * bins)
    known = np.stack([t * classes[0] + (1 - t) * classes[-1] for t in MIXTURES])
    known = np.maximum(known, FLOOR)
    known /= known.sum(axis=1, keepdims=True)
    index = ((seen - known) * np.log(seen / known)).sum(axis=1).min()
    return max(float(index) - (bins - 1) / n, 0.0)


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
    found = []
    for j, name in enumerate(NAMES):
        values = matrix[rows[part] & ~np.isnan(matrix[:, j]), j]
        if name in tables[part] and len(values) >= FEWEST:
            index = stability(tables[part][name], values)
            if index > MAJOR:
                found.append(Drift(feature=name, psi=round(index, 3)))
    return tuple(sorted(found, key=lambda d: (-d.psi, d.feature)))


def _shares(values: FloatArray, edges: Sequence[float]) -> FloatArray:
    held = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    shares: FloatArray = held / max(len(values), 1)
    return shares
