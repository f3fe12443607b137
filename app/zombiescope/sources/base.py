"""What a source is: it lists an account's followers and fetches those that were drawn.

A source does two things. `listing` gives the frame: every follower the platform shows, in the platform's order,
with the fields that each list row already has. `fetch` completes the drawn ones (profiles, posts) and reports which
could not be reached and why. Fields that a list row already has are never fetched again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.domain import AccountInfo, Frame, RejectedRow
from zombiescope.records.understanding import Understanding

__all__ = ["Fetched", "Listing", "Progressed", "Source", "silent"]

# Called with (done, of or None, requests so far) while a source works.
Progressed = Callable[[int, int | None, int], None]


def silent(done: int, of: int | None, requests: int) -> None:
    """No progress is reported."""


@dataclass(frozen=True)
class Listing:
    """An account and its frame.

    rows: one row a place of the list (0 is the list's first), columns of `records.SCHEMA`; what the list does not
        say is null. A place that cannot be drawn as a person (an unreadable line) is still a row, with an empty id.
    skipped: places already known to be out of reach, with the reason.
    refused: the rejected rows of a file, for the report.
    understanding: what a file was understood to hold; None of a platform's own list.
    """

    account: AccountInfo
    frame: Frame
    rows: pa.Table
    skipped: Mapping[int, str] = field(default_factory=dict)
    refused: tuple[RejectedRow, ...] = ()
    understanding: Understanding | None = None
    simulated: bool = False
    requests: int = 0
    money: float = 0.0


@dataclass(frozen=True)
class Fetched:
    """The drawn followers that were reached, completed.

    rows: one row a reached follower, in order of place (columns of `records.SCHEMA`).
    places: (rows,) int64, the place of each in the list.
    skipped: every drawn place that was not reached, with the reason; places + skipped are all that was drawn.
    at: when a live source fetched them; None for a file.
    """

    rows: pa.Table
    places: npt.NDArray[np.int64]
    skipped: Mapping[int, str]
    at: datetime | None = None
    requests: int = 0
    money: float = 0.0


class Source(Protocol):
    """A platform connector."""

    platform: str

    def listing(self, handle: str, *, progress: Progressed = silent) -> Listing:
        """The account named `handle` (what stands after the colon) and its frame.

        Raises UnknownAccount, HiddenFollowers, NotAuthorised or SourceError.
        """
        ...

    def fetch(
        self, listing: Listing, places: Sequence[int], *, posts: int, progress: Progressed = silent
    ) -> Fetched:
        """The followers at `places` (ascending), each with up to `posts` newest posts (0: none are fetched)."""
        ...
