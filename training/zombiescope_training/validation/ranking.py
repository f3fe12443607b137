"""Ranking of groups left out: with fields missing, and against a rule that needs no model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from zombiescope.detector import Detector
from zombiescope.detector.parts import part_of
from zombiescope.features import FIELDS, INDEX
from zombiescope_training.validation.leave_one_out import Slice

__all__ = ["MASKS", "RULE", "against_rule", "by_mask", "platforms"]

FloatArray = npt.NDArray[np.float64]

# The rule that anybody would try first: who follows many and is followed by few is a zombie.
RULE = "following_to_followers"
COUNTS = frozenset({"followers_count", "following_count", "posts_count"})
# Record fields that a list may lack, by name, as users' files do.
MASKS: dict[str, frozenset[str]] = {
    "whole": frozenset(),
    "counts only": frozenset(FIELDS) - COUNTS,
    "names only": frozenset(FIELDS) - {"handle", "display_name", "bio"},
    **{f"without {name}": frozenset({name}) for name in FIELDS},
}


def by_mask(detector: Detector) -> dict[str, dict[str, Any]]:
    """The AUC of each vendor against each study, both scored by models that never saw them, for each of `MASKS`.

    mean and worst over the pairs, and the worst pair's names. Vendors and studies are paired across the platforms that
    share a part of the model. Empty where the model has no groups that were left out.
    """
    out: dict[str, dict[str, Any]] = {}
    for name, missing in MASKS.items():
        groups = [group for group in detector.reference_scores(missing) if group.left_out]
        aucs: dict[str, float] = {}
        for vendor in groups:
            for study in groups:
                alike = part_of(vendor.platform, detector.curves) == part_of(study.platform, detector.curves)
                if (vendor.kind, study.kind) != ("vendor", "study") or not alike:
                    continue
                aucs[f"{vendor.name} / {study.name}"] = _auc(vendor.scores, study.scores)
        if aucs:
            worst = min(aucs, key=lambda pair: aucs[pair])
            out[name] = {
                "mean": round(float(np.mean(list(aucs.values()))), 4),
                "worst": round(aucs[worst], 4),
                "worst_pair": worst,
            }
    return out


def platforms(detector: Detector) -> dict[str, dict[str, int]]:
    """How many vendors and studies the model knows of each platform it knows any of."""
    names = sorted({group.platform for group in detector.reference_scores(frozenset())})
    return {name: dict(zip(("vendors", "studies"), detector.groups_of(name), strict=True)) for name in names}


def against_rule(
    vendors: Sequence[Slice], matrix: FloatArray, zombie: npt.NDArray[np.bool_]
) -> dict[str, dict[str, float]]:
    """The AUC of `RULE` and of the model on each vendor left out, over the rows whose two counts are known.

    matrix: (rows, features) of the sample. zombie: (rows,). A vendor without both counts is left out.
    """
    out: dict[str, dict[str, float]] = {}
    for part in vendors:
        rule = matrix[part.held.rows, INDEX[RULE]]
        known = ~np.isnan(rule)
        mine = zombie[part.held.rows][known]
        if mine.any() and not mine.all():
            scores = {"rule": rule[known], "model": part.held.bare[known]}
            out[part.name] = {name: round(_auc(one[mine], one[~mine]), 4) for name, one in scores.items()}
    return out


def _auc(high: FloatArray, low: FloatArray) -> float:
    """The chance that one of `high` scores above one of `low`, ties by half (Mann & Whitney 1947)."""
    rest = np.sort(low)
    above = np.searchsorted(rest, high, side="left") + np.searchsorted(rest, high, side="right")
    return float(above.mean() / (2 * len(rest)))
