"""Mastodon and servers that speak its API: `mastodon:USER@HOST`, asked of the account's own server."""

from __future__ import annotations

import re
from datetime import date

from zombiescope.domain import Wave
from zombiescope.errors import InputError
from zombiescope.platforms.descriptor import Address, PlatformDescriptor, PlatformSetting

__all__ = ["MASTODON", "tokens"]

_HANDLE = re.compile(r"([\w.-]{1,100})@([\w-]+(?:\.[\w-]+)+)", re.ASCII)


def profile_link(user_id: str, handle: str | None) -> str | None:
    """The profile's address on the follower's own server."""
    match = _HANDLE.fullmatch((handle or "").removeprefix("@"))
    return f"https://{match[2]}/@{match[1]}" if match else None


def tokens(value: str) -> tuple[tuple[str, str], ...]:
    """(host, token) pairs of HOST=TOKEN,HOST=TOKEN. Raises InputError that names the entry by its number."""
    pairs = []
    for number, pair in enumerate(filter(str.strip, value.split(",")), start=1):
        host, equals, token = pair.strip().partition("=")
        if not host or not equals or not token:
            # The pair itself may be a secret: only its number is told.
            raise InputError(
                f"ZOMBIESCOPE_MASTODON_TOKENS: entry {number} is no HOST=TOKEN",
                "Set it to HOST=TOKEN,HOST=TOKEN.",
            )
        pairs.append((host.lower(), token))
    return tuple(pairs)


MASTODON = PlatformDescriptor(
    name="mastodon",
    title="Mastodon",
    account="mastodon:USER@HOST",
    needs="Free. Some servers show followers only with a token.",
    connector="zombiescope.sources.mastodon:from_settings",
    settings=(
        PlatformSetting(
            "ZOMBIESCOPE_MASTODON_TOKENS",
            "HOST=TOKEN,HOST=TOKEN: each is sent to its host alone",
            secrets=lambda value: [token for _, token in tokens(value)],
        ),
    ),
    profile_link=profile_link,
    addresses=(
        Address(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})/@([\w.-]+)/?", "{1}@{0}"),
        Address(r"@?([\w.-]+@(?:[\w-]+\.)+[a-z]{2,})"),
    ),
    missing_fields=("location", "url", "likes_count", "listed_count"),
    waves=(
        Wave(
            what="After Twitter changed hands on 27 October 2022, about 1.8 million accounts were added on Mastodon "
            "within six weeks",
            first=date(2022, 10, 27),
            last=date(2022, 12, 4),
            times=27.0,
            source="E. Rochko, 7 November 2022; TechCrunch, 7 November 2022; H. Bastian, PLOS, 5 December 2022",
        ),
    ),
)
