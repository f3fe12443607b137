"""Templates: how known zombies and known genuine accounts score, out of fold, as each view shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.detector.drift import table_of
from zombiescope.detector.explain import AGE_EDGES
from zombiescope.detector.field_views import VIEWS, View, mask
from zombiescope.features import FIELDS, INDEX, NAMES, extract
from zombiescope.features.fields import availability
from zombiescope_training.data.labelled import Labelled
from zombiescope_training.model.augment import pseudo_groups
from zombiescope_training.model.fit import FoldModels
from zombiescope_training.model.recipe import CHOOSING, Recipe

__all__ = ["MOST", "drift_tables", "qualifies", "seen_as", "templates", "typical"]

FloatArray = npt.NDArray[np.float64]
MOST = 2_000  # rows a class and view: twice what an audit's sample has, so that template error stays small
OF_KIND = 300  # rows a kind and view
PSEUDO = 6  # pseudo-groups of each vendor and study
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


def templates(
    models: FoldModels, labelled: Labelled, recipe: Recipe, seed: int, *, views: Sequence[View] = VIEWS
) -> dict[str, Any]:
    """The views of templates.json: for each, the scores of zombies and of genuine accounts, in all and by kind.

    For each part `views`, and those in which the sample itself comes where it is like none of them. A
    kind is a vendor's or a study's own accounts, or these as one of `PSEUDO` pseudo-groups (vendor augmentation of
    accounts that the boosters never saw): how a vendor or study that is not in the sample might score.
    """
    rng = np.random.default_rng([seed, 11])
    samples = [
        labelled,
        *(replace(labelled, table=pseudo_groups(labelled, recipe, rng)) for _ in range(PSEUDO)),
    ]
    part = models.part(labelled.table)
    out: dict[str, Any] = {}
    for name in models.parts:
        own = labelled.take(part == name)
        copies = [one.take(part == name) for one in samples]
        for view in (*views, *own_views(own)):
            rows = _view(models, own, copies, view)
            if rows is not None:
                out[f"{name}:{view.name}" if name else view.name] = {"part": name, **rows}
    return out


def _view(models: FoldModels, own: Labelled, copies: Sequence[Labelled], view: View) -> dict[str, Any] | None:
    """One view's templates; None where a class has too few rows that can be seen so."""
    rows = seen_as(view, own)
    zombie = own.zombie[rows]
    if min(int(zombie.sum()), int((~zombie).sum())) < LEAST:
        return None
    tables: dict[str, Any] = {"absent": sorted(view.absent)}
    for label, side in (("zombie", rows[zombie]), ("genuine", rows[~zombie])):
        kinds: dict[str, list[float]] = {}
        for group in np.unique(own.groups[side]):
            mine = side[own.groups[side] == group][:OF_KIND]
            if len(mine) < LEAST:
                continue
            for n, copy in enumerate(copies):
                scores = models.score(mask(copy.take(mine).table, view))
                kinds[f"{group} as pseudo-group {n}" if n else str(group)] = log_odds(scores)
        tables[label] = {
            "rows": rounded(models.score(mask(own.take(side[:MOST]).table, view))),
            "kinds": kinds,
        }
    return tables


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


def log_odds(scores: FloatArray) -> list[float]:
    """Scores as log-odds for a file: three places tell scores near 0 and 1 apart where places of scores do not."""
    clipped = np.clip(scores, 1e-15, 1 - 1e-15)
    return [round(float(z), 3) for z in np.log(clipped / (1 - clipped))]


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


def drift_tables(models: FoldModels, labelled: Labelled) -> dict[str, Any]:
    """Each part's features as its training rows have them: what an audit's sample is compared with."""
    matrix = extract(labelled.table).matrix
    part = models.part(labelled.table)
    out: dict[str, Any] = {name: {} for name in models.parts}
    for name, tables in out.items():
        for j, feature in enumerate(NAMES):
            known = (part == name) & ~np.isnan(matrix[:, j])
            if feature not in CHOOSING and known.sum() >= LEAST:
                tables[feature] = table_of(matrix[known, j], labelled.zombie[known], labelled.groups[known])
    return out
