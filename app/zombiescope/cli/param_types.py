"""Values that a user types."""

from __future__ import annotations

from datetime import UTC, datetime

import click

__all__ = ["ACCOUNT", "CLAIM", "DATE"]


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


class Claim(click.ParamType[float]):
    """A share: 87%, 0.87 and 87 are the same; 1 alone could be either, and is none."""

    name = "share"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The share, between 0 and 1."""
        if isinstance(value, float):
            return value
        text = str(value).strip().replace(",", ".")
        percent = text.endswith("%")
        try:
            number = float(text.rstrip("% "))
        except ValueError:
            self.fail(f"{value!r} is no share; write 87% or 0.87", param, ctx)
        if number == 1 and not percent:
            self.fail("1 may be 1% or 100%: write the sign", param, ctx)
        share = number / 100 if percent or number > 1 else number
        if not 0 <= share <= 1:
            self.fail(f"{value!r} is no share: it must be between 0% and 100%", param, ctx)
        return share


CLAIM = Claim()


class Account(click.ParamType[str]):
    """An account as people write it: SOURCE:NAME, an address of a profile, a path."""

    name = "account"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The account as SOURCE:NAME. Raises AccountError where it names no platform."""
        from zombiescope.sources.account_ref import canonical

        return canonical(value)


ACCOUNT = Account()
