"""The frozen types that everything else speaks in: followers, frames, shares, audits. No I/O.

Field names of `Follower`, `Post` and `Audit` are the wire format (docs/record.md, docs/audit-json.md): a
rename is a breaking change. Unknown is None, never 0. Datetimes are aware UTC.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

__all__ = [
    "AccountInfo",
    "Audit",
    "Block",
    "Claim",
    "Cohort",
    "Cost",
    "Drift",
    "Evidence",
    "Family",
    "FollowBound",
    "FollowDates",
    "Follower",
    "FollowerScore",
    "Frame",
    "Interval",
    "Label",
    "Labels",
    "League",
    "ModelInfo",
    "Order",
    "Post",
    "PostingClock",
    "Progress",
    "Ranked",
    "Reason",
    "Refused",
    "Sample",
    "Share",
    "Span",
    "Spike",
    "Status",
    "Trait",
    "Verdict",
    "Wave",
]

Label = Literal["zombie", "genuine"]
Order = Literal["newest-first", "oldest-first", "unknown"]
Status = Literal["queued", "running", "done", "failed", "cancelled"]
Verdict = Literal["consistent", "too high", "too low", "cannot tell"]

# A count above this is no follower count: it is 2**53, past which JSON readers lose digits.
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Time = Annotated[datetime, msgspec.Meta(tz=True)]


def learn(*kinds: type[msgspec.Struct]) -> None:
    """Have msgspec learn types when their module is imported: what is decoded in threads must be learned before.

    It learns a type at its first use, and crashes the process where two threads do so at once (0.22).
    """
    for kind in kinds:
        msgspec.json.Decoder(kind)


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One post of a follower, as far as the source shows it."""

    id: str | None = None
    created_at: Time | None = None
    text: str | None = None
    source: str | None = None
    lang: str | None = None
    is_repost: bool | None = None
    is_reply: bool | None = None


class Follower(msgspec.Struct, frozen=True, kw_only=True):
    """The follower record. Everything but `platform` and `id` may be None (not known).

    `recent_posts` None: not fetched; empty: fetched, none there. `position` is the place in the list as the
    platform gave it, 0 first; the frame says whether that is the newest or the oldest follower.
    """

    platform: str
    id: Annotated[str, msgspec.Meta(min_length=1)]
    handle: str | None = None
    display_name: str | None = None
    bio: str | None = None
    location: str | None = None
    url: str | None = None
    created_at: Time | None = None
    observed_at: Time | None = None
    followed_at: Time | None = None
    position: Count | None = None
    followers_count: Count | None = None
    following_count: Count | None = None
    posts_count: Count | None = None
    likes_count: Count | None = None
    listed_count: Count | None = None
    has_avatar: bool | None = None
    has_banner: bool | None = None
    verified: bool | None = None
    protected: bool | None = None
    recent_posts: tuple[Post, ...] | None = None
    label: Label | None = None
    label_source: str | None = None


class Refused(msgspec.Struct, frozen=True):
    """A row of the input that could not be read: it is counted and listed, never silently dropped."""

    where: str
    field: str | None
    reason: str


class AccountInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The account whose followers are audited. `ref` is what the user typed (`bluesky:example.org`)."""

    ref: str
    platform: str
    id: str | None = None
    handle: str | None = None
    display_name: str | None = None
    url: str | None = None
    followers_count: int | None = None
    following_count: int | None = None
    posts_count: int | None = None
    created_at: datetime | None = None


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """The list we can draw from, beside the count that the platform declares."""

    declared: int | None
    listed: int
    complete: bool
    order: Order
    warnings: tuple[str, ...] = ()


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """How followers were drawn and what became of them: drawn = scored + the sum of skipped."""

    design: str
    seed: int
    drawn: int
    scored: int
    skipped: dict[str, int] = {}
    design_effect: float | None = None


class Span(msgspec.Struct, frozen=True):
    """An interval without a point: bounds."""

    low: float
    high: float


class Interval(msgspec.Struct, frozen=True):
    """A share with its interval; `estimate` is None where only bounds can be given."""

    estimate: float | None
    low: float
    high: float


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """The zombie share of the reached frame, with all its bounds. Shares are between 0 and 1."""

    estimate: float | None
    low: float
    high: float
    level: float
    method: str
    in_domain: bool | None
    unseen_vendor: Span | None
    whole_frame: Span | None
    whole_account: Span | None
    warnings: tuple[str, ...] = ()


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """The human labels that the share leans on."""

    count: int
    annotators: int
    kappa: float | None


class Drift(msgspec.Struct, frozen=True):
    """How far one feature of the sample has moved from training: the population stability index."""

    feature: str
    psi: float


class Crowded(msgspec.Struct, frozen=True):
    """A feature that a crowd shares: the share of the list, and of known genuine accounts, who have it as they do."""

    feature: str
    here: float
    known: float


class Crowd(msgspec.Struct, frozen=True):
    """Followers whom the detector takes for people and who stand together, unlike known people: a reason to look."""

    followers: tuple[str, ...]
    features: tuple[Crowded, ...]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A published claim held against the interval, and against the whole-account bounds."""

    value: float
    verdict: Verdict
    whole_account_verdict: Verdict | None


