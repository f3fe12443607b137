"""The estimate if the fakes are of known kinds: point, interval and gate, of a sample or of a part of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zombiescope.share.critical import chi_square
from zombiescope.share.design import Effect, effect
from zombiescope.share.gate import FAILS_AT, goodness_of_fit
from zombiescope.share.inputs import Floats, Ints, Templates
from zombiescope.share.likelihood import SCALE, pl_interval
from zombiescope.share.mixture import tables
from zombiescope.share.moments import moments, move
from zombiescope.share.pacc import apacc, fieller

__all__ = ["PLAIN", "Estimate", "estimate"]

PLAIN = "aPACC and profile likelihood"


@dataclass(frozen=True)
class Estimate:
    """The share if the sample's zombies and genuine accounts are of the templates' kinds.

    point: aPACC; None where the templates do not tell the classes apart. low, high: the hull of the intervals.
    moved_to: the share the scores were last moved to. p_value: of the gate. sound: the gate passed.
    """

    point: float | None
    low: float
    high: float
    moved_to: float
    effect: Effect
    p_value: float
    sound: bool


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
) -> Estimate:
    """The share among followers with `scores` ((n,) float64, n >= 1, in list order).

    fraction: the part of the frame that was drawn; clusters, replicate: as in `Scored`.
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

    counts = tables(scores, templates)
    pl_low, pl_high = pl_interval(counts, design.design_effect, joined)
    p_value = goodness_of_fit(counts, rng, refits)
    meet = max(fieller_low, pl_low) <= min(fieller_high, pl_high)
    low, high = min(fieller_low, pl_low), max(fieller_high, pl_high)
    if point.share is not None:
        low, high = min(low, point.share), max(high, point.share)
    return Estimate(
        point=point.share,
        low=low,
        high=high,
        moved_to=point.moved_to,
        effect=design,
        p_value=p_value,
        sound=p_value > FAILS_AT and meet,
    )
