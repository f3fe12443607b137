"""One estimate from one set of scores: point, interval, gate; for the whole sample and for parts of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from zombiescope.share.critical import chi_square
from zombiescope.share.design import Effect, effect
from zombiescope.share.gate import FAILS_AT, goodness_of_fit
from zombiescope.share.inputs import Floats, Ints, Templates
from zombiescope.share.kinds import Kinds, Mixed, mixed
from zombiescope.share.likelihood import SCALE, pl_interval
from zombiescope.share.mixture import tables
from zombiescope.share.moments import moments, move
from zombiescope.share.pacc import apacc, fieller

__all__ = ["BY_KIND", "Estimate", "estimate"]

PLAIN = "aPACC and profile likelihood"
BOTH = "aPACC and profile likelihood, also over kinds of accounts"
# Part of a vendor's fakes that may look genuine throughout: of those left out of training up to 4% did, and an
# interval that knows of no such fakes ended at 97% where the share was 100%.
HIDDEN = 0.05
BY_KIND = "profile likelihood over kinds of accounts"


@dataclass(frozen=True)
class Estimate:
    """The share if the sample's zombies and genuine accounts are of the templates' kinds.

    point: aPACC, or the most likely share over kinds where only those explain the sample; None where the templates
    do not tell the classes apart. low, high: the hull of the intervals. moved_to: the share the scores were last
    moved to. template_margin: the half-width that an endless sample would leave. p_value: of the gate. sound: the
    gate passed. method: what the interval is made of.
    """

    point: float | None
    low: float
    high: float
    moved_to: float
    effect: Effect
    template_margin: float
    p_value: float
    sound: bool
    method: str = PLAIN


def estimate(
    scores: Floats,
    templates: Templates,
    *,
    fraction: float,
    level: float,
    rng: np.random.Generator,
    refits: int,
    clusters: Ints | None = None,
    replicate: Ints | None = None,
    kinds: Kinds | None = None,
) -> Estimate:
    """The share among followers with `scores` ((n,) float64, n >= 1, in list order).

    fraction: the part of the frame that was drawn; clusters, replicate: as in `Scored`. kinds: what the classes are
    mixtures of; with them the gate passes where either the templates as they are or a mixture of kinds explains the
    sample, and the interval holds all that the passing ones say.
    """
    pages = None if clusters is None else len(np.unique(clusters))
    plain, joined = chi_square(level), chi_square(level) * SCALE
    if pages is not None:
        plain, joined = max(plain, chi_square(level, pages)), max(joined, chi_square(level, pages))

    point = apacc(scores, templates)
    at = moments(templates, point.moved_to)
    moved = move(scores, point.moved_to)
    share = point.share if point.share is not None else 0.5
    design = effect(moved, share, at, fraction=fraction, clusters=clusters, replicate=replicate)
    mean = float(np.mean(moved))
    fieller_low, fieller_high = fieller(mean, len(scores), at, design.composition, plain)
    endless = fieller(mean, math.inf, at, 0.0, plain)

    counts = tables(scores, templates)
    pl_low, pl_high = pl_interval(counts, design.design_effect, joined)
    p_value = goodness_of_fit(counts, rng, refits)
    meet = max(fieller_low, pl_low) <= min(fieller_high, pl_high)
    low, high = min(fieller_low, pl_low), max(fieller_high, pl_high)
    if point.share is not None:
        low, high = min(low, point.share), max(high, point.share)
    plain_one = Estimate(
        point=point.share,
        low=low,
        high=high,
        moved_to=point.moved_to,
        effect=design,
        template_margin=(endless[1] - endless[0]) / 2,
        p_value=p_value,
        sound=p_value > FAILS_AT and meet,
    )
    if kinds is None:
        return plain_one
    return _with_kinds(
        plain_one, mixed(scores, kinds, design_effect=design.design_effect, rng=rng, refits=refits)
    )


def _with_kinds(plain: Estimate, found: Mixed) -> Estimate:
    """The plain estimate and the one over kinds as one: all that those say which explain the sample.

    The upper end leaves room for fakes of a new vendor that score as genuine accounts do, as no known kind's does.
    """
    margin = max(plain.template_margin, found.endless)
    if found.p_value <= FAILS_AT:
        return replace(plain, template_margin=margin, p_value=max(plain.p_value, found.p_value))
    both = plain.sound and plain.point is not None
    return replace(
        plain,
        point=plain.point if both else found.share,
        low=min(plain.low, found.low) if both else found.low,
        high=min(1.0, (max(plain.high, found.high) if both else found.high) / (1 - HIDDEN)),
        template_margin=margin,
        p_value=max(plain.p_value, found.p_value),
        sound=True,
        method=BOTH if both else BY_KIND,
    )