class Trait(msgspec.Struct, frozen=True, kw_only=True):
    """What a run's members share: the part of them that has it, and the part of the others looked at."""

    name: str
    inside: float
    around: float


class Block(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A run in follow order whose members are too alike. `from_` and `to` are positions, inclusive.

    followers: how many of the run are alike, of `examined` looked at between the two positions, in when
    their accounts were created or in their scores (`alike`); around: the part of the followers nearby that
    would fit too. share: estimated zombie share of those looked at. p_value: family-wise, over all runs of
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
    alike: Literal["created", "scored"] = "created"
    around: float | None = None
    followed_from: datetime | None = None
    followed_to: datetime | None = None
    traits: tuple[Trait, ...] = ()
    part: float | None = None
    explains: float | None = None
    text: str | None = None


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

    exact: follow dates that the platform told and the order bears out; contradicted: told, but against it.
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
    clock: PostingClock | None = None


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a follower got its score. `effect` is in log-odds, where effects add up."""

    feature: str
    value: float | None
    effect: float
    text: str


class FollowerScore(msgspec.Struct, frozen=True, kw_only=True):
    """One scored follower. `score` is at the balanced prior; `posterior` at the audit's share."""

    id: str
    handle: str | None
    position: int
    score: float
    posterior: float | None
    reasons: tuple[Reason, ...] | None = None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an audit has come."""

    followers: int = 0
    of: int | None = None
    requests: int = 0


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit cost: requests sent, seconds of wall clock, money in US dollars."""

    requests: int = 0
    seconds: float = 0.0
    money: float = 0.0


class ModelInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Which detector scored the followers; `sha256` is of its card."""

    name: str
    version: str
    sha256: str


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """All of one account's audit as of a date: the JSON of the command line and of the service."""

    schema: int = 1
    id: str
    status: Status
    created_at: datetime
    finished_at: datetime | None = None
    error: str | None = None
    simulated: bool = False
    progress: Progress | None = None
    cost: Cost | None = None
    account: AccountInfo | None = None
    as_of: datetime | None = None
    model: ModelInfo | None = None
    frame: Frame | None = None
    sample: Sample | None = None
    share: Share | None = None
    dormant: Interval | None = None
    unknown: Interval | None = None
    labels: Labels | None = None
    drift: tuple[Drift, ...] | None = None
    crowd: Crowd | None = None
    claim: Claim | None = None
    evidence: Evidence | None = None
    followers: tuple[FollowerScore, ...] | None = None


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """One account of a league table. What could not be worked out is None, and `reason` says why.

    declared: the follower count that was published; at_least: it was published as a lower limit. share:
    zombies among the followers reached. genuine: declared less the share, where the list stands for the
    account; else without an estimate. whole: bounds for all declared followers. rank: by genuine followers
    among the audited accounts, with the ranks that the intervals leave open. influence: reactions per post
    per genuine follower.
    """

    account: str
    name: str
    declared: int | None
    at_least: bool
    declared_rank: int | None
    simulated: bool = False
    share: Interval | None = None
    genuine: Interval | None = None
    whole: Span | None = None
    rank: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    posts: int | None = None
    reactions: int | None = None
    influence: Interval | None = None
    reason: str | None = None
    audit: str | None = None


class League(msgspec.Struct, frozen=True, kw_only=True):
    """Accounts by how many genuine followers they have; those without an answer stand last."""

    schema: int = 1
    simulated: bool
    created_at: datetime
    sample: int
    seed: int
    level: float
    model: ModelInfo | None
    accounts: tuple[Ranked, ...]


learn(Audit, Follower)
