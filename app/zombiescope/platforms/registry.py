"""The registry of platforms: this package's, and those that other packages offer by an entry point."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points

from zombiescope.errors import AccountError
from zombiescope.platforms.bluesky import BLUESKY
from zombiescope.platforms.descriptor import PlatformDescriptor
from zombiescope.platforms.file import FILE
from zombiescope.platforms.mastodon import MASTODON
from zombiescope.platforms.sample import SAMPLE
from zombiescope.platforms.weibo import WEIBO
from zombiescope.platforms.x import X

__all__ = ["BUILT_IN", "GROUP", "names", "platform", "registered", "title"]

BUILT_IN: Mapping[str, PlatformDescriptor] = {
    one.name: one for one in (BLUESKY, FILE, MASTODON, SAMPLE, WEIBO, X)
}

# Other packages offer a PlatformDescriptor under its name in this group of entry points.
GROUP = "zombiescope.sources"


def names() -> list[str]:
    """The names of all platforms; nothing of another package is loaded."""
    return sorted({*BUILT_IN, *(point.name for point in entry_points(group=GROUP))})


def platform(name: str) -> PlatformDescriptor | None:
    """The platform of that name, this package's before any other's; None where there is none.

    Raises AccountError where another package offers it and it cannot be loaded.
    """
    if name in BUILT_IN:
        return BUILT_IN[name]
    for point in entry_points(group=GROUP, name=name):
        try:
            descriptor = point.load()
        except Exception as error:  # noqa: BLE001 - another package's code may raise anything
            raise AccountError(
                f"the source {name!r} ({point.value}) cannot be loaded ({type(error).__name__}: {error})",
                "Correct or remove the package that offers it.",
            ) from None
        if not isinstance(descriptor, PlatformDescriptor) or descriptor.name != name:
            raise AccountError(
                f"the source {name!r} ({point.value}) is no PlatformDescriptor of that name",
                "Correct or remove the package that offers it.",
            )
        return descriptor
    return None


def registered() -> list[PlatformDescriptor]:
    """All platforms by name; one of another package that cannot be loaded is left out (`platform` says why)."""
    descriptors = []
    for name in names():
        try:
            descriptor = platform(name)
        except AccountError:
            continue
        if descriptor is not None:
            descriptors.append(descriptor)
    return descriptors


def title(name: str | None) -> str:
    """A platform's name as people write it; the name itself where the platform is not known, "" for none."""
    if not name:
        return ""
    try:
        descriptor = platform(name)
    except AccountError:
        descriptor = None
    return name if descriptor is None else descriptor.title
