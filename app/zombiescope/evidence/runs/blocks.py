"""Blocks: runs in follow order whose members are too alike, and those that may be sign-ups of new users
instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt

from zombiescope.domain import Block, Trait
from zombiescope.evidence.dates.follow_dates import NEVER, FollowDates
from zombiescope.evidence.likeness.handle_forms import Forms
from zombiescope.evidence.runs.scan import DAY, Line, Run, scan

__all__ = ["Followers", "blocks"]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
ShareOf = Callable[[IntArray], float | None]

MINUTE = 60_000_000  # microseconds
SCANS = 4.0  # of all, of high scores, of those who never posted, and of the scores themselves
HIGH = 0.5  # a score from which a follower counts as scored high
KNOWN = 0.9  # part of the followers whose score or posts must be known for a scan by them
OVERLAP = 0.3  # of a run that lies in those already found: it is one of them
IN_ORDER = (
    0.3  # rank correlation with the place, within its standard error, from which dates rise as sign-ups' do
)
SAME_DAY = DAY  # accounts made within this time cannot be told from sign-ups by their order
NEW = 0.5  # part of the members that must be as new as the newest who followed before, within SAME_DAY
SHARED = 0.5  # part of a run that has a trait in common,
APART = 0.3  # and by how much that must exceed the part of all others


@dataclass(frozen=True)
class Followers:
    """The followers looked at, in follow order, oldest first (or in list order where the order is not known).

    place: (n,) positions in the list. created: (n,) microseconds since 1970 UTC, NEVER where not known.
    dates: their follow dates; of an unknown order None. scores: (n,) NaN where not known. silent: (n,) 1
    where a follower never posted, 0 where it did, NaN where not known. traits: (n,) by name, likewise.
    handles: their forms, row by row.
    """

    place: IntArray
    created: IntArray
    dates: FollowDates | None
    scores: FloatArray
    silent: FloatArray
    traits: dict[str, FloatArray]
    handles: Forms

    @property
    def ordered(self) -> bool:
        """Whether it is known which end of the list is old."""
        return self.dates is not None


@dataclass(frozen=True)
class _Found:
    """A run among all followers: rows start..stop (half open); members: (members,) rows that are alike."""

    start: int
    stop: int
    members: IntArray
    alike: Literal["created", "scored"]
    around: float
    log_p: float


def blocks(
    followers: Followers, share_of: ShareOf, *, level: float = 0.05
) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The blocks and the runs of possible sign-ups, each in list order, at a family-wise error of `level`.

    share_of: the estimated zombie share among some rows, or None.

    Four scans share the error: creation dates of all, of those who scored high, of those who never posted
    (deliveries that trickle in between organic followers are thin among all and thick among these), and runs
    of high scores. A run is one of possible sign-ups where most of its members are newer than everybody who
    followed before and stand in the order of their creation, or were made within a day: then the order
    of the list cannot tell accounts that were bought fresh from new users who follow an account that the
    platform shows them. Bought accounts come shuffled, or some time after they were made.
    """
    found: list[_Found] = []
    others = np.ones(len(followers.place), dtype=bool)
    for run in _searched(followers, level):
        if others[run.start : run.stop].mean() > 1 - OVERLAP:
            found.append(run)
            others[run.start : run.stop] = False
    told = [(_block(followers, run, others, share_of), _sign_ups(followers, run)) for run in found]
    told.sort(key=lambda pair: pair[0].from_)
    return tuple(b for b, new in told if not new), tuple(b for b, new in told if new)


def _searched(followers: Followers, level: float) -> list[_Found]:
    """Runs of all scans; what an earlier scan found comes first."""
    dated = np.flatnonzero(followers.created != NEVER)
    found = _by_date(followers, dated, level)
    high = np.where(np.isnan(followers.scores), np.nan, followers.scores >= HIGH)
    for flag in (high, followers.silent):
        if len(dated) and (~np.isnan(flag[dated])).mean() >= KNOWN:
            found += _by_date(followers, dated[flag[dated] == 1], level)
    scored = np.flatnonzero(~np.isnan(followers.scores))
    if len(scored) >= KNOWN * len(followers.scores):
        found += _by_score(followers, scored, level)
    return found


