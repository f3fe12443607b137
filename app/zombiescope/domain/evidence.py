"""What the followers' order and likeness show. No I/O."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

__all__ = [
    "Block",
    "Cohort",
    "Deliveries",
    "Evidence",
    "Family",
    "FollowBound",
    "FollowDates",
    "PostingClock",
    "Spike",
    "Trait",
    "Wave",
]


class Trait(msgspec.Struct, frozen=True, kw_only=True):
    """What a run's members share: the part of them that has it, and the part of the others looked at."""

    name: str
    inside: float
    around: float


class Block(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A run in follow order whose members are too alike. `from_` and `to` are positions, inclusive.

    followers: how many of the run are alike, of `examined` looked at between the two positions, in when
    their accounts were created, in their scores, or in any features (`alike`); around: the part of the
    followers nearby that would fit too.
    share: estimated zombie share of those looked at. p_value: family-wise, over all runs of
    the list. followed_from, followed_to: nobody of the run followed before, or after. part: of all followers
    looked at, those in the run.
    """

    from_: int
    to: int
    followers: int
    created_from: datetime | None
    created_to: datetime | None
    share: float | None
    p_value: float
    examined: int | None = None
    alike: Literal["created", "scored", "features"] = "created"
    around: float | None = None
    followed_from: datetime | None = None
    followed_to: datetime | None = None
    traits: tuple[Trait, ...] = ()
    part: float | None = None
    explains: float | None = None
    text: str | None = None


class Deliveries(msgspec.Struct, frozen=True, kw_only=True):
    """The excess of zombies in the blocks over the mix of their own neighbourhoods, of all followers examined.

    low: at least this part was delivered (95%, one-sided). excess: the estimate. runs: blocks that it rests on.
    in_runs: part of the followers who stand in them. separation: chance that the list's own detector ranks a follower
    of a block above one outside, out of fold.
    """

    low: float
    excess: float
    runs: int
    in_runs: float
    separation: float


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """Followers alike beyond chance in one thing.

    expected: how many would be by chance, where that can be said. places: positions of the first members in
    the list, for looking them up. share: estimated zombie share of them.
    """

    kind: Literal["handle", "bio", "posts"]
    shared: str
    followers: int
    expected: float | None
    p_value: float | None
    places: tuple[int, ...]
    share: float | None = None
    text: str | None = None


class Wave(msgspec.Struct, frozen=True, kw_only=True):
    """Days on which a whole platform had many times its usual sign-ups, as somebody published it.

    first, last: days, both in. times: sign-ups a day over those of the weeks before.
    """

    what: str
    first: date
    last: date
    times: float
    source: str


class Cohort(msgspec.Struct, frozen=True, kw_only=True):
    """Followers whose accounts were created from `first` to `last` (days, both in), against the whole platform.

    part: of the followers created in all cohorts. platform_part: of the platform's accounts of those days.
    """

    first: date
    last: date
    followers: int
    part: float
    platform_part: float
    source: str


class Spike(msgspec.Struct, frozen=True, kw_only=True):
    """Days on which far more of the followers' accounts were created than in the weeks around.

    wave: what the whole platform had in those days; by_wave: how many followers' accounts would be expected then,
    had they come as the platform's did.
    """

    created_from: datetime
    created_to: datetime
    followers: int
    expected: float
    p_value: float
    wave: Wave | None = None
    by_wave: float | None = None
    text: str | None = None


class FollowBound(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever stands at `position` followed no earlier and no later than these dates."""

    position: int
    earliest: datetime | None
    latest: datetime | None


class FollowDates(msgspec.Struct, frozen=True, kw_only=True):
    """When followers came, at some positions of the list, oldest follower first.

    exact: follow dates that the platform gives and the order of the list agrees with; contradicted: given, but
    against it.
    """

    bounds: tuple[FollowBound, ...]
    exact: int
    contradicted: int


class PostingClock(msgspec.Struct, frozen=True, kw_only=True):
    """When the followers post: the part of the posts in each hour of the day (UTC), all followers alike in
    weight.

    entropy: of those 24 parts, with an interval; 1 is the same at all hours. quiet: the part within the
    quietest six hours in a row, from `quiet_from` on (1/4 at all hours alike). sleepless: followers whose own
    posts keep no quiet hours, of `judged` with enough posts to tell.
    """

    hours: tuple[float, ...]
    followers: int
    posts: int
    entropy: float
    low: float
    high: float
    quiet: float
    quiet_from: int
    sleepless: int
    judged: int
    text: str | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What the followers' order and likeness show.

    sign_ups: runs like blocks, but of accounts that may have followed on signing up, in the order of their
    creation: platforms make new users follow promoted accounts. basis: whether the whole list was searched or
    the sample alone; `examined` followers, `dated` of them with a known creation date.
    """

    blocks: tuple[Block, ...] = ()
    sign_ups: tuple[Block, ...] = ()
    basis: Literal["list", "sample"] | None = None
    examined: int | None = None
    dated: int | None = None
    families: tuple[Family, ...] | None = None
    spikes: tuple[Spike, ...] | None = None
    cohorts: tuple[Cohort, ...] | None = None
    follow_dates: FollowDates | None = None
    deliveries: Deliveries | None = None
    clock: PostingClock | None = None
