"""Bluesky: `bluesky:HANDLE`, through any AppView, without credentials."""

from __future__ import annotations

from datetime import date

from zombiescope.domain import Wave
from zombiescope.platforms.descriptor import Address, Period, PlatformDescriptor, PlatformSetting
from zombiescope.platforms.handles import plain_handle

__all__ = ["BLUESKY"]

MILLION = 1_000_000


def profile_link(user_id: str, handle: str | None) -> str | None:
    """The profile's address, by the handle."""
    name = plain_handle(handle)
    return f"https://bsky.app/profile/{name}" if name else None


BLUESKY = PlatformDescriptor(
    name="bluesky",
    title="Bluesky",
    account="bluesky:HANDLE",
    needs="Needs no account of your own. Free.",
    connector="zombiescope.sources.bluesky:from_settings",
    settings=(
        PlatformSetting("ZOMBIESCOPE_BLUESKY_APPVIEW", "an AppView of one's own"),
        PlatformSetting("ZOMBIESCOPE_BLUESKY_PLC", "a PLC directory, asked for true ages where it is set"),
    ),
    profile_link=profile_link,
    addresses=(
        Address(r"(?:https?://)?bsky\.app/profile/([\w.-]+)/?"),
        Address(r"@?((?:[\w-]+\.)+[a-z]{2,})"),
    ),
    missing_fields=("location", "url", "likes_count", "listed_count"),
    periods=(
        Period(date(2022, 11, 16), date(2023, 9, 12), MILLION, "Bluesky, 12 September 2023"),
        Period(date(2023, 9, 13), date(2023, 11, 16), MILLION, "Bluesky, 16 November 2023"),
        Period(date(2023, 11, 17), date(2024, 2, 5), MILLION, "Bluesky, 6 February 2024"),
        Period(date(2024, 2, 6), date(2024, 2, 7), MILLION, "Bluesky, 7 February 2024"),
        Period(date(2024, 2, 8), date(2024, 8, 27), 2_400_000, "Bluesky, 2 September 2024"),
        Period(date(2024, 8, 28), date(2024, 9, 6), 2_600_000, "Bluesky, 6 September 2024"),
        Period(date(2024, 9, 7), date(2024, 9, 15), MILLION, "Bluesky, 15 September 2024"),
        Period(date(2024, 9, 16), date(2024, 10, 31), 3 * MILLION, "Bluesky, by AP of 16 November 2024"),
        Period(date(2024, 11, 1), date(2024, 11, 13), 2 * MILLION, "Bluesky, 13 November 2024"),
        Period(date(2024, 11, 14), date(2024, 11, 20), 5 * MILLION, "Bluesky, 20 November 2024"),
        Period(
            date(2024, 11, 21),
            date(2024, 12, 3),
            4 * MILLION,
            "public counters, by Tech Times of 4 December 2024",
        ),
        Period(date(2024, 12, 4), date(2025, 1, 28), 6 * MILLION, "Bluesky, 29 January 2025"),
    ),
    # times: registrations a day from `first` to `last` over those of the period before.
    waves=(
        Wave(
            what="Bluesky opened to everybody on 6 February 2024; a million people registered within about a day",
            first=date(2024, 2, 6),
            last=date(2024, 2, 12),
            times=11.5,
            source="Bluesky, 7 February 2024",
        ),
        Wave(
            what="Brazil suspended X on 30 August 2024, and 2.6 million people registered on Bluesky within a week",
            first=date(2024, 8, 28),
            last=date(2024, 9, 8),
            times=22.0,
            source="Bluesky, 6 September 2024",
        ),
        Wave(
            what="About 10 million people registered on Bluesky in the four weeks after the election in the United "
            "States of 5 November 2024",
            first=date(2024, 11, 6),
            last=date(2024, 12, 3),
            times=5.5,
            source="Bluesky, 20 November 2024, and public counters, by Tech Times of 4 December 2024",
        ),
    ),
)
