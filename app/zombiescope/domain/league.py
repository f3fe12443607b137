"""The league table: accounts by their genuine followers. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from zombiescope.domain.audit import ModelInfo
from zombiescope.domain.share import Interval, Span

__all__ = ["Entrant", "League", "Ranked"]


@dataclass(frozen=True)
class Entrant:
    """One account to audit and rank. account: SOURCE:NAME, empty where there is none to audit.

    declared: the published follower count, at_least: it was published as a lower limit; None: what the audit finds.
    posts, reactions: of the account, the latter over all those posts (likes, comments and reposts).
    """

    account: str
    name: str = ""
    declared: int | None = None
    at_least: bool = False
    posts: int | None = None
    reactions: int | None = None


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """One account of a league table. What could not be computed is None, with the `reason`.

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
