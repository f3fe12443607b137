"""The request for an audit, and its progress callback."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from zombiescope.domain import Order, learn
from zombiescope.errors import InputError
from zombiescope.records.understanding import Choices

__all__ = ["CENSUS", "AuditRequest", "Clock", "ProgressCallback"]

CENSUS = 100_000  # followers of a list of whole records that are scored whole, unless told otherwise

# Wall clock in seconds, for the cost alone.
Clock = Callable[[], float]
# Called with what is being done, how much of it is done, and of how much (None: not known).
ProgressCallback = Callable[[str, int, int | None], None]


class AuditRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of an audit.

    account: SOURCE:NAME. sample: followers to draw. census: a list that brings whole records (a file, an upload) is
    scored whole where it has at most so many followers; 0: it is sampled. margin: draw in batches until the
    interval's half-width is this.
    claim: a published share to hold against the answer. posts: newest posts fetched of each drawn follower.
    as_of: the date to count ages from, where the records carry none. explain: give each follower its reasons.
    order, declared: what the user knows of a list that does not say it. choices: what a file does not decide of its
    reading.
    """

    account: str
    sample: int = 1000
    census: int = 0
    margin: float | None = None
    claim: float | None = None
    posts: int = 20
    seed: int = 0
    as_of: datetime | None = None
    order: Order | None = None
    declared: int | None = None
    explain: bool = True
    choices: Choices | None = None

    def check(self) -> None:
        """Raises InputError for a number that no audit can use, naming it."""
        for name, value, fits, must in (
            ("sample", self.sample, self.sample >= 1, "1 or more"),
            ("census", self.census, self.census >= 0, "0 or more"),
            ("posts", self.posts, 0 <= self.posts <= 200, "between 0 and 200"),
            ("seed", self.seed, self.seed >= 0, "0 or more"),
            ("declared", self.declared, self.declared is None or self.declared >= 0, "0 or more"),
            ("margin", self.margin, self.margin is None or 0 < self.margin < 0.5, "between 0 and 0.5"),
            (
                "claim",
                self.claim,
                self.claim is None or 0 <= self.claim <= 1,
                "between 0 and 1 (0.87 for 87%)",
            ),
        ):
            if not fits:
                raise InputError(f"{name} {value} cannot be used", f"Give a {name} that is {must}.")


learn(AuditRequest)
