"""Why a follower got its score: the features that moved it most, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zombiescope.detector.scorer import Detector, FloatArray
from zombiescope.domain import Reason
from zombiescope.features.catalogue import CATALOGUE, INDEX, Feature

__all__ = ["Explanation", "age_band", "explain"]

# Ages at which genuine accounts are compared with their like, in days: the upper edges of all bands but the last.
AGE_EDGES = (30.0, 90.0, 365.0, 1095.0)
LARGE = 4  # reasons given unless asked for more

_WORDS: Mapping[str, str] = {
    "account_age": "the account is about {value} old",
    "posts_per_day": "{value} posts a day of age",
    "likes_per_day": "{value} likes a day of age",
    "follows_per_day": "{value} follows a day of age",
    "followers_per_day": "{value} followers won a day of age",
    "timeline_empty": "its timeline {state}",
    "has_avatar": "{state} picture of its own",
    "has_banner": "{state} banner",
    "has_bio": "{state} bio",
    "has_location": "{state} place given",
    "has_url": "{state} link of its own",
}


@dataclass(frozen=True)
class Explanation:
    """A follower's reasons; base + the sum of all effects is the log-odds of its score."""

    base: float
    effects: FloatArray
    reasons: tuple[Reason, ...]


def age_band(days: float) -> int:
    """Which age band an account is in; the youngest where its age is not known."""
    return int(np.searchsorted(AGE_EDGES, days, side="right")) if np.isfinite(days) else 0


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
    text = _words(feature, value) if known else f"{feature.meaning}: not known"
    band = typical.get(feature.name)
    if known and band and not feature.unit.startswith("0 or 1"):
        age = 2.0 ** float(row[INDEX["account_age"]])
        usual = band[age_band(age)]
        if usual is not None:
            text += (
                f"; genuine accounts{' of this age' if np.isfinite(age) else ''}: {_number(usual, feature)}"
            )
    return Reason(feature=feature.name, value=value if known else None, effect=effect, text=text)


def _words(feature: Feature, value: float) -> str:
    form = _WORDS.get(feature.name)
    if form is None:
        return f"{feature.meaning}: {_number(value, feature)}"
    if feature.name == "timeline_empty":
        return form.format(state="is empty" if value else "has posts")
    return form.format(state="a" if value else "no", value=_number(value, feature))


def _number(value: float, feature: Feature) -> str:
    if feature.unit == "log2 days":
        days = 2.0**value
        return f"{days:.0f} days" if days < 730 else f"{days / 365.25:.1f} years"
    if feature.unit.startswith("share"):
        return f"{100 * value:.0f}%"
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2g}"
