"""When followers came: bounds on follow dates from the order of the list, since nobody follows before being
created.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from zombiescope.arrays import BoolArray, IntArray
from zombiescope.durations import MINUTE_MICROS

__all__ = ["NEVER", "FollowDates", "follow_dates"]


NEVER = np.iinfo(np.int64).min  # "no lower bound is known": before every date
SLACK = MINUTE_MICROS  # a clock that is off by this much is no contradiction


@dataclass(frozen=True)
class FollowDates:
    """Bounds on the follow dates, in microseconds since 1970 UTC, in follow order (oldest follower first).

    earliest: (n,) nobody at this place followed before; NEVER where nothing is known. latest: (n,) nor
    after. exact: followers whose follow date the platform gives and the order of the list agrees with.
    contradicted: given follow dates that the order, the account's own creation or the audit's date speaks
    against.
    """

    earliest: IntArray
    latest: IntArray
    exact: int
    contradicted: int


def follow_dates(created: IntArray, followed: IntArray, known: BoolArray, *, as_of: int) -> FollowDates:
    """Bounds for each follower, oldest follower first.

    created: (n,) microseconds since 1970 UTC, NEVER where not known. followed: (n,) follow dates as the
    platform tells them, read where `known`. as_of: the audit's date, after which nobody followed.

    The lower bound is the running maximum of creation dates: whoever is later in the list followed
    later. A given follow date (on Bluesky the client chooses it) counts only within its bounds and on the
    longest ascending run of such dates, so that one forged date cannot move the others (longest increasing
    subsequence, Fredman 1975).
    """
    earliest = np.maximum.accumulate(created) if len(created) else created.copy()
    latest = np.full(len(created), as_of, dtype=np.int64)
    plausible = known & (followed >= earliest - SLACK) & (followed <= as_of)
    places = np.flatnonzero(plausible)
    ascending = places[_ascending(followed[places])]
    if len(ascending):
        earliest = earliest.copy()
        earliest[ascending] = np.maximum(earliest[ascending], followed[ascending])
        earliest = np.maximum.accumulate(earliest)
        latest[ascending] = followed[ascending]
        latest = np.maximum(np.minimum.accumulate(latest[::-1])[::-1], earliest)
    return FollowDates(earliest, latest, len(ascending), int(known.sum()) - len(ascending))


def _ascending(values: IntArray) -> IntArray:
    """The places of one longest non-decreasing subsequence, ascending."""
    tails: list[int] = []
    ends: list[int] = []
    before = np.full(len(values), -1, dtype=np.int64)
    for place, value in enumerate(values.tolist()):
        at = bisect_right(tails, value)
        if at:
            before[place] = ends[at - 1]
        if at == len(tails):
            tails.append(value)
            ends.append(place)
        else:
            tails[at], ends[at] = value, place
    chosen = np.empty(len(tails), dtype=np.int64)
    last = ends[-1] if ends else -1
    for at in range(len(tails) - 1, -1, -1):
        chosen[at] = last
        last = int(before[last])
    return chosen
