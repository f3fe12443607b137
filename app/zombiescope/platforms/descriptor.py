"""What a platform is to the rest of the program: its name, accounts, settings, links, fields and published growth."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from zombiescope.domain import Wave

__all__ = ["Address", "Period", "PlatformDescriptor", "PlatformSetting", "whole_value"]


@dataclass(frozen=True)
class Period:
    """Accounts registered on a platform from `first` to `last` (days, both included), with where that was published."""

    first: date
    last: date
    accounts: int
    source: str


@dataclass(frozen=True)
class PlatformSetting:
    """An environment variable that a platform reads, or the same name with _FILE for a file with the value.

    secrets: the secrets in a value, which never stand in a log line, an error or an answer; raises InputError where
    the value cannot be read. None: nothing in it is secret. required: no audit without it.
    """

    variable: str
    what: str
    secrets: Callable[[str], Sequence[str]] | None = None
    required: bool = False


@dataclass(frozen=True)
class Address:
    """A way to write an account without its platform, a profile's address for instance.

    pattern: matches the whole text, in any case. handle: the handle, with {0}, {1} for the pattern's groups.
    """

    pattern: str
    handle: str = "{0}"

    def match(self, text: str) -> str | None:
        """The handle that `text` names, None where it is another thing."""
        match = re.fullmatch(self.pattern, text, flags=re.IGNORECASE)
        return None if match is None else self.handle.format(*match.groups())


def whole_value(value: str) -> tuple[str, ...]:
    """The secrets of a setting that is one secret."""
    return (value,)


def _no_link(user_id: str, handle: str | None) -> None:
    """No link: where a profile of this platform stands is not known."""
    del user_id, handle


@dataclass(frozen=True)
class PlatformDescriptor:
    """One platform. Another package offers one by an entry point in the group `zombiescope.sources`.

    name: what stands before the colon of an account. title: as people write it. account: how an account is
        written, with the platform.
    needs: what an audit needs and costs, one line for people.
    connector: "MODULE:FUNCTION", imported at the first use. A live platform's function takes (settings, guard,
        host_rate_limits) and gives a `sources.connector.Connector`.
    source: "MODULE:FUNCTION" in place of `connector` for any other source; it takes (request, settings, budget) and
        gives a `sources.base.Source`. Exactly one of the two is set.
    settings: the environment variables it reads.
    profile_link: (user id, handle) to the address of a profile, None where it is not known.
    addresses: other ways to write an account; the first that matches counts.
    missing_fields: record fields that no list or profile of the platform shows; None: any may be there.
    periods, waves: registrations by date as published; empty where no figures were published.
    """

    name: str
    title: str
    account: str
    needs: str
    connector: str | None = None
    source: str | None = None
    settings: tuple[PlatformSetting, ...] = ()
    profile_link: Callable[[str, str | None], str | None] = _no_link
    addresses: tuple[Address, ...] = ()
    missing_fields: tuple[str, ...] | None = None
    periods: tuple[Period, ...] = ()
    waves: tuple[Wave, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError where the descriptor cannot be used."""
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", self.name):
            raise ValueError(f"{self.name!r} is no platform name: lower-case letters, digits, - and _")
        if (self.connector is None) == (self.source is None):
            raise ValueError(f"{self.name}: set exactly one of connector and source")

    @property
    def live(self) -> bool:
        """Whether an audit asks hosts over the network."""
        return self.connector is not None
