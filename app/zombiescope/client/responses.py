"""What a service answers: its forms, its events, its errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import httpx
import msgspec

from zombiescope import errors
from zombiescope.domain import FollowerScore, Progress, Reason, Status
from zombiescope.errors import RateLimited, SourceError, ZombiescopeError

__all__ = ["Audits", "Event", "Followers", "Line", "Models", "Score", "error_of", "events_of"]


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """One record's score; zombie: at or above the model's operating point."""

    platform: str
    id: str
    handle: str | None
    score: float
    zombie: bool
    reasons: tuple[Reason, ...] | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An audit in the list of audits."""

    id: str
    account: str
    status: Status
    created_at: datetime
    finished_at: datetime | None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """How far an audit is. kind: state, progress, or done at its end."""

    kind: str = ""
    id: str
    status: Status
    progress: Progress | None
    error: str | None


class Audits(msgspec.Struct):
    """A page of the list of audits."""

    audits: list[Line]
    next: str | None


class Followers(msgspec.Struct):
    """A page of an audit's followers."""

    followers: list[FollowerScore]
    next: str | None


class Model(msgspec.Struct):
    """A model by its name."""

    name: str
    current: bool


class Models(msgspec.Struct):
    """The models there are."""

    models: list[Model]


def error_of(answer: httpx.Response) -> ZombiescopeError:
    """The error that a problem+json names, of zombiescope's tree; what has no name there goes by its status."""
    try:
        problem = msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.DecodeError:
        problem = {}
    named = "".join(word.capitalize() for word in str(problem.get("type", "")).rpartition(":")[2].split("-"))
    kind = getattr(errors, named, None) if named in errors.__all__ and named != "RecordError" else None
    by_status: dict[int, type[ZombiescopeError]] = {
        401: errors.NotAuthorised, 402: errors.BudgetError, 403: errors.NotAuthorised, 429: RateLimited,
    }  # fmt: skip
    refused = errors.InputError if 400 <= answer.status_code < 500 else SourceError
    error: ZombiescopeError = (kind or by_status.get(answer.status_code, refused))(
        str(problem.get("title") or f"the service answers HTTP {answer.status_code}"),
        str(problem.get("detail", "")),
    )
    if "cost" in problem:
        error.cost = problem["cost"]  # type: ignore[attr-defined]  # US dollars that the platform charges
    return error


def events_of(lines: Iterable[str]) -> Iterator[tuple[str, Event]]:
    """Each event of a stream, with its id."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        if name:
            fields[name] = value.removeprefix(" ")
        elif not line and "data" in fields:
            event = msgspec.json.decode(fields["data"], type=Event)
            yield fields.get("id", ""), msgspec.structs.replace(event, kind=fields.get("event", ""))
            fields = {}
