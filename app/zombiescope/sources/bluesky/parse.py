"""What the AppView and the PLC directory answer, as followers, pages and posts. No I/O."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import msgspec

from zombiescope.domain import AccountInfo, Follower, Post, RejectedRow
from zombiescope.errors import AccountError
from zombiescope.sources.lenient_json import Json, count, items, object_of, refused, text, when
from zombiescope.sources.paging import Page

__all__ = [
    "account_info",
    "followed_at",
    "follower_page",
    "gone_reason",
    "normal",
    "plc_created",
    "post",
    "profile",
    "tid_time",
]

_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,500}")
_HANDLE = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
# Marks that come along when a handle is copied from a page.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_TID = "234567abcdefghijklmnopqrstuvwxyz"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Error names of the AppView -> the word of the report.
_GONE = {"AccountTakedown": "suspended", "AccountDeactivated": "deactivated"}


def normal(handle: str) -> str:
    """A handle or DID as the AppView takes it, from any form: @handle, at://, a profile's URL.

    Raises AccountError where it is neither.
    """
    name = _INVISIBLE.sub("", handle).strip()
    name = re.sub(r"^(?:https?://bsky\.app/profile/|at://|@)", "", name).split("/")[0].removeprefix("@")
    if _DID.fullmatch(unquote(name)):
        return unquote(name)
    if len(name) <= 253 and _HANDLE.fullmatch(name.lower()):
        return name.lower()
    raise AccountError(
        f"{handle!r} is no Bluesky handle",
        "Write the whole handle or the DID: bluesky:name.bsky.social, bluesky:did:plc:...",
    )


def account_info(ref: str, data: Any) -> AccountInfo:
    """The account of an answer of getProfile."""
    view = object_of(data, "getProfile")
    handle = text(view, "handle")
    return AccountInfo(
        ref=ref,
        platform="bluesky",
        id=text(view, "did"),
        handle=handle,
        display_name=text(view, "displayName"),
        url=f"https://bsky.app/profile/{handle or text(view, 'did')}",
        followers_count=count(view, "followersCount"),
        following_count=count(view, "followsCount"),
        posts_count=count(view, "postsCount"),
        created_at=when(view, "createdAt"),
    )


def follower_page(data: Any, *, now: datetime) -> Page:
    """A page of getFollowers. A short page is not the end: only a missing cursor is."""
    answer = object_of(data, "getFollowers")
    if not isinstance(answer.get("followers"), list):
        object_of(None, "getFollowers")
    rows: list[Follower] = []
    bad: list[RejectedRow] = []
    for index, view in enumerate(answer["followers"]):
        if isinstance(view, dict) and text(view, "did"):
            rows.append(_view(view, now))
        else:
            bad.append(refused(index, "did"))
    return Page(rows=tuple(rows), next=text(answer, "cursor") or None, refused=tuple(bad))


def profile(view: Json, *, now: datetime) -> Follower:
    """A follower of an answer of getProfile or getProfiles, which say all but the posts."""
    verification = view.get("verification")
    status = verification.get("verifiedStatus") if isinstance(verification, dict) else None
    return msgspec.structs.replace(
        _view(view, now),
        followers_count=count(view, "followersCount"),
        following_count=count(view, "followsCount"),
        posts_count=count(view, "postsCount"),
        has_banner=bool(text(view, "banner")),
        verified=status == "valid",
    )


def gone_reason(error: Json) -> str:
    """The word for a refused profile or feed."""
    return _GONE.get(text(error, "error") or "", "deleted")


def followed_at(data: Any, *, now: datetime) -> dict[str, datetime]:
    """When each follower of an answer of getRelationships followed, as its client claims, by DID.

    The time is in the key of the follow record, which the client chooses: a time to come is not believed.
    """
    dates: dict[str, datetime] = {}
    for one in items(object_of(data, "getRelationships"), "relationships"):
        if isinstance(one, dict) and (did := text(one, "did")) and (uri := text(one, "followedBy")):
            time = tid_time(uri.rpartition("/")[2])
            if time is not None and time <= now:
                dates[did] = time
    return dates


def tid_time(key: str) -> datetime | None:
    """The time in a TID, 13 letters of base 32 that hold microseconds since 1970 and 10 bits of a clock's id.

    None where the key is no TID (atproto.com/specs/tid).
    """
    if len(key) != 13 or any(letter not in _TID for letter in key):
        return None
    number = 0
    for letter in key:
        number = number * 32 + _TID.index(letter)
    micros = number >> 10
    return _EPOCH + timedelta(microseconds=micros) if number < 2**63 and micros < 2**52 else None


def plc_created(data: Any) -> datetime | None:
    """When an account was made, by its log at the PLC directory."""
    first = data[0] if isinstance(data, list) and data else None
    return when(first, "createdAt") if isinstance(first, dict) else None


def post(item: Any) -> Post | None:
    """An item of getAuthorFeed; a repost is dated by when it was reposted. None where it cannot be read."""
    if not isinstance(item, dict) or not isinstance(view := item.get("post"), dict):
        return None
    record = view.get("record")
    if not isinstance(record, dict):
        return None
    reason = item.get("reason")
    repost = isinstance(reason, dict) and "reasonRepost" in str(reason.get("$type"))
    langs = _strings(items(record, "langs"))
    return Post(
        id=text(view, "uri"),
        created_at=when(reason, "indexedAt")
        if repost and isinstance(reason, dict)
        else when(record, "createdAt"),
        text=text(record, "text"),
        lang=langs[0] if langs else None,
        is_repost=repost,
        is_reply=not repost and isinstance(record.get("reply"), dict),
        # Of a repost the counts are the original's.
        likes_count=None if repost else count(view, "likeCount"),
        reposts_count=None if repost else count(view, "repostCount"),
        replies_count=None if repost else count(view, "replyCount"),
    )


def _view(view: Json, now: datetime) -> Follower:
    """What list rows and profiles share. A view leaves out what is empty; createdAt is a claim."""
    handle = text(view, "handle")
    return Follower(
        platform="bluesky",
        id=text(view, "did") or "",
        handle=None if handle == "handle.invalid" else handle,
        display_name=text(view, "displayName") or "",
        bio=text(view, "description") or "",
        created_at=when(view, "createdAt", now=now),
        has_avatar=bool(text(view, "avatar")),
        protected=False,
    )


def _strings(values: Sequence[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str)]
