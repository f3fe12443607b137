"""What weibo.com answers, as followers, pages and posts. No I/O."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import unquote

from zombiescope.domain import AccountInfo, Follower, Post, RejectedRow
from zombiescope.errors import AccountError
from zombiescope.sources.lenient_json import Json, count, flag, items, object_of, refused, text, when
from zombiescope.sources.paging import Page

__all__ = ["account_info", "fan_page", "normal", "post", "posts_of", "registered", "user_of"]

# A name: letters, digits, Chinese characters, _ and -; a number alone is a uid.
_NAME = re.compile(r"[\w\-·]{1,30}")
_URL = re.compile(r"^https?://(?:www\.)?weibo\.com/(?:u/|n/)?([^/?#]+).*$")
_TAG = re.compile(r"<[^>]*>")


def normal(handle: str) -> str:
    """A name or uid, from any form it is written in: @name, or a profile's URL.

    Raises AccountError where it is neither.
    """
    name = unquote(_URL.sub(r"\1", handle.strip())).removeprefix("@")
    if not _NAME.fullmatch(name):
        raise AccountError(
            f"{handle!r} is no Weibo name or uid", "Write the name or the number: weibo:1234567890"
        )
    return name


def user_of(data: Any) -> Json | None:
    """The user in an answer of profile/info; None: there is nobody."""
    answer = object_of(data, "profile/info")
    inner = answer.get("data")
    user = inner.get("user") if isinstance(inner, dict) else None
    return user if isinstance(user, dict) and _uid(user) else None


def account_info(ref: str, user: Json) -> AccountInfo:
    """The account of its user object."""
    return AccountInfo(
        ref=ref,
        platform="weibo",
        id=_uid(user),
        handle=text(user, "screen_name"),
        display_name=text(user, "screen_name"),
        url=f"https://weibo.com/u/{_uid(user)}",
        followers_count=count(user, "followers_count"),
        following_count=_following(user),
        posts_count=count(user, "statuses_count"),
        created_at=when(user, "created_at"),
    )


def fan_page(data: Any, number: int, *, now: datetime) -> Page:
    """Page `number` (1 first) of friendships/friends?relate=fans, with what it says of fans that are hidden.

    The list goes on until the cursor is 0 or a page is empty; visitors see from 200 to 5,000 fans only.
    """
    answer = object_of(data, "friendships/friends")
    if not isinstance(answer.get("users"), list):
        object_of(None, "friendships/friends")
    rows: list[Follower] = []
    bad: list[RejectedRow] = []
    for index, user in enumerate(answer["users"]):
        if isinstance(user, dict) and _uid(user):
            rows.append(_fan(user, now))
        else:
            bad.append(refused(index, "id"))
    notes = []
    total, shown = count(answer, "total_number"), count(answer, "display_total_number")
    filtered = answer.get("has_filtered_fans") is True or (shown is not None and total != shown)
    if filtered:
        notes.append("Weibo has already hidden some fans from this list: the rest is bounded, not estimated")
    ended = not answer["users"] or answer.get("next_cursor") in (0, "0")
    return Page(
        rows=tuple(rows),
        next=None if ended else str(number + 1),
        notes=tuple(notes),
        refused=tuple(bad),
        window=filtered,
    )


def registered(data: Any, *, now: datetime) -> datetime | None:
    """When an account was registered, by profile/detail."""
    inner = object_of(data, "profile/detail").get("data")
    return when(inner, "created_at", now=now) if isinstance(inner, dict) else None


def posts_of(data: Any) -> list[Post]:
    """The posts of an answer of statuses/mymblog."""
    inner = object_of(data, "statuses/mymblog").get("data")
    cards = items(inner, "list") if isinstance(inner, dict) else ()
    return [one for one in map(post, cards) if one is not None]


def post(view: Any) -> Post | None:
    """A post; the client's name stands in an HTML anchor. None where it cannot be read."""
    if not isinstance(view, dict):
        return None
    source, words = text(view, "source"), text(view, "text_raw") or text(view, "text")
    number = view.get("id")
    return Post(
        id=text(view, "idstr") or (str(number) if isinstance(number, int) else text(view, "id")),
        created_at=when(view, "created_at"),
        text=None if words is None else _plain(words),
        source=None if source is None else _plain(source),
        is_repost=isinstance(view.get("retweeted_status"), dict),
        is_reply=False,
        # A repost on Weibo is a post with words of its own, and the counts are its own.
        likes_count=count(view, "attitudes_count"),
        reposts_count=count(view, "reposts_count"),
        replies_count=count(view, "comments_count"),
    )


def _fan(user: Json, now: datetime) -> Follower:
    picture = text(user, "avatar_hd") or text(user, "avatar_large") or text(user, "profile_image_url")
    return Follower(
        platform="weibo",
        id=_uid(user) or "",
        handle=text(user, "screen_name"),
        display_name=text(user, "screen_name"),
        bio=text(user, "description"),
        location=text(user, "location"),
        url=text(user, "url"),
        created_at=when(user, "created_at", now=now),
        followers_count=count(user, "followers_count"),
        following_count=_following(user),
        posts_count=count(user, "statuses_count"),
        has_avatar=None if picture is None else bool(picture) and "default" not in picture,
        verified=flag(user, "verified"),
    )


def _uid(user: Json) -> str | None:
    number = user.get("id")
    if isinstance(number, int) and not isinstance(number, bool):
        return str(number)
    return text(user, "idstr") or text(user, "id") or None


def _following(user: Json) -> int | None:
    friends = count(user, "friends_count")
    return count(user, "follow_count") if friends is None else friends


def _plain(html: str) -> str:
    return unescape(_TAG.sub("", html)).strip()
