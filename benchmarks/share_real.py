"""Audits drawn from real labelled accounts that training never saw: the goals G5 to G7 of the share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.share_detector import real_scores
from zombiescope.share import LabelledFollower, Reference, Scored, Stratum, assess
from zombiescope.share.labels import gather, ppi
from zombiescope.share.moments import move
from zombiescope.share.pacc import apacc

if TYPE_CHECKING:
    from zombiescope.share.inputs import Floats

__all__ = ["GENUINE", "SHARES", "VENDORS", "RealCell", "audits"]

GENUINE = "E13"
VENDORS = ("INT", "FSF")
SHARES = (0.0, 0.02, 0.1, 0.3, 0.5, 0.87, 1.0)
LABELS = 100


@dataclass(frozen=True)
class RealCell:
    """Draws of one kind. left_out: the vendor that training never saw, None for the vendors of the templates.

    sets: "cresci" trains on Cresci-2015 alone; "shipped" on what trains the shipped model too.
    """

    left_out: str | None
    share: float
    n: int
    sets: str = "cresci"


def audits(cell: RealCell, split: int, count: int) -> Floats:
    """`count` audits of one split, (count, 15).

    Columns: point, low and high of the headline; flagged; low, high of the in-domain hull; low, high of the
    unseen-vendor bounds; the perfect classifier's point on the same draw; with labels: point, low, high;
    the same labels alone, with the same "plus four": point; whether each of the draw's accounts is another;
    the truth.
    """
    scores = real_scores(split, cell.left_out, cell.sets)
    rng = np.random.default_rng([split, 2, round(1000 * cell.share), cell.n])
    names = [cell.left_out] if cell.left_out else list(VENDORS)
    zombies = np.concatenate([scores.held_out[name] for name in names])
    genuine = scores.held_out[GENUINE]
    rows = []
    for _ in range(count):
        bought = int(rng.binomial(cell.n, cell.share))
        distinct = bought <= len(zombies) and cell.n - bought <= len(genuine)
        drawn = np.concatenate(
            [
                rng.choice(zombies, bought, replace=bought > len(zombies)),
                rng.choice(genuine, cell.n - bought, replace=cell.n - bought > len(genuine)),
            ]
        )
        order = rng.permutation(cell.n)
        zombie = order < bought
        listed = 1000 * cell.n
        scored = Scored(drawn[order], np.arange(cell.n) * 1000, listed, cell.n)
        reference = Reference((Stratum(np.arange(cell.n), frozenset(), "x", scores.groups),))
        answer = assess(scored, scores.templates, reference, rng=rng)
        chosen = rng.permutation(cell.n)[:LABELS]
        labels = [LabelledFollower(int(i), "zombie" if zombie[i] else "genuine", "a person") for i in chosen]
        moved = move(scored.scores, apacc(scored.scores, scores.templates).moved_to)
        helped = ppi(moved, gather(labels, cell.n), listed=listed, drawn=cell.n)
        share, inside = answer.share, answer.known_kinds
        alone = (float(zombie[chosen].sum()) + 2) / (LABELS + 4)
        rows.append(
            (inside.estimate, share.low, share.high, share.if_known is None, inside.low, inside.high,
             share.low, share.high, bought / cell.n, helped.estimate, helped.low, helped.high,
             alone, distinct, cell.share)
        )  # fmt: skip
    return np.array(rows, dtype=np.float64)
