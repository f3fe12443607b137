"""What a platform asks of whoever audits an account there: in words for the home page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zombiescope import formatting
from zombiescope.i18n import gettext as _

__all__ = ["Need", "Reading", "needs", "understood"]

_LINKS = (
    (re.compile(r"(?:https?://)?bsky\.app/profile/([\w.-]+)/?", re.I), "bluesky", "{0}"),
    (re.compile(r"(?:https?://)?(?:www\.)?(?:x|twitter)\.com/@?(\w{1,30})/?", re.I), "x", "{0}"),
    (re.compile(r"(?:https?://)?(?:www\.|m\.)?weibo\.(?:com|cn)/(?:u/)?([\w.-]+)/?", re.I), "weibo", "{0}"),
    (re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})/@([\w.-]+)/?", re.I), "mastodon", "{1}@{0}"),
    (re.compile(r"@?([\w.-]+@(?:[\w-]+\.)+[a-z]{2,})", re.I), "mastodon", "{0}"),
    (re.compile(r"@?((?:[\w-]+\.)+[a-z]{2,})", re.I), "bluesky", "{0}"),
)


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
    described = {
        "sample": ("sample:canada", _("A simulated list to try. Needs nothing, costs nothing.")),
        "bluesky": ("bluesky:example.org", _("Needs no account of your own. Free.")),
        "mastodon": ("mastodon:user@server.org", _("Free. Some servers show followers only with a token.")),
        "weibo": (
            "weibo:NAME",
            _("Needs the cookie of a logged-in account. Shows part of the list. Experimental."),
        ),
        "x": ("x:HANDLE", _("Needs an API token. X charges for each follower; the cost is shown first.")),
    }
    return [
        Need(platform, _name(platform), *described.get(platform, (f"{platform}:NAME", "")))
        for platform in platforms
    ]


def understood(text: str, platforms: Sequence[str]) -> Reading:
    """What a typed text means: PLATFORM:NAME, a profile's address, @user@server, or a domain as a handle."""
    text = text.strip()
    if not text:
        return Reading(None, "")
    platform, colon, name = text.partition(":")
    if colon and platform.casefold() in platforms and name.strip():
        return _known(platform.casefold(), name.strip())
    for pattern, platform, form in _LINKS:
        match = pattern.fullmatch(text)
        if match is not None and platform in platforms:
            return _known(platform, form.format(*match.groups()))
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


def _known(platform: str, name: str) -> Reading:
    text = _("%(platform)s account %(name)s")
    return Reading(
        f"{platform}:{name}",
        text % {"platform": _name(platform), "name": formatting.clean(name.lstrip("@"), longest=80)},
    )


def _name(platform: str) -> str:
    names = {
        "sample": _("Simulated"),
        "bluesky": "Bluesky",
        "mastodon": "Mastodon",
        "weibo": _("Sina Weibo"),
        "x": "X",
    }
    return names.get(platform, platform)
