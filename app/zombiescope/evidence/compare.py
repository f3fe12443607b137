"""Two audits of one account: what changed between them, with an interval on the difference."""

from __future__ import annotations

import math
from dataclasses import dataclass

from zombiescope.domain import Audit, Block, Frame, Interval
from zombiescope.errors import InputError

__all__ = ["Change", "compare"]

SAME = 0.5  # two blocks are one where they share this much of both stretches of the list


@dataclass(frozen=True)
class Change:
    """What changed from the earlier audit to the later.

    share: the difference of the zombie shares, later less earlier, with its interval (no estimate where an
    audit gave bounds alone). grown: how many followers more the platform declares, None where not known.
    listed: the same of the list. new, gone: blocks of the later audit alone, and of the earlier. purged:
    followers that left at least, counted from the positions of blocks that both audits show or, without
    such, from the list's length; None where the list's order or end is not known.
    """

    share: Interval
    grown: int | None
    listed: int
    new: tuple[Block, ...]
    gone: tuple[Block, ...]
    purged: int | None


def compare(earlier: Audit, later: Audit) -> Change:
    """Hold two audits of one account against each other.

    The interval is that of the difference of two independent estimates from each one's own limits (MOVER:
    Newcombe 1998; Zou & Donner 2008): it needs no symmetry and keeps each method's coverage at the edges.
    Bounds without an estimate are subtracted end by end.

    Raises InputError where the audits are of two accounts, not finished, or in the wrong order.
    """
    one, two = _answer(earlier), _answer(later)
    if one.ref != two.ref:
        raise InputError(
            f"audits {earlier.id} and {later.id} are of two accounts, {one.ref} and {two.ref}",
            "Compare two audits of one account.",
        )
    if earlier.as_of and later.as_of and earlier.as_of > later.as_of:
        raise InputError(f"audit {earlier.id} is the later one", "Name the earlier audit first.")
    pairs = _pairs(earlier, later)
    declared = (one.frame.declared, two.frame.declared)
    return Change(
        share=_difference(one.share, two.share),
        grown=None if declared[0] is None or declared[1] is None else declared[1] - declared[0],
        listed=two.frame.listed - one.frame.listed,
        new=tuple(b for b in _blocks(later) if all(b is not new for _, new in pairs)),
        gone=tuple(b for b in _blocks(earlier) if all(b is not old for old, _ in pairs)),
        purged=_purged(one.frame, two.frame, pairs),
    )


@dataclass(frozen=True)
class _Answer:
    ref: str
    share: Interval
    frame: Frame


def _answer(audit: Audit) -> _Answer:
    """What is compared of an audit; of a share that the gate refused only the bounds."""
    if audit.share is None or audit.frame is None or audit.account is None:
        raise InputError(f"audit {audit.id} has no answer to compare", "Compare two finished audits.")
    share = audit.share
    point = None if share.in_domain is False else share.estimate
    return _Answer(audit.account.ref, Interval(point, share.low, share.high), audit.frame)


def _difference(first: Interval, second: Interval) -> Interval:
    if first.estimate is None or second.estimate is None:
        return Interval(None, second.low - first.high, second.high - first.low)
    point = second.estimate - first.estimate
    return Interval(
        point,
        max(-1.0, point - math.hypot(second.estimate - second.low, first.high - first.estimate)),
        min(1.0, point + math.hypot(second.high - second.estimate, first.estimate - first.low)),
    )


def _blocks(audit: Audit) -> tuple[Block, ...]:
    return () if audit.evidence is None else audit.evidence.blocks


def _pairs(earlier: Audit, later: Audit) -> list[tuple[Block, Block]]:
    """Blocks that both audits show: made in the same days and, as far as that is known, followed at the same
    time.

    Positions shift as followers come and go, so they are no criterion.
    """
    pairs: list[tuple[Block, Block]] = []
    for new in _blocks(later):
        left = [old for old in _blocks(earlier) if all(old is not taken for taken, _ in pairs)]
        likely = [(_alike(old, new), old) for old in left]
        best = max(likely, key=lambda pair: pair[0], default=None)
        if best is not None and best[0] >= SAME:
            pairs.append((best[1], new))
    return pairs


def _alike(old: Block, new: Block) -> float:
    """The part of both bands of creation dates that they have in common, 0 to 1; a band is a day at least."""
    if (
        old.created_from is None
        or old.created_to is None
        or new.created_from is None
        or new.created_to is None
    ):
        return 0.0
    day = 86_400.0
    starts = (old.created_from.timestamp(), new.created_from.timestamp())
    stops = (old.created_to.timestamp() + day, new.created_to.timestamp() + day)
    common = min(stops) - max(starts)
    return max(common, 0.0) / (max(stops) - min(starts))


def _purged(earlier: Frame, later: Frame, pairs: list[tuple[Block, Block]]) -> int | None:
    """How many of the earlier list's followers are gone at least."""
    whole = earlier.complete and later.complete and earlier.order == later.order != "unknown"
    if not whole:
        return None
    lost = [max(0, earlier.listed - later.listed)]
    for old, new in pairs:
        before = (old.from_, new.from_)
        if earlier.order == "newest-first":
            before = (earlier.listed - 1 - old.to, later.listed - 1 - new.to)
        # Nobody can join in front of a block, only leave.
        lost.append(max(0, before[0] - before[1]))
    return max(lost)
