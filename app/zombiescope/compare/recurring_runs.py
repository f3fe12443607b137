"""Runs that two audits of one account both show, known again though their places have moved."""

from __future__ import annotations

from zombiescope.domain import Audit, Block
from zombiescope.durations import DAY_SECONDS

__all__ = ["recurring"]

MOVED = 45.0  # days by which the bound of a run's follow dates may move as those before it leave
SAME = 0.5  # two runs are one where they share this much of both bands of creation dates


def recurring(earlier: Audit, later: Audit) -> list[tuple[Block, Block]]:
    """Runs that both audits show, known again by the days in which their accounts were made and, of several of the
    same days, by when they followed at the earliest; the surest first.

    Positions shift as followers come and go, so they are no criterion.
    """
    likely = [
        (_apart(old, new), -_alike(old, new), i, j)
        for i, old in enumerate(_runs(earlier))
        for j, new in enumerate(_runs(later))
        if _alike(old, new) >= SAME and _apart(old, new) <= MOVED
    ]
    pairs: dict[int, int] = {}
    for _, _, i, j in sorted(likely):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(_runs(earlier)[i], _runs(later)[j]) for i, j in pairs.items()]


def _runs(audit: Audit) -> tuple[Block, ...]:
    """Blocks and sign-ups: what one audit calls the one, another may call the other."""
    return () if audit.evidence is None else (*audit.evidence.blocks, *audit.evidence.sign_ups)


def _apart(old: Block, new: Block) -> float:
    """Days between the two bounds of when the first of a run followed; 0 where one is not known."""
    if old.followed_from is None or new.followed_from is None:
        return 0.0
    return abs((new.followed_from - old.followed_from).total_seconds()) / DAY_SECONDS


def _alike(old: Block, new: Block) -> float:
    """The part of both bands of creation dates that they have in common, 0 to 1; a band is a day at least."""
    if (
        old.created_from is None
        or old.created_to is None
        or new.created_from is None
        or new.created_to is None
    ):
        return 0.0
    starts = (old.created_from.timestamp(), new.created_from.timestamp())
    stops = (old.created_to.timestamp() + DAY_SECONDS, new.created_to.timestamp() + DAY_SECONDS)
    common = min(stops) - max(starts)
    return max(common, 0.0) / (max(stops) - min(starts))
