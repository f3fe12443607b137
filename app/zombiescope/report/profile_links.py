"""Where a person can see a follower's profile."""

from __future__ import annotations

from zombiescope.errors import AccountError
from zombiescope.platforms import platform as descriptor_of

__all__ = ["profile_link"]


def profile_link(platform: str | None, user_id: str, handle: str | None) -> str | None:
    """The profile's address; None where it is not known, or is no plain https address."""
    try:
        # Records of other programs say twitter for what is now X.
        descriptor = descriptor_of("x" if platform == "twitter" else platform or "")
    except AccountError:
        return None
    link = None if descriptor is None else descriptor.profile_link(user_id, handle)
    return link if link is not None and link.startswith("https://") else None
