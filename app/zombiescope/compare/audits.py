"""Two audits of one account: what changed between them, with an interval on the difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zombiescope.compare.change import Change, Difference, Left, Side
from zombiescope.compare.correlation import correlation, mover, unseen
from zombiescope.compare.recurring_runs import recurring
from zombiescope.domain import Audit, Block, Frame, Interval, Span
from zombiescope.errors import InputError
from zombiescope.share import LABELS_NEEDED, Scored, Templates
from zombiescope.share.critical import wilson

__all__ = ["Compared", "compare", "in_order"]

OTHER_MODEL = "The two audits were made with different models, whose errors differ: bounds alone are given."
NO_POINT = "One of the audits gave bounds and no estimate, so that the difference has bounds alone."
WINDOW = "A list was not walked to its end, so that how its length changed is not known."
ANOTHER_LOOK = (
    "One audit searched the whole list for blocks and the other a sample of it, which may have missed some: a block "
    "that only one of them shows need not be new or gone."
)
ORDER = "The audits have the same date."


@dataclass(frozen=True)
class Compared:
    """One of the two audits, with what it was estimated from where that was kept.

    listed: the ids on its list, where they are known.
    """

    audit: Audit
    scored: Scored | None = None
    templates: Templates | None = None
    listed: frozenset[str] | None = None


def compare(one: Compared, other: Compared, *, same_account: bool = False) -> Change:
    """Hold two audits of one account against each other; which is the earlier their dates say.

    same_account: take them for audits of one account whatever they are called (two files of one list).

    Raises InputError where the audits are of two accounts or platforms, not finished, or where one is simulated and
    the other is not: their difference means nothing.
    """
    earlier, later = in_order(one, other)
    sides = _side(earlier.audit), _side(later.audit)
    _comparable(earlier.audit, later.audit, same_account)
    pairs = recurring(earlier.audit, later.audit)
    frames = earlier.audit.frame, later.audit.frame
    assert frames[0] is not None  # noqa: S101 _side has looked
    assert frames[1] is not None  # noqa: S101 _side has looked
    declared = (frames[0].declared, frames[1].declared)
    whole = frames[0].complete and frames[1].complete
    share, warnings = _share(earlier, later, sides)
    if not whole:
        warnings.append(WINDOW)
    if earlier.audit.as_of == later.audit.as_of:
        warnings.append(ORDER)
    looks = {None if a.evidence is None else a.evidence.basis for a in (earlier.audit, later.audit)}
    if {"list", "sample"} <= looks:
        warnings.append(ANOTHER_LOOK)
    return Change(
        simulated=later.audit.simulated,
        account=_name(later.audit),
        earlier=sides[0],
        later=sides[1],
        declared=None if declared[0] is None or declared[1] is None else declared[1] - declared[0],
        listed=frames[1].listed - frames[0].listed if whole else None,
        share=share,
        new=tuple(b for b in _blocks(later.audit) if all(b is not new for _, new in pairs)),
        gone=tuple(b for b in _blocks(earlier.audit) if all(b is not old for old, _ in pairs)),
        left=_left(earlier, later),
        left_at_least=_left_at_least(frames[0], frames[1], pairs),
        warnings=tuple(warnings),
    )


def in_order(one: Compared, other: Compared) -> tuple[Compared, Compared]:
    """The earlier and the later by the dates they are as of, where both have one, else by when they were made."""
    dated = one.audit.as_of is not None and other.audit.as_of is not None

    def date(side: Compared) -> tuple[float, float]:
        created = side.audit.created_at.timestamp()
        return (created if not dated or side.audit.as_of is None else side.audit.as_of.timestamp()), created

    first, second = sorted((one, other), key=date)
    return first, second


def _name(audit: Audit) -> str:
    return audit.id if audit.account is None else audit.account.ref


def _side(audit: Audit) -> Side:
    """What is compared of an audit; of a share that the gate refused only the bounds."""
    share, frame = audit.share, audit.frame
    if audit.status != "done" or share is None or frame is None or audit.account is None:
        raise InputError(f"audit {audit.id} has no answer to compare", "Compare two finished audits.")
    labels = 0 if audit.labels is None else audit.labels.count
    interval = Interval(share.estimate, share.low, share.high)
    if share.in_domain is False and labels < min(LABELS_NEEDED, frame.listed):
        bounds = share.unseen_vendor or Span(share.low, share.high)
        interval = Interval(None, bounds.low, bounds.high)
    return Side(
        id=audit.id,
        as_of=audit.as_of,
        model=audit.model,
        declared=frame.declared,
        listed=frame.listed,
        complete=frame.complete,
        order=frame.order,
        drawn=None if audit.sample is None else audit.sample.drawn,
        scored=None if audit.sample is None else audit.sample.scored,
        share=interval,
    )


def _comparable(earlier: Audit, later: Audit, same_account: bool) -> None:
    one, two = earlier.account, later.account
    assert one is not None  # noqa: S101 _side has looked
    assert two is not None  # noqa: S101 _side has looked
    if earlier.simulated != later.simulated:
        raise InputError(
            "one of the audits is of simulated followers and the other is not",
            "Compare two audits of one account.",
        )
    if one.platform != two.platform:
        raise InputError(
            f"the audits are of two platforms, {one.platform} and {two.platform}",
            "Compare two audits of one account.",
        )
    if not same_account and not (one.id is not None and one.id == two.id) and _key(one.ref) != _key(two.ref):
        raise InputError(
            f"audits {earlier.id} and {later.id} are of two accounts, {one.ref} and {two.ref}",
            "Compare two audits of one account; if two files are lists of one account, say so with --same-account "
            "(over HTTP: ?same_account=true).",
        )


def _key(ref: str) -> str:
    return ref if ref.startswith("file:") else ref.casefold()


def _share(earlier: Compared, later: Compared, sides: tuple[Side, Side]) -> tuple[Difference, list[str]]:
    first, second = sides[0].share, sides[1].share
    warnings = []
    if sides[0].model != sides[1].model:
        warnings.append(OTHER_MODEL)
    elif first.estimate is None or second.estimate is None:
        warnings.append(NO_POINT)
    common = _common(earlier.audit, later.audit)
    levels = [a.share.level for a in (earlier.audit, later.audit) if a.share is not None]
    correlated = None
    if warnings:
        point, low, high = None, second.low - first.high, second.high - first.low
    else:
        assert first.estimate is not None  # noqa: S101 warned of otherwise
        assert second.estimate is not None  # noqa: S101 warned of otherwise
        point = second.estimate - first.estimate
        correlated = _correlated(earlier, later, common)
        low, high = mover(first, second, correlated or 0.0)
        if correlated and earlier.scored and later.scored:
            least = unseen(earlier.scored, later.scored)
            low, high = min(low, max(point - least, -1.0)), max(high, min(point + least, 1.0))
    return (
        Difference(
            estimate=point,
            low=low,
            high=high,
            level=min(levels),
            method="bounds" if warnings else "dependent" if correlated else "independent",
            correlation=correlated,
            in_both=None if common is None else len(common[0]),
            verdict="rose" if low > 0 else "fell" if high < 0 else "cannot tell",
        ),
        warnings,
    )


def _correlated(
    earlier: Compared, later: Compared, common: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] | None
) -> float | None:
    """None where it is not known, and then taken for 0, which makes the interval too wide if anything.

    An answer that leans on labels is PPI++, whose error is that of the labels drawn.
    """
    if any(a.labels is not None and a.labels.count >= LABELS_NEEDED for a in (earlier.audit, later.audit)):
        return None
    if (
        common is None
        or earlier.scored is None
        or earlier.templates is None
        or later.scored is None
        or later.templates is None
    ):
        return None
    return correlation((earlier.scored, earlier.templates), (later.scored, later.templates), common)


def _common(earlier: Audit, later: Audit) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] | None:
    """Rows of the earlier sample and of the later that are the same followers, None without followers."""
    if earlier.followers is None or later.followers is None:
        return None
    row_of = {follower.id: row for row, follower in enumerate(later.followers)}
    rows = [(row, row_of[one.id]) for row, one in enumerate(earlier.followers) if one.id in row_of]
    both = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _left(earlier: Compared, later: Compared) -> Left | None:
    """Who of the earlier sample is not on the later list; None where that list is not known."""
    before, after = earlier.audit, later.audit
    assert before.frame is not None  # noqa: S101 _side has looked
    assert after.frame is not None  # noqa: S101 _side has looked
    if not before.followers or after.followers is None:
        return None
    listed = later.listed
    census = after.frame.complete and after.sample is not None and after.sample.drawn >= after.frame.listed
    if listed is None and not census:
        return None
    if listed is None:
        listed = frozenset(one.id for one in after.followers)
    gone = [one for one in before.followers if one.id not in listed]
    looked_up = len(before.followers)
    # The finite-population correction: of what was not drawn nothing is known, of what was drawn all.
    remaining = 1 - looked_up / max(before.frame.listed, looked_up)
    rate = len(gone) / looked_up
    low, high = (rate, rate) if remaining <= 0 else wilson(len(gone) / remaining, looked_up / remaining)
    return Left(
        looked_up=looked_up,
        gone=len(gone),
        part=Interval(rate, low, high),
        zombies=_zombies([one.posterior for one in gone])
        if _side(before).share.estimate is not None
        else None,
        basis="census" if later.listed is None else "list",
    )


def _zombies(posteriors: list[float | None]) -> Interval | None:
    """The zombies among them by their posteriors, each a chance of its own (Wilson's interval of their sum)."""
    known = [value for value in posteriors if value is not None]
    if not known:
        return None
    low, high = wilson(sum(known), len(known))
    return Interval(sum(known) / len(known), low, high)


def _blocks(audit: Audit) -> tuple[Block, ...]:
    return () if audit.evidence is None else audit.evidence.blocks


def _left_at_least(earlier: Frame, later: Frame, pairs: list[tuple[Block, Block]]) -> int | None:
    """How many of the earlier list's followers are gone at least; None where the order or an end is not known."""
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
