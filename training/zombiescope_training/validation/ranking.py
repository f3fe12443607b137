"""Ranking of groups left out: with fields missing, and against a rule that needs no model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from zombiescope.detector import Detector
from zombiescope.features import FIELDS, INDEX
from zombiescope_training.validation.leave_one_out import Slice
from zombiescope_training.validation.metrics import measure

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
    from zombiescope.detector.parts import part_of

    out: dict[str, dict[str, Any]] = {}
    for name, missing in MASKS.items():
        groups = [group for group in detector.reference_scores(missing) if group.left_out]
        aucs: dict[str, float] = {}
        for vendor in groups:
            for study in groups:
                alike = part_of(vendor.platform, detector.curves) == part_of(study.platform, detector.curves)
                if (vendor.kind, study.kind) != ("vendor", "study") or not alike:
                    continue
                scores = np.concatenate([vendor.scores, study.scores])
                auc = measure(scores, np.arange(len(scores)) < len(vendor.scores)).auc
                if auc is not None:
                    aucs[f"{vendor.name} / {study.name}"] = auc
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
        # measure() wants scores between 0 and 1; a rank is one.
        ranks = np.argsort(np.argsort(rule[known], kind="stable"), kind="stable") / max(known.sum(), 1)
        ties = {value: ranks[rule[known] == value].mean() for value in np.unique(rule[known])}
        rule_auc = measure(np.array([ties[value] for value in rule[known]]), mine).auc
        model_auc = measure(part.held.bare[known], mine).auc
        if rule_auc is not None and model_auc is not None:
            out[part.name] = {"rule": round(rule_auc, 4), "model": round(model_auc, 4)}
    return out
