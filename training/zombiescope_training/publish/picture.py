"""The global picture: which features carry the model, for the zombies of each vendor and the people of each study."""

from __future__ import annotations

from typing import Any

import numpy as np

from zombiescope.detector import Detector
from zombiescope.features import CATALOGUE, INDEX, extract
from zombiescope_training.data.labelled import Labelled

__all__ = ["ROWS", "picture"]

ROWS = 200  # accounts of a group that are explained: TreeSHAP takes milliseconds a row
LEADING = 8  # features named for each group


def picture(detector: Detector, labelled: Labelled) -> dict[str, Any]:
    """Mean |effect| in log-odds of a group's accounts, by block of features and for the features that lead it.

    Each account is explained by the fold model that did not see it (TreeSHAP, Lundberg et al. 2020); at most `ROWS`
    accounts of a group, drawn by a fixed seed.
    """
    blocks = np.array([CATALOGUE[INDEX[name]].block for name in detector.inputs])
    out: dict[str, Any] = {}
    for zombie, names in ((True, labelled.vendors), (False, labelled.studies)):
        for name in names:
            rows = np.flatnonzero((labelled.groups == name) & (labelled.zombie == zombie))
            rows = np.sort(np.random.default_rng(0).permutation(rows)[:ROWS])
            table = labelled.take(rows).table
            effects = detector.contributions(extract(table).matrix, table["id"].to_pylist())[:, :-1]
            size = np.abs(effects).mean(axis=0)
            order = np.argsort(-size, kind="stable")[:LEADING]
            out[f"{'zombies' if zombie else 'genuine'}: {name}"] = {
                "accounts": len(rows),
                "blocks": {str(b): round(float(size[blocks == b].sum()), 4) for b in np.unique(blocks)},
                "features": {detector.inputs[j]: round(float(effects[:, j].mean()), 4) for j in order},
            }
    return out
