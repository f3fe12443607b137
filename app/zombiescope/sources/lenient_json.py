"""Fields of JSON objects that may not match their documentation: an unreadable value is unknown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from zombiescope.domain import MOST_COUNT, RejectedRow
from zombiescope.errors import SourceError

__all__ = ["Json", "count", "flag", "items", "object_of", "refused", "text", "when"]

Json = Mapping[str, Any]

# Sina Weibo and others write 12,000 as 1.2万.
_SCALED = re.compile(r"(\d+(?:\.\d+)?)\s*(万|亿)?")
_SCALES = {None: 1, "万": 10_000, "亿": 100_000_000}
_WEEKDAY_FIRST = "%a %b %d %H:%M:%S %z %Y"


def text(data: Json, name: str) -> str | None:
    """A text, with spaces stripped; None where it is absent or no text."""
    value = data.get(name)
    return value.strip() if isinstance(value, str) else None


def count(data: Json, name: str) -> int | None:
    """A count, a number or written out; None where it is absent, negative (hidden) or not a count."""
    value = data.get(name)
    if isinstance(value, str) and (match := _SCALED.fullmatch(value.strip().replace(",", ""))):
        value = round(float(match[1]) * _SCALES[match[2]])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_COUNT:
        return None
    return value


def flag(data: Json, name: str) -> bool | None:
    """True or false; None where it is absent or neither."""
    value = data.get(name)
    return value if isinstance(value, bool) else None


def when(data: Json, name: str, *, now: datetime | None = None) -> datetime | None:
    """A date in UTC: ISO 8601, an e-mail's, or Twitter's; None where it is none, or later than `now`."""
    value = data.get(name)
    if not isinstance(value, str):
        return None
    for read in (datetime.fromisoformat, _weekday_first, parsedate_to_datetime):
        try:
            date = read(value.strip())
            date = date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return None if now is not None and date > now else date
    return None


def items(data: Json, name: str) -> Sequence[Any]:
    """A list; empty where it is absent or no list."""
    value = data.get(name)
    return value if isinstance(value, list) else ()


def object_of(value: Any, what: str) -> Json:
    """A JSON object. Raises SourceError naming `what` where it is none."""
    if not isinstance(value, dict):
        raise SourceError(
            f"{what} is not of the documented form", "The platform may have changed; report it."
        )
    return value


def refused(index: int, field: str) -> RejectedRow:
    """A row of a page that could not be read, by its place on the page."""
    return RejectedRow(where=f"row {index + 1} of a page", field=field, reason="absent")


def _weekday_first(value: str) -> datetime:
    return datetime.strptime(value, _WEEKDAY_FIRST)  # noqa: DTZ007 - the format has %z
