"""Templates: how known zombies and known genuine accounts score, out of fold, as each view shows them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.detector.explain import AGE_EDGES
from zombiescope.detector.views import FIELDS, VIEWS, View, availability, mask
from zombiescope.features import CATALOGUE, INDEX, NAMES, extract
from zombiescope_training.fit import FoldModels
from zombiescope_training.labelled import Labelled

__all__ = ["MOST", "drift_tables", "qualifies", "seen_as", "templates", "typical"]

FloatArray = npt.NDArray[np.float64]
MOST = 2_000  # rows a class and view: twice what an audit's sample has, so that template error stays small
LEAST = 20  # fewer rows than this are no template
OWN = 6  # views of the sample itself, at most


def qualifies(table: pa.Table, view: View) -> npt.NDArray[np.bool_]:
    """(rows,) True where a row knows every field that the view shows, so that it can be seen as the view does."""
    shown = [k for k, name in enumerate(FIELDS) if name not in view.absent]
    return np.asarray(availability(table)[:, shown].all(axis=1), dtype=bool)


def seen_as(view: View, labelled: Labelled) -> npt.NDArray[np.int64]:
    """Rows that can be seen as the view does, in an order that is random but fixed: any head of it is a sample.

    Groups of a class take turns, so that a large study does not stand for all genuine accounts.
    """
    rows = np.flatnonzero(qualifies(labelled.table, view))
    order = np.random.default_rng(0).permutation(len(rows))
    rows = rows[order]
    key = np.char.add(labelled.groups[rows], np.where(labelled.zombie[rows], "+", "-"))
    turn = np.zeros(len(rows), dtype=np.int64)
    for name in np.unique(key):
        mine = key == name
        turn[mine] = np.arange(mine.sum())
    return rows[np.argsort(turn, kind="stable")]


def templates(models: FoldModels, labelled: Labelled) -> dict[str, Any]:
    """The views of templates.json: for each, the scores of zombies and of genuine accounts.

    The platforms' views, and those in which the sample itself comes where it is like none of them.
    """
    out: dict[str, Any] = {}
    for view in (*VIEWS, *own_views(labelled)):
        rows = seen_as(view, labelled)
        picked = {
            "zombie": rows[labelled.zombie[rows]][:MOST],
            "genuine": rows[~labelled.zombie[rows]][:MOST],
        }
        if min(len(r) for r in picked.values()) < LEAST:
            continue
        out[view.name] = {
            "absent": sorted(view.absent),
            **{name: rounded(models.score(mask(labelled.take(r).table, view))) for name, r in picked.items()},
        }
    return out


def own_views(labelled: Labelled) -> tuple[View, ...]:
    """The sets of fields in which rows of both classes come, commonest first, but for those that are views already."""
    known = availability(labelled.table)
    patterns, which, held = np.unique(known, axis=0, return_inverse=True, return_counts=True)
    out: list[View] = []
    for k in np.argsort(-held, kind="stable"):
        absent = frozenset(name for name, there in zip(FIELDS, patterns[k], strict=True) if not there)
        classes = labelled.zombie[which.ravel() == k]
        both = min(classes.sum(), (~classes).sum()) >= LEAST
        if both and absent not in {view.absent for view in VIEWS}:
            out.append(View(f"own-{len(out) + 1}", absent))
    return tuple(out[:OWN])


def rounded(scores: FloatArray) -> list[float]:
    """Scores for a file: nine places are more than any use of them needs."""
    return [round(float(s), 9) for s in scores]


def typical(labelled: Labelled) -> dict[str, list[float | None]]:
    """Median of each feature among genuine accounts of each age band, each study weighing the same."""
    genuine = labelled.take(~labelled.zombie)
    matrix = extract(genuine.table).matrix
    band = np.searchsorted(AGE_EDGES, 2.0 ** matrix[:, INDEX["account_age"]], side="right")
    band = np.where(np.isnan(matrix[:, INDEX["account_age"]]), -1, band)
    out: dict[str, list[float | None]] = {}
    for j, name in enumerate(NAMES):
        medians: list[float | None] = []
        for k in range(len(AGE_EDGES) + 1):
            values = matrix[(band == k) & ~np.isnan(matrix[:, j]), j]
            medians.append(round(float(np.median(values)), 4) if len(values) >= LEAST else None)
        out[name] = medians
    return out


def drift_tables(labelled: Labelled) -> dict[str, Any]:
    """Each feature's decile edges over the training rows, classes weighing the same, and the share in each bin.

    An audit's population stability index is counted against these.
    """
    matrix = extract(labelled.table).matrix
    out: dict[str, Any] = {}
    for j, feature in enumerate(CATALOGUE):
        known = ~np.isnan(matrix[:, j])
        if known.sum() < LEAST:
            continue
        values, zombie = matrix[known, j], labelled.zombie[known]
        edges = np.unique(np.quantile(values, np.linspace(0.1, 0.9, 9)))
        shares = np.zeros(len(edges) + 1)
        for z in (True, False):
            if (zombie == z).any():
                held = np.bincount(
                    np.searchsorted(edges, values[zombie == z], side="right"), minlength=len(shares)
                )
                shares += held / held.sum()
        shares /= shares.sum()
        out[feature.name] = {
            "edges": [float(f"{e:.6g}") for e in edges],
            "shares": [round(float(s), 6) for s in shares],
        }
    return out
