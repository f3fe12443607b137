"""Audits of lists with known truth: a detector, a vendor and a study that it never saw, a fault, a share, a size.

The path is an audit's: records, features, scores, comparison at the fields of the followers drawn, share. Features
and scores are of a group, once; each audit draws followers from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.stress_groups import Fault, Group, SeenGroup, seen_together
from zombiescope.arrays import BoolArray, FloatArray
from zombiescope.detector import Detector
from zombiescope.features import quiet
from zombiescope.share import Scored, assess
from zombiescope.usecases.scored_sample import FieldPattern, comparison

__all__ = ["SHARES", "SIZES", "Case", "ScoredSide", "StressAudit", "audits", "case"]

SHARES = (0.0, 0.02, 0.1, 0.3, 0.5, 0.87, 1.0)
SIZES = (50, 300, 1_000, 3_000)
LISTED = 20  # followers listed for each one drawn
LEAST_PEOPLE = 12
REFITS = 99  # of the gate: enough for its threshold of .01


@dataclass(frozen=True)
class ScoredSide:
    """A group's scores, (rows,), and of each account the platform and missing fields, and whether it is quiet."""

    scores: FloatArray
    patterns: tuple[FieldPattern, ...]
    quiet: BoolArray


@dataclass(frozen=True)
class Case:
    """A vendor's and a study's accounts as one list shows them, scored by a detector that saw neither."""

    vendor: str
    study: str
    fault: Fault
    detector: Detector
    zombie: ScoredSide
    genuine: ScoredSide


@dataclass(frozen=True)
class StressAudit:
    """One audit and the truth. share: of zombies, as asked for; truth: among the followers drawn. whole: no fault.

    counts_known: followers, following and posts are there. known: the estimate if the fakes are of known kinds, None
    where it was withheld.
    """

    vendor: str
    study: str
    fault: str
    whole: bool
    counts_known: bool
    size: int
    share: float
    truth: float
    low: float
    high: float
    known: float | None

    @property
    def accuses(self) -> bool:
        """Low is above the truth by more than two points."""
        return self.low > self.truth + 0.02

    @property
    def acquits(self) -> bool:
        """High is below the truth by more than two points."""
        return self.high < self.truth - 0.02


def case(vendor: Group, study: Group, fault: Fault, detector: Detector) -> Case | None:
    """Score both groups as the list shows them; None where too few of the study's people are as the fault has them."""
    zombie, genuine = seen_together(vendor, study, fault)
    if len(genuine.ids) < LEAST_PEOPLE:
        return None
    return Case(vendor.name, study.name, fault, detector, _side(zombie, detector), _side(genuine, detector))


def _side(group: SeenGroup, detector: Detector) -> ScoredSide:
    return ScoredSide(detector.score(group.matrix, group.ids), group.patterns, quiet(group.matrix))


def audits(
    one: Case, rng: np.random.Generator, *, shares: Sequence[float] = SHARES, sizes: Sequence[int] = SIZES
) -> Iterator[StressAudit]:
    """An audit of each share and size, of followers drawn with replacement."""
    scores = np.concatenate([one.zombie.scores, one.genuine.scores])
    few = np.concatenate([one.zombie.quiet, one.genuine.quiet])
    patterns = [*one.zombie.patterns, *one.genuine.patterns]
    bought = len(one.zombie.scores)
    for size in sizes:
        for share in shares:
            zombies = round(share * size)
            drawn = rng.permutation(
                np.concatenate(
                    [
                        rng.integers(bought, size=zombies),
                        rng.integers(bought, len(scores), size=size - zombies),
                    ]
                )
            )
            scored = Scored(scores[drawn], np.arange(size) * LISTED, size * LISTED, size)
            templates, reference = comparison(
                one.detector, [patterns[row] for row in drawn.tolist()], few[drawn]
            )
            answer = assess(scored, templates, reference, rng=rng, gate_refits=REFITS).share
            known = answer.if_known
            yield StressAudit(
                one.vendor,
                one.study,
                one.fault.name,
                one.fault.whole,
                one.fault.counts_known,
                size,
                share,
                zombies / size,
                answer.low,
                answer.high,
                None if known is None else known.estimate,
            )
