"""X: `x:HANDLE`, with the user's own token, at a price; experimental."""

from zombiescope.sources.x.client import connector

__all__ = ["connector"]
