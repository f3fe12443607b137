"""What templates.json holds: typical values of people's features, and the tables that drift is told from."""

from __future__ import annotations

from typing import Any

import numpy as np

from zombiescope.detector.drift import table_of
from zombiescope.detector.explain import AGE_EDGES
from zombiescope.features import INDEX, NAMES, extract
from zombiescope_training.data.labelled import Labelled
from zombiescope_training.model.fit import FoldModels
from zombiescope_training.model.recipe import CHOOSING

__all__ = ["drift_tables", "typical"]

LEAST = 20  # fewer rows than this say nothing


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
