"""Answers as the API gives them: audits, lists with a cursor, scores."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

import msgspec

from zombiescope.domain import FollowerScore, Reason, Status
from zombiescope.errors import InputError

__all__ = [
    "AuditLine",
    "Audits",
    "Followers",
    "Model",
    "Models",
    "Score",
    "cursor",
    "number_of",
    "place_of",
    "time_and_id_of",
]


class AuditLine(msgspec.Struct, frozen=True, kw_only=True):
    """An audit in the list of audits."""

    id: str
    account: str
    status: Status
    created_at: datetime
    finished_at: datetime | None


class Audits(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the list of audits, the newest first; `next` is the cursor of the next page, null on the last."""

    audits: list[AuditLine]
    next: str | None


class Followers(msgspec.Struct, frozen=True, kw_only=True):
    """A page of an audit's scored followers, in list order."""

    followers: list[FollowerScore]
    next: str | None


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """One record's score at the balanced prior; `zombie`: at or above the model's operating point."""

    platform: str
    id: str
    handle: str | None
    score: float
    zombie: bool
    reasons: list[Reason] | None = None


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A model by the name that requests use; `current`: audits use it unless they name another."""

    name: str
    current: bool


class Models(msgspec.Struct, frozen=True, kw_only=True):
    """The models there are."""

    models: list[Model]


def cursor(*parts: Any) -> str:
    """Where the next page begins, as a text that clients do not read."""
    return base64.urlsafe_b64encode(msgspec.json.encode(parts)).rstrip(b"=").decode()


def place_of(text: str | None) -> int:
    """The place that a followers' cursor means. Raises InputError for one that is none."""
    place = 0 if text is None else _read(text, tuple[int])[0]
    if place < 0:
        raise _no_cursor()
    return int(place)


def number_of(text: str | None) -> int | None:
    """The number that a cursor stands behind. Raises InputError for one that is none."""
    return None if text is None else place_of(text)


def time_and_id_of(text: str | None) -> tuple[datetime, str] | None:
    """The audit that an audits' cursor stands behind. Raises InputError for one that is none."""
    if text is None:
        return None
    when, audit_id = _read(text, tuple[datetime, str])
    if when.tzinfo is None or "\x00" in audit_id:
        raise _no_cursor()
    return when, audit_id


def _read(text: str, form: Any) -> Any:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=form)
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError):
        raise _no_cursor() from None


def _no_cursor() -> InputError:
    return InputError("the cursor is none that this service gave", "Use `next` of the page before, or none.")
