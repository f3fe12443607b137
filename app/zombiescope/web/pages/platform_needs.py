"""What a platform asks of whoever audits an account there: in words for the home page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zombiescope import formatting
from zombiescope.errors import AccountError
from zombiescope.i18n import gettext as _
from zombiescope.platforms import PlatformDescriptor, platform

__all__ = ["Need", "Reading", "needs", "understood"]

# What the built-in platforms need, for the catalogue of translations: pybabel reads literals only.
_TRANSLATED = (
    _("A simulated list to try. Needs nothing, costs nothing."),
    _("Needs no account of your own. Free."),
    _("Free. Some servers show followers only with a token."),
    _("Needs the cookie of a logged-in account. Shows part of the list. Experimental."),
    _("Needs an API token. X charges for each follower; the cost is shown first."),
    _("Simulated"),
    _("Sina Weibo"),
)
# Accounts to copy: the form of an account says less than one that exists.
_EXAMPLES = {
    "sample": "sample:canada",
    "bluesky": "bluesky:example.org",
    "mastodon": "mastodon:user@server.org",
    "weibo": "weibo:NAME",
}


@dataclass(frozen=True)
class Need:
    """A platform by its name, how an account of it is written, and what it needs and costs."""

    platform: str
    name: str
    example: str
    needs: str


@dataclass(frozen=True)
class Reading:
    """What a text in the account field was understood as. account: PLATFORM:NAME, None where it was not."""

    account: str | None
    text: str


def needs(platforms: Sequence[str]) -> list[Need]:
    """What each of these platforms needs and costs; one that nobody described is named alone."""
    return [_need(name) for name in platforms]


def understood(text: str, platforms: Sequence[str]) -> Reading:
    """What a typed text means: PLATFORM:NAME, a profile's address, @user@server, or a domain as a handle."""
    text = text.strip()
    if not text:
        return Reading(None, "")
    before, colon, handle = text.partition(":")
    if colon and before.casefold() in platforms and handle.strip():
        return _known(before.casefold(), handle.strip())
    for name in platforms:
        for address in () if (described := _described(name)) is None else described.addresses:
            if (matched := address.match(text)) is not None:
                return _known(name, matched)
    if platforms and re.fullmatch(r"@?[\w.-]{1,100}", text):
        return Reading(
            None,
            _("On which platform? Write %(examples)s.")
            % {
                "examples": formatting.items(
                    f"{p}:{text.lstrip('@')}" for p in platforms if p not in ("sample", "file")
                )
            },
        )
    return Reading(None, _("Not understood yet. Write PLATFORM:NAME, or paste a profile's address."))


def _known(platform_name: str, name: str) -> Reading:
    text = _("%(platform)s account %(name)s")
    return Reading(
        f"{platform_name}:{name}",
        text % {"platform": _name(platform_name), "name": formatting.clean(name.lstrip("@"), longest=80)},
    )


def _need(name: str) -> Need:
    described = _described(name)
    if described is None:
        return Need(name, name, f"{name}:NAME", "")
    return Need(
        name, _name(name), _EXAMPLES.get(name, described.account), described.needs and _(described.needs)
    )


def _name(name: str) -> str:
    described = _described(name)
    return name if described is None else _(described.title)


def _described(name: str) -> PlatformDescriptor | None:
    """None also where another package offers the platform and it cannot be loaded: an audit says why."""
    try:
        return platform(name)
    except AccountError:
        return None
