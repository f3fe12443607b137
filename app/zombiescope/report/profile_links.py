"""Where a person can see a follower's profile."""

from __future__ import annotations

import re

__all__ = ["profile_link"]

_HANDLE = re.compile(r"[\w.-]{1,100}", re.ASCII)
_REMOTE = re.compile(r"([\w.-]{1,100})@([\w-]+(?:\.[\w-]+)+)", re.ASCII)


def profile_link(platform: str | None, user_id: str, handle: str | None) -> str | None:
    """The profile's address; None where nobody knows it."""
    name = (handle or "").removeprefix("@")
    if platform == "mastodon":
        match = _REMOTE.fullmatch(name)
        return f"https://{match[2]}/@{match[1]}" if match else None
    if platform == "weibo":
        return f"https://weibo.com/u/{user_id}" if user_id.isascii() and user_id.isdigit() else None
    if not _HANDLE.fullmatch(name):
        return None
    if platform == "bluesky":
        return f"https://bsky.app/profile/{name}"
    return f"https://x.com/{name}" if platform in ("x", "twitter") else None
