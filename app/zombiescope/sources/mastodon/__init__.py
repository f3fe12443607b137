"""Mastodon and its kin: `mastodon:USER@HOST`, asked of the account's home instance."""

from zombiescope.sources.mastodon.client import connector

__all__ = ["connector"]
