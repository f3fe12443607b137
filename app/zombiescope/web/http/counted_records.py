"""Follower records in JSON, counted while they are decoded, so that no body makes more of them than a request may hold.

Sixty megabytes of `{},` would decode to millions of posts before any limit on the result could be looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import msgspec

from zombiescope.domain import Follower, Post
from zombiescope.errors import InputError

__all__ = ["POSTS_PER_RECORD", "array", "lines"]

POSTS_PER_RECORD = 20  # on average over a request; a single record may have more
_COUNTS = threading.local()
_ADVICE = "docs/record.md has the record's form."


class _TooMany(Exception):
    """More were decoded than may be. No ValueError, which msgspec would turn into an error of the record."""


class _Post(Post, frozen=True, kw_only=True):
    def __post_init__(self) -> None:
        _COUNTS.posts -= 1
        if _COUNTS.posts < 0:
            raise _TooMany


class _Record(Follower, frozen=True, kw_only=True):
    recent_posts: tuple[_Post, ...] | None = None

    def __post_init__(self) -> None:
        _COUNTS.records -= 1
        if _COUNTS.records < 0:
            raise _TooMany


_MANY = msgspec.json.Decoder(list[_Record])
_ONE = msgspec.json.Decoder(_Record)


def array(body: bytes, most: int) -> list[Follower]:
    """The records of a JSON array. Raises InputError for what is none, and past `most` records or their posts."""
    _begin(most)
    try:
        return list(_MANY.decode(body))
    except _TooMany:
        raise _too_many(most) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"the records cannot be read: {error}", _ADVICE) from None


def lines(body: bytes, most: int) -> Iterator[Follower]:
    """The records of a body with one a line. Raises InputError as `array`, with the line's number."""
    _begin(most)
    start, number = 0, 0
    while start < len(body):
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        line, start, number = body[start:end], end + 1, number + 1
        if not line.strip():
            continue
        try:
            record = _ONE.decode(line)
        except _TooMany:
            raise _too_many(most) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InputError(f"line {number}: {error}", _ADVICE) from None
        yield record


def _begin(most: int) -> None:
    _COUNTS.records, _COUNTS.posts = most, most * POSTS_PER_RECORD


def _too_many(most: int) -> InputError:
    what = (
        f"more than {most:,} records"
        if _COUNTS.records < 0
        else f"more than {most * POSTS_PER_RECORD:,} posts"
    )
    return InputError(f"{what} are too many at once", f"Send at most {most:,} records at a time.")
