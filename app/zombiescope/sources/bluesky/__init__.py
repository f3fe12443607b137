"""Bluesky: `bluesky:HANDLE`, through any AppView, without credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zombiescope.sources.bluesky.client import connector

if TYPE_CHECKING:
    from zombiescope.settings import Settings
    from zombiescope.sources.connector import Connector
    from zombiescope.sources.rate_limit import HostRateLimits
    from zombiescope.sources.ssrf_guard import SsrfGuard

__all__ = ["connector", "from_settings"]


def from_settings(settings: Settings, guard: SsrfGuard, host_rate_limits: HostRateLimits) -> Connector:
    """The connector as the settings have it."""
    return connector(
        appview=settings.platform_settings.get("ZOMBIESCOPE_BLUESKY_APPVIEW"),
        plc=settings.platform_settings.get("ZOMBIESCOPE_BLUESKY_PLC"),
        guard=guard,
        host_rate_limits=host_rate_limits,
    )
