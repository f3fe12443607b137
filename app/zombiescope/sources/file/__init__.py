"""A follower file as an account: `file:PATH`."""

from zombiescope.sources.file.source import FileSource

__all__ = ["FileSource"]
