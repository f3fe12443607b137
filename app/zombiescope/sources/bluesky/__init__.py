"""Bluesky: `bluesky:HANDLE`, through any AppView, without credentials."""

from zombiescope.sources.bluesky.client import connector

__all__ = ["connector"]
