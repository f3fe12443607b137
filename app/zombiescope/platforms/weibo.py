"""Sina Weibo: `weibo:NAME_OR_UID`, with the cookie of a logged-in account."""

from __future__ import annotations

from datetime import date

from zombiescope.platforms.descriptor import Address, Period, PlatformDescriptor, PlatformSetting, whole_value

__all__ = ["WEIBO"]

MILLION = 1_000_000


def profile_link(user_id: str, handle: str | None) -> str | None:
    """The profile's address, by the uid."""
    return f"https://weibo.com/u/{user_id}" if user_id.isascii() and user_id.isdigit() else None


WEIBO = PlatformDescriptor(
    name="weibo",
    title="Sina Weibo",
    account="weibo:NAME_OR_UID",
    needs="Needs the cookie of a logged-in account. Shows part of the list. Experimental.",
    connector="zombiescope.sources.weibo:from_settings",
    settings=(
        PlatformSetting(
            "ZOMBIESCOPE_WEIBO_COOKIE", "the cookie SUB of weibo.com", secrets=whole_value, required=True
        ),
    ),
    profile_link=profile_link,
    addresses=(Address(r"(?:https?://)?(?:www\.|m\.)?weibo\.(?:com|cn)/(?:u/)?([\w.-]+)/?"),),
    missing_fields=("display_name", "url", "likes_count", "listed_count", "has_banner"),
    periods=(
        Period(
            date(2009, 8, 14), date(2011, 9, 30), 227 * MILLION, "Sina, results for the third quarter of 2011"
        ),
        Period(date(2011, 10, 1), date(2012, 2, 29), 73 * MILLION, "Sina, statistics of May 2012"),
        Period(
            date(2012, 3, 1), date(2012, 6, 30), 68 * MILLION, "Sina, results for the second quarter of 2012"
        ),
        Period(date(2012, 7, 1), date(2012, 12, 31), 132 * MILLION, "Sina, figures for the year 2012"),
    ),
)
