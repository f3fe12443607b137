"""How whole platforms grew, as was published: registrations by period, and days of unusually many (docs/evidence.md).

The figures stand in each platform's descriptor. Platforms without any have no figures of registrations by date that
could be located; users who were active in a month, which companies report, are none.
"""

from __future__ import annotations

from zombiescope.domain import Wave
from zombiescope.errors import AccountError
from zombiescope.platforms import BUILT_IN, Period, PlatformDescriptor, platform

__all__ = ["PERIODS", "WAVES", "Period", "periods", "waves"]

PERIODS: dict[str, tuple[Period, ...]] = {one.name: one.periods for one in BUILT_IN.values() if one.periods}
WAVES: dict[str, tuple[Wave, ...]] = {one.name: one.waves for one in BUILT_IN.values() if one.waves}


def periods(name: str) -> tuple[Period, ...]:
    """The registrations of a platform by period; empty where none were published."""
    descriptor = _descriptor(name)
    return () if descriptor is None else descriptor.periods


def waves(name: str) -> tuple[Wave, ...]:
    """The days of unusually many registrations on a platform."""
    descriptor = _descriptor(name)
    return () if descriptor is None else descriptor.waves


def _descriptor(name: str) -> PlatformDescriptor | None:
    try:
        return platform(name)
    except AccountError:  # another package's platform that cannot be loaded has no figures either
        return None
