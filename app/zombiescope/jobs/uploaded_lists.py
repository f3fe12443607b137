"""An uploaded list as a source: read on arrival, stored until its audit ends."""

from __future__ import annotations

from collections.abc import Sequence

from zombiescope.sources.base import Fetched, Listing, Progressed, silent

__all__ = ["UploadedList"]


class UploadedList:
    """The followers of a stored list."""

    platform = "upload"

    def __init__(self, listing: Listing) -> None:
        self._listing = listing

    def listing(self, handle: str, *, progress: Progressed = silent) -> Listing:
        """The list as it was read."""
        progress(self._listing.frame.listed, self._listing.frame.listed, 0)
        return self._listing

    def fetch(
        self, listing: Listing, places: Sequence[int], *, posts: int, progress: Progressed = silent
    ) -> Fetched:
        """The rows at `places`, each with its `posts` newest posts."""
        # Imported by the first list: pandas, which reads dates, takes a second.
        from zombiescope.sources.file import FileSource

        return FileSource().fetch(listing, places, posts=posts, progress=progress)
