"""The slow reading of one record whose strict reading failed: what can be understood is, else the field is
named.

Beyond the strict form it takes an integer id, a whole number written as 3.0, and a date without a zone or
without a time of day (UTC). Posts of other programs' dumps are read by the names those give.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pyarrow as pa

from zombiescope.domain import MOST_COUNT, Follower, Post
from zombiescope.records import dates
from zombiescope.records.label_words import label_of

__all__ = ["Misfit", "follower", "posts"]

_TIMES = ("created_at", "observed_at", "followed_at")
_COUNTS = ("position", "followers_count", "following_count", "posts_count", "likes_count", "listed_count")
_FLAGS = ("has_avatar", "has_banner", "verified", "protected")
_POST_NAMES = {
    "id": ("id", "id_str", "idstr", "tweet_id"),
    "created_at": ("created_at", "full_created_at", "date"),
    "text": ("text", "full_text", "content"),
    "source": ("source",),
    "lang": ("lang", "language"),
    "is_repost": ("is_repost", "is_retweet"),
    "is_reply": ("is_reply",),
}
_REACTIONS = {
    "likes_count": ("likes_count", "favorite_count", "like_count", "favourites_count", "attitudes_count"),
    "reposts_count": ("reposts_count", "retweet_count", "repost_count", "reblogs_count"),
    "replies_count": ("replies_count", "reply_count", "comments_count"),
}
_REPOSTED = ("retweeted_status", "retweet")


class Misfit(Exception):
    """A value that no reading makes sense of: which field, and why."""

    def __init__(self, field: str | None, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def follower(value: object) -> Follower:
    """The record of one decoded JSON object. Raises Misfit with the first field that does not fit."""
    if not isinstance(value, dict):
        raise Misfit(None, f"is {_name(value)}, not a record")
    fields: dict[str, Any] = {}
    for field in Follower.__struct_fields__:
        given = value.get(field)
        if given is not None:
            fields[field] = _READERS.get(field, _text)(given, field)
    for field in ("id", "platform"):
        if not fields.get(field):
            raise Misfit(field, "is missing")
    return Follower(**fields)


def posts(value: object, field: str = "recent_posts", *, zone_hours: int = 0) -> tuple[Post, ...]:
    """The posts of a decoded JSON list. Raises Misfit with the first field that does not fit."""
    if not isinstance(value, list):
        raise Misfit(field, f"is {_name(value)}, not a list of posts")
    return tuple(_post(item, f"{field}[{i}]", zone_hours) for i, item in enumerate(value))


def _post(item: object, field: str, zone_hours: int) -> Post:
    if not isinstance(item, dict):
        raise Misfit(field, f"is {_name(item)}, not a post")
    fields: dict[str, Any] = {}
    for name, keys in _POST_NAMES.items():
        given, key = _given(item, keys)
        if given is not None:
            where = f"{field}.{key}"
            if name == "created_at":
                fields[name] = _time(given, where, zone_hours)
            else:
                fields[name] = (_flag if name.startswith("is_") else _id if name == "id" else _text)(
                    given, where
                )
    if "is_repost" not in fields and any(item.get(key) for key in _REPOSTED):
        fields["is_repost"] = True
    fields.update(_reactions(item, field, repost=bool(fields.get("is_repost"))))
    return Post(**fields)


def _reactions(item: Mapping[str, object], field: str, *, repost: bool) -> dict[str, int]:
    """The reactions that a post received; under another program's names only what is a count.

    Of a repost such programs give the reactions to the original, which are another account's.
    """
    counts: dict[str, int] = {}
    for name, keys in _REACTIONS.items():
        given, key = _given(item, keys)
        if given is not None and key == name:
            counts[name] = _count(given, f"{field}.{key}")
        elif (
            isinstance(given, int) and not isinstance(given, bool) and not repost and 0 <= given <= MOST_COUNT
        ):
            counts[name] = given
    return counts


def _given(item: Mapping[str, object], keys: tuple[str, ...]) -> tuple[object, str]:
    """The first of the keys that has a value, and which it was."""
    for key in keys:
        if item.get(key) is not None:
            return item[key], key
    return None, keys[0]


def _text(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise Misfit(field, f"is {_name(value)}, not text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Misfit(field, "holds half a character (a lone surrogate)") from None
    return value


def _id(value: object, field: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        raise Misfit(field, f"{value!r} is a rounded number: write ids as text")
    return _text(value, field)


def _count(value: object, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Misfit(field, f"is {_name(value)}, not a whole number")
    if value < 0:
        raise Misfit(field, f"{value!r} is negative")
    if value > MOST_COUNT:
        raise Misfit(field, f"{value!r} is too large")
    if value != int(value):
        raise Misfit(field, f"{value!r} is no whole number")
    return int(value)


def _flag(value: object, field: str) -> bool:
    if not isinstance(value, bool):
        raise Misfit(field, f"is {_name(value)}, not true or false")
    return value


def _time(value: object, field: str, zone_hours: int = 0) -> datetime:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise Misfit(field, f"is {_name(value)}, not a date")
    text = str(value)
    if len(text) > 10:  # a date alone, and unix seconds, are left to the general reading
        try:
            read = datetime.fromisoformat(text)
            return read if read.tzinfo else read.replace(tzinfo=timezone(timedelta(hours=zone_hours)))
        except ValueError:
            pass
    times, bad = dates.parse(pa.array([text.encode(errors="replace")], pa.string()), zone_hours=zone_hours)
    if bad[0] or not times[0].is_valid:
        raise Misfit(field, f"{_name(value)} is no date")
    time: datetime = times[0].as_py()
    return time.astimezone(UTC)


def _label(value: object, field: str) -> str:
    label = label_of(value)
    if label is None:
        raise Misfit(field, f"{_name(value)} is neither zombie nor genuine")
    return label


def _name(value: object) -> str:
    """A JSON value as an error shows it."""
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    shown = repr(value) if isinstance(value, str) else msgspec.json.encode(value).decode()
    return shown if len(shown) <= 40 else shown[:39] + "…"


_READERS: dict[str, Callable[[Any, str], object]] = {
    "id": _id,
    "recent_posts": posts,
    "label": _label,
    **dict.fromkeys(_TIMES, _time),
    **dict.fromkeys(_COUNTS, _count),
    **dict.fromkeys(_FLAGS, _flag),
}
