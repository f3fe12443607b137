"""X, formerly Twitter: `x:HANDLE`, through the paid API v2."""

from __future__ import annotations

from zombiescope.platforms.descriptor import Address, PlatformDescriptor, PlatformSetting, whole_value
from zombiescope.platforms.handles import plain_handle

__all__ = ["X"]


def profile_link(user_id: str, handle: str | None) -> str | None:
    """The profile's address, by the handle."""
    name = plain_handle(handle)
    return f"https://x.com/{name}" if name else None


X = PlatformDescriptor(
    name="x",
    title="X",
    account="x:HANDLE",
    needs="Needs an API token. X charges for each follower; the cost is shown first.",
    connector="zombiescope.sources.x:from_settings",
    settings=(
        PlatformSetting(
            "ZOMBIESCOPE_X_TOKEN", "a bearer token of the API v2", secrets=whole_value, required=True
        ),
    ),
    profile_link=profile_link,
    addresses=(Address(r"(?:https?://)?(?:www\.)?(?:x|twitter)\.com/@?(\w{1,30})/?"),),
    missing_fields=(),
)
