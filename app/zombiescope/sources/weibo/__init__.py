"""Sina Weibo: `weibo:NAME_OR_UID`, with the user's own cookie; experimental."""

from zombiescope.sources.weibo.client import connector

__all__ = ["connector"]
