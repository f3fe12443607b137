"""The account, the list that followers are drawn from, and the sample. No I/O."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

__all__ = ["AccountInfo", "Frame", "Order", "Sample"]

Order = Literal["newest-first", "oldest-first", "unknown"]


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
