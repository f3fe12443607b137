"""The follower record: one follower and its posts. No I/O."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

__all__ = [
    "EXACT_IN_FLOAT",
    "MOST_COUNT",
    "Count",
    "Follower",
    "Label",
    "Post",
    "RejectedRow",
    "Time",
    "learn",
]

Label = Literal["zombie", "genuine"]


# Whole numbers up to here are exact in floating point; JSON readers lose digits of larger ones.
EXACT_IN_FLOAT = 2**53
MOST_COUNT = EXACT_IN_FLOAT  # a count above this is no follower count
Count = Annotated[int, msgspec.Meta(ge=0, le=MOST_COUNT)]


Time = Annotated[datetime, msgspec.Meta(tz=True)]


def learn(*kinds: type[msgspec.Struct]) -> None:
    """Have msgspec learn types when their module is imported: what is decoded in threads must be learned before.

    It learns a type at its first use, and crashes the process where two threads do so at once (0.22).
    """
    for kind in kinds:
        msgspec.json.Decoder(kind)


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One post of a follower, as far as the source shows it.

    The counts are of reactions received; a repost has none of its own (None), since those of the original are
    another account's.
    """

    id: str | None = None
    created_at: Time | None = None
    text: str | None = None
    source: str | None = None
    lang: str | None = None
    is_repost: bool | None = None
    is_reply: bool | None = None
    likes_count: Count | None = None
    reposts_count: Count | None = None
    replies_count: Count | None = None


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


class RejectedRow(msgspec.Struct, frozen=True):
    """A row of the input that could not be read: it is counted and listed, never silently dropped."""

    where: str
    field: str | None
    reason: str


learn(Follower)
