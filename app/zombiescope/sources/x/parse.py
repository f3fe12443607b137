"""What the X API v2 answers, as followers and pages. No I/O."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from zombiescope.domain import AccountInfo, Follower, RejectedRow
from zombiescope.errors import AccountError
from zombiescope.sources.lenient_json import Json, count, flag, items, object_of, refused, text, when
from zombiescope.sources.paging import Page

__all__ = ["FIELDS", "account_info", "follower_page", "normal", "problem"]

# user.fields of every call: what the record needs.
FIELDS = "created_at,description,location,protected,verified,profile_image_url,public_metrics,url"

_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_URL = re.compile(r"^https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/([^/?#]+).*$")


def normal(handle: str) -> str:
    """A handle in lower case, from any form it is written in: @handle, or a profile's URL.

    Raises AccountError where it is none.
    """
    name = _URL.sub(r"\1", handle.strip()).removeprefix("@")
    if not _HANDLE.fullmatch(name):
        raise AccountError(f"{handle!r} is no X handle", "Write up to 15 letters, digits and _: x:handle")
    return name.lower()


def problem(data: Any) -> str | None:
    """The title of an answer's first error, where it has no data: X refuses with HTTP 200 too."""
    answer = object_of(data, "X")
    if "data" in answer:
        return None
    for error in items(answer, "errors"):
        if isinstance(error, dict):
            return text(error, "title") or "error"
    return None


def account_info(ref: str, data: Any) -> AccountInfo:
    """The account of an answer of users/by/username."""
    user = object_of(object_of(data, "users/by/username").get("data"), "users/by/username")
    metrics = _metrics(user)
    return AccountInfo(
        ref=ref,
        platform="x",
        id=text(user, "id"),
        handle=text(user, "username"),
        display_name=text(user, "name"),
        url=f"https://x.com/{text(user, 'username')}",
        followers_count=count(metrics, "followers_count"),
        following_count=count(metrics, "following_count"),
        posts_count=count(metrics, "tweet_count"),
        created_at=when(user, "created_at"),
    )


def follower_page(data: Any, *, now: datetime) -> Page:
    """A page of users/:id/followers; without `data` it is an empty one."""
    answer = object_of(data, "users/followers")
    rows: list[Follower] = []
    bad: list[RejectedRow] = []
    for index, user in enumerate(items(answer, "data")):
        if isinstance(user, dict) and text(user, "id"):
            rows.append(_follower(user, now))
        else:
            bad.append(refused(index, "id"))
    meta = answer.get("meta")
    following = text(meta, "next_token") if isinstance(meta, dict) else None
    notes = ("Posts are not read on X, where each is paid for",)
    return Page(rows=tuple(rows), next=following or None, notes=notes, refused=tuple(bad))


def _follower(user: Json, now: datetime) -> Follower:
    metrics = _metrics(user)
    picture = text(user, "profile_image_url")
    return Follower(
        platform="x",
        id=text(user, "id") or "",
        handle=text(user, "username"),
        display_name=text(user, "name"),
        bio=text(user, "description"),
        location=text(user, "location") or "",  # X leaves out what is empty
        url=text(user, "url") or "",
        created_at=when(user, "created_at", now=now),
        followers_count=count(metrics, "followers_count"),
        following_count=count(metrics, "following_count"),
        posts_count=count(metrics, "tweet_count"),
        likes_count=count(metrics, "like_count"),
        listed_count=count(metrics, "listed_count"),
        has_avatar=None if picture is None else "default_profile" not in picture,
        verified=flag(user, "verified"),
        protected=flag(user, "protected"),
    )


def _metrics(user: Json) -> Json:
    metrics = user.get("public_metrics")
    return metrics if isinstance(metrics, dict) else {}
