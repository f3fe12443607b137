"""Bounds that hold where a point would not: unseen vendors, unreached followers, unlisted followers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from zombiescope.domain import Span
from zombiescope.share.critical import wilson
from zombiescope.share.inputs import Floats, Templates, Validation

__all__ = ["ENOUGH", "Cut", "choose_cut", "unseen_vendor", "whole_account", "whole_frame"]

FALSE_POSITIVES = (0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01)
# A new vendor is allowed half the sensitivity to the worst one known, and new genuine accounts twice the worst
# study's false positives: the worst of a few known ones is often passed by the next.
LEAST_OF_WORST, MOST_OF_WORST = 0.5, 2.0
ENOUGH = 2  # left-out groups of a class: one says nothing of how they differ
WIDTH = 0.42  # how wide the bounds may be expected to be, on average over
EXPECTED = np.linspace(0.1, 1.0, 10)  # these shares


@dataclass(frozen=True)
class Cut:
    """Followers scoring at least `at` are flagged.

    sensitivity: the least that is allowed for, after caution; 0 where no vendor was ever left out.
    false_positives: the most that is allowed for, after caution.
    """

    at: float
    sensitivity: float
    false_positives: float


def choose_cut(templates: Templates, validation: Validation, level: float = 0.95) -> Cut:
    """The most permissive cut whose bounds can be expected to stay narrow enough, else the narrowest.

    The wider the net, the less kinds of fakes differ in how many of them it catches, and that is what the bounds
    rest on (measured, docs/method.md). Chosen among the genuine templates' upper percentiles by the validation
    alone, never by the sample. With fewer than two vendors or studies left out the templates' kinds stand in: the
    known ones and their pseudo-groups. Without kinds a vendor's sensitivity is then not bounded at all.
    """
    vendors = list(validation.vendors.values())
    if len(vendors) < ENOUGH:
        vendors = [*vendors, *templates.zombie_kinds] if templates.by_kind else []
    studies = list(validation.studies.values())
    if len(studies) < ENOUGH:
        studies = [*studies, *(templates.genuine_kinds if templates.by_kind else ())] or [templates.genuine]
    narrowest, best = math.inf, Cut(math.inf, 0.0, 1.0)
    for rate in FALSE_POSITIVES:
        at = float(np.quantile(templates.genuine, 1 - rate))
        seen = [_rate(rows, at, level) for rows in vendors or [templates.zombie]]
        cut = Cut(
            at,
            LEAST_OF_WORST * min(low for low, _, _ in seen) if vendors else 0.0,
            min(1.0, MOST_OF_WORST * max(_rate(rows, at, level)[2] for rows in studies)),
        )
        # A vendor like the known ones' average, genuine accounts like the templates'.
        flagged = EXPECTED * float(np.mean([middle for _, middle, _ in seen])) + (1 - EXPECTED) * rate
        width = float(np.mean([_high(a, cut) - _low(a, cut) for a in flagged]))
        if width <= WIDTH:
            return cut
        if width < narrowest:
            narrowest, best = width, cut
    return best


def unseen_vendor(
    scores: Floats,
    cut: Cut,
    *,
    design_effect: float = 1.0,
    level: float = 0.95,
    unexplained: float = 0.0,
) -> Span:
    """Bounds on the share that allow for fakes and genuine accounts of kinds the detector never saw.

    With the flagged share a, false positives f in [0, f_hi] and sensitivity s in [s_lo, 1]:
    low = (a_lo - f_hi)/(1 - f_hi), high = a_hi/s_lo (f_lo is 0), where a_lo and a_hi are Wilson's limits.
    unexplained: the part of the sample that known genuine accounts do not explain; the upper end is at least that,
    since fakes may score below the cut and still above people.
    """
    if len(scores) == 0:
        return Span(0.0, 1.0)
    effective = len(scores) / max(design_effect, 1.0)
    a_low, a_high = wilson(float(np.mean(scores >= cut.at)) * effective, effective, level)
    low = _low(a_low, cut)
    beyond = wilson(unexplained * effective, effective, level)[1] if unexplained else 0.0
    return Span(low, max(low, _high(a_high, cut), beyond))


def _low(flagged: float, cut: Cut) -> float:
    f = cut.false_positives
    return max(0.0, (flagged - f) / (1 - f)) if f < 1 else 0.0


def _high(flagged: float, cut: Cut) -> float:
    return min(1.0, flagged / cut.sensitivity) if cut.sensitivity > 0 else 1.0


def _rate(rows: Floats, cut: float, level: float) -> tuple[float, float, float]:
    """The part of the rows at or above the cut, between Wilson's limits."""
    flagged = float(np.count_nonzero(rows >= cut))
    low, high = wilson(flagged, len(rows), level)
    return low, flagged / len(rows) if len(rows) else 0.5, high


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