def _by_date(followers: Followers, rows: IntArray, level: float) -> list[_Found]:
    created = followers.created[rows] // MINUTE
    if followers.dates is not None:
        bounds: tuple[IntArray, ...] = (followers.dates.earliest[rows] // MINUTE,)
    else:
        bounds = (
            (np.maximum.accumulate(created), np.maximum.accumulate(created[::-1])[::-1]) if len(rows) else ()
        )
    found = []
    for run in scan(Line(created, bounds), tests=SCANS, level=level):
        here = rows[run.start : run.stop]
        inside = (created[run.start : run.stop] >= run.low) & (created[run.start : run.stop] <= run.high)
        found.append(_widened(here, here[inside], "created", run))
    return found


def _by_score(followers: Followers, rows: IntArray, level: float) -> list[_Found]:
    """Runs of high scores: the same scan with one date for all high scores and dates far apart for the
    others.
    """
    high = followers.scores[rows] >= HIGH
    apart = np.where(high, 0, (np.arange(len(rows)) + 1) * 1_000 * DAY)
    line = Line(apart, (np.full(len(rows), (len(rows) + 1) * 1_000 * DAY),))
    found = []
    for run in scan(line, tests=SCANS, level=level):
        here = rows[run.start : run.stop]
        found.append(_widened(here, here[high[run.start : run.stop]], "scored", run))
    return found


def _widened(here: IntArray, members: IntArray, alike: Literal["created", "scored"], run: Run) -> _Found:
    return _Found(int(here[0]), int(here[-1]) + 1, members, alike, run.around, run.log_p)


def _sign_ups(followers: Followers, run: _Found) -> bool:
    """Whether the members may be new users who followed on signing up."""
    members = run.members[followers.created[run.members] != NEVER]
    if len(members) < 3:
        return False
    forward = _new_in_order(followers.created, run.start, members)
    if followers.ordered:
        return forward
    last = len(followers.created) - 1
    return forward or _new_in_order(followers.created[::-1], last - run.stop + 1, (last - members)[::-1])


def _new_in_order(created: IntArray, start: int, members: IntArray) -> bool:
    before = created[:start].max(initial=NEVER)
    dates = created[members]
    recent = NEVER if before == NEVER else before - SAME_DAY * MINUTE
    if (dates > recent).mean() < NEW:
        return False
    if np.quantile(dates, 0.9) - np.quantile(dates, 0.1) <= SAME_DAY * MINUTE:
        return True
    order = np.corrcoef(dates.argsort().argsort(), np.arange(len(dates)))[0, 1]
    return bool(order + 1 / math.sqrt(len(dates)) >= IN_ORDER)


def _block(followers: Followers, run: _Found, others: BoolArray, share_of: ShareOf) -> Block:
    rows = np.arange(run.start, run.stop)
    place = followers.place[rows]
    dates = followers.dates
    born = followers.created[run.members]
    band = run.alike == "created"
    share, part = share_of(rows), len(rows) / len(followers.place)
    return Block(
        from_=int(place.min()),
        to=int(place.max()),
        followers=len(run.members),
        created_from=_moment(int(born.min())) if band else None,
        created_to=_moment(int(born.max())) if band else None,
        share=share,
        p_value=min(1.0, math.exp(max(run.log_p, -700.0))),
        examined=len(rows),
        alike=run.alike,
        around=round(run.around, 4),
        followed_from=None if dates is None else _moment(int(dates.earliest[run.start])),
        followed_to=None if dates is None else _moment(int(dates.latest[run.stop - 1])),
        traits=_traits(followers, run, others),
        part=part,
        explains=None if share is None else share * part,
    )


def _traits(followers: Followers, run: _Found, others: BoolArray) -> tuple[Trait, ...]:
    """What most members have and most followers outside all runs have not, the most telling first."""
    found = []
    for name, has in {**followers.traits, **_common_form(followers.handles, run.members)}.items():
        inside, around = _part(has[run.members]), _part(has[others])
        if inside is not None and around is not None and inside >= SHARED and inside - around >= APART:
            found.append(Trait(name=name, inside=round(inside, 4), around=round(around, 4)))
    return tuple(sorted(found, key=lambda trait: trait.around - trait.inside))


def _common_form(handles: Forms, members: IntArray) -> dict[str, FloatArray]:
    """The commonest form of the members' handles, as a trait of everybody."""
    known = handles.codes[members]
    known = known[known >= 0]
    if len(known) == 0:
        return {}
    form = int(np.bincount(known).argmax())
    has = np.where(handles.codes < 0, np.nan, handles.codes == form)
    return {f"a handle of the form {handles.words(form)}": has}


def _part(has: FloatArray) -> float | None:
    known = has[~np.isnan(has)]
    return float(known.mean()) if len(known) >= 5 else None


def _moment(micros: int) -> datetime | None:
    return None if micros == NEVER else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
