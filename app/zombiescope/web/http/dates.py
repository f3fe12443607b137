"""Dates in query parameters."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

__all__ = ["Date"]

_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)


def _dated(text: object) -> object:
    """A date as people write it; pydantic by itself takes any number for one. Without a zone it is UTC."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise ValueError("it is no date: write 2016-12-15, or 2016-12-15T00:00:00Z")
    when = datetime.fromisoformat(text)
    try:
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("it is no date that can be used: its year in UTC is none") from None


# The document says date-time alone, so that generated clients have one type; a date is taken too.
Date = Annotated[datetime, BeforeValidator(_dated), WithJsonSchema({"type": "string", "format": "date-time"})]
