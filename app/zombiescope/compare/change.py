"""What changed between two audits of one account, in the form of docs/audit-json.md."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from zombiescope.domain import Block, Interval, ModelInfo, Order

__all__ = ["Change", "Difference", "Left", "Side"]


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two audits: what of it is compared. share: without an estimate where the audit gave bounds alone."""

    id: str
    as_of: datetime | None
    model: ModelInfo | None
    declared: int | None
    listed: int
    complete: bool
    order: Order
    drawn: int | None
    scored: int | None
    share: Interval


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The later zombie share less the earlier, between -1 and 1, with its interval at `level`.

    estimate: None where only bounds can be given. method: `bounds` (ends subtracted), `independent` (each audit's
    own interval) or `dependent` (likewise, with the correlation of the two estimates). in_both: followers whom
    both samples hold, None where that is not known.
    """

    estimate: float | None
    low: float
    high: float
    level: float
    method: Literal["bounds", "independent", "dependent"]
    correlation: float | None
    in_both: int | None
    verdict: Literal["rose", "fell", "cannot tell"]


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """Followers of the earlier sample who are not on the later list.

    gone: of the `looked_up`. part: of all on the earlier list. zombies: of those who left, by their posteriors in the
    earlier audit; None where that audit gave bounds alone, or nobody left. basis: the later list was looked up as it
    is (`list`), or the later audit took all of it (`census`: then also gone is who had no profile any more).
    """

    looked_up: int
    gone: int
    part: Interval
    zombies: Interval | None
    basis: Literal["list", "census"]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Two audits of one account held against each other.

    declared, listed: how many more the platform declares and lists, None where not known (a list that was not walked
    to its end says nothing of it). new, gone: blocks of the later audit alone, and of the earlier. left_at_least:
    followers who left, counted from the place of old blocks or the list's length: nobody can join in front of a block.
    """

    schema: int = 1
    simulated: bool
    account: str
    earlier: Side
    later: Side
    declared: int | None
    listed: int | None
    share: Difference
    new: tuple[Block, ...]
    gone: tuple[Block, ...]
    left: Left | None
    left_at_least: int | None
    warnings: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
