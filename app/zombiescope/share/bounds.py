"""Bounds that hold where a point would not: unseen vendors, unreached followers, unlisted followers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zombiescope.domain import Span
from zombiescope.share.critical import wilson
from zombiescope.share.inputs import Floats, Templates, Validation

__all__ = ["Cut", "low_false_positive_cut", "unseen_vendor", "whole_account", "whole_frame"]

FALSE_POSITIVES = 0.02  # the cut is the genuine templates' 98th percentile
CAUTION = 0.5  # a new vendor is allowed half the sensitivity of the worst one known


@dataclass(frozen=True)
class Cut:
    """Followers scoring at least `at` are flagged; `caution` is the part of the worst sensitivity assumed."""

    at: float
    caution: float


def low_false_positive_cut(templates: Templates) -> Cut:
    """The cut that was measured to give the narrowest bounds that hold (docs/method.md)."""
    return Cut(float(np.quantile(templates.genuine, 1 - FALSE_POSITIVES)), CAUTION)


def unseen_vendor(
    scores: Floats,
    templates: Templates,
    validation: Validation,
    *,
    design_effect: float = 1.0,
    level: float = 0.95,
    cut: Cut | None = None,
) -> Span:
    """Bounds on the share that allow for fakes and genuine accounts of kinds the detector never saw.

    Sensitivity lies between the worst left-out vendor's, times the cut's caution, and 1; specificity
    between the worst left-out study's and 1. low = (a_lo - f_hi)/(1 - f_hi), high = a_hi/s_worst (f_lo is
    0), each by the Wilson end that widens. With fewer than two vendors high is 1; without a study the
    templates stand in for it.
    """
    cut = cut or low_false_positive_cut(templates)
    effective = len(scores) / max(design_effect, 1.0)
    flagged = float(np.mean(scores >= cut.at)) if len(scores) else 0.0
    a_low, a_high = wilson(flagged * effective, effective, level)
    studies = list(validation.studies.values()) or [templates.genuine]
    f_high = max(_rate(rows, cut.at, level)[1] for rows in studies)
    low = max(0.0, (a_low - f_high) / (1 - f_high)) if f_high < 1 else 0.0
    if len(validation.vendors) < 2:
        return Span(low, 1.0)
    worst = cut.caution * min(_rate(rows, cut.at, level)[0] for rows in validation.vendors.values())
    high = min(1.0, a_high / worst) if worst > 0 else 1.0
    return Span(low, max(low, high))


def whole_frame(reached: Span, *, scored: int, drawn: int, listed: int, level: float = 0.95) -> Span:
    """Bounds on the frame's share when nothing is known of those drawn and not reached.

    [r L, r U + (1 - r)] with the response rate r at its lower limit (Manski 2003; Imbens & Manski 2004,
    conservative). r has sampling error only as far as the list was sampled: none in a census.
    """
    left = 1 - drawn / listed
    rate = scored / drawn
    if left > 0:
        rate = wilson(scored / left, drawn / left, level)[0]
    return Span(rate * reached.low, rate * reached.high + (1 - rate))


def whole_account(frame: Span, *, listed: int, declared: int | None) -> Span | None:
    """Bounds on the declared followers' share when nothing is known of those the list does not show.

    None where the platform declares no count.
    """
    if declared is None:
        return None
    shown = min(1.0, listed / declared) if declared > 0 else 1.0
    return Span(shown * frame.low, shown * frame.high + (1 - shown))


def _rate(rows: Floats, cut: float, level: float) -> tuple[float, float]:
    return wilson(float(np.count_nonzero(rows >= cut)), len(rows), level)
