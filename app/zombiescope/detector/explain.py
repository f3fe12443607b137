"""Why a follower got its score: the features that moved it most, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zombiescope.detector.reason_text import shown, value_text
from zombiescope.detector.scorer import Detector, FloatArray
from zombiescope.domain import Reason
from zombiescope.features.catalogue import CATALOGUE, INDEX, Feature

__all__ = ["Explanation", "age_band", "explain"]

# Ages at which genuine accounts are compared with their like, in days: the upper edges of all bands but the last.
AGE_EDGES = (30.0, 90.0, 365.0, 1095.0)
LARGE = 4  # reasons given unless asked for more


@dataclass(frozen=True)
class Explanation:
    """A follower's reasons; base + the sum of all effects is the log-odds of its score."""

    base: float
    effects: FloatArray
    reasons: tuple[Reason, ...]


def age_band(days: float) -> int:
    """Which age band an account of a known age is in."""
    return int(np.searchsorted(AGE_EDGES, days, side="right"))


def explain(
    detector: Detector, matrix: FloatArray, ids: Sequence[str], *, most: int = LARGE
) -> list[Explanation]:
    """The reasons of each follower, strongest first.

    matrix: (rows, features) as `features.extract` gives it. Each reason's `effect` is in log-odds: above 0 it speaks
    for a zombie. Exact: effects and base add up to the score's log-odds (TreeSHAP, Lundberg et al. 2020).
    """
    if len(ids) == 0:
        return []
    effects = detector.contributions(matrix, ids)
    typical = detector.artefact.templates.get("typical", {})
    out = []
    for row, given in zip(matrix, effects, strict=True):
        order = np.argsort(-np.abs(given[:-1]), kind="stable")[:most]
        reasons = tuple(
            _reason(CATALOGUE[INDEX[detector.inputs[i]]], row, float(given[i]), typical)
            for i in order
            if abs(given[i]) >= 0.01
        )
        out.append(Explanation(float(given[-1]), given[:-1], reasons))
    return out


def _reason(feature: Feature, row: FloatArray, effect: float, typical: Mapping[str, Any]) -> Reason:
    value = float(row[INDEX[feature.name]])
    known = np.isfinite(value)
    text = value_text(feature, value)
    age = 2.0 ** float(row[INDEX["account_age"]])
    band = typical.get(feature.name)
    # Of an account whose age is not known there is no like to compare with.
    if known and band and np.isfinite(age) and not feature.unit.startswith("0 or 1"):
        usual = band[age_band(age)]
        if usual is not None:
            like = "" if feature.name == "account_age" else " of this age"
            text += f"; genuine accounts{like}: {shown(feature, usual)}"
    return Reason(feature=feature.name, value=value if known else None, effect=effect, text=text)
