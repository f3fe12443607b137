"""Values that a user types."""

from __future__ import annotations

from datetime import UTC, datetime

import click

__all__ = ["DATE"]


class Date(click.ParamType[datetime]):
    """A date or a time, ISO 8601; without a zone it is UTC."""

    name = "date"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The aware datetime of a text."""
        if isinstance(value, datetime):
            return value
        try:
            read = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; write it as 2014-06-01", param, ctx)
        return read if read.tzinfo else read.replace(tzinfo=UTC)


DATE = Date()
