"""What the estimate is made of: the scored sample, the templates, the reference groups, the labels."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from zombiescope.domain import Label
from zombiescope.errors import EstimateError

__all__ = [
    "COUNTS",
    "Bools",
    "Floats",
    "Ints",
    "LabelledFollower",
    "Reference",
    "ReferenceGroup",
    "Refusal",
    "Scored",
    "Stratum",
    "Templates",
]

# Of a stratum, why its followers cannot be judged: too few counts are known of them, or nobody on their platform is.
Refusal = Literal["counts", "platform"]
COUNTS = ("followers_count", "following_count", "posts_count")
LEAST_COUNTS = 2

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Templates:
    """Out-of-fold scores of known accounts, calibrated at the balanced prior; part of the model artefact.

    zombie: (m1,) float64 in [0, 1]. genuine: (m0,) float64 in [0, 1]. Followers must be scored exactly as
    these rows were. Raises EstimateError where a class is empty or a value is no score.
    """

    zombie: Floats
    genuine: Floats

    def __post_init__(self) -> None:
        for kind, rows in (("zombie", self.zombie), ("genuine", self.genuine)):
            if len(rows) == 0:
                raise EstimateError(
                    f"The model's templates hold no {kind} rows.",
                    "Train the model on zombies and genuine accounts.",
                )
            _check_scores(rows, f"the {kind} templates")


@dataclass(frozen=True)
class ReferenceGroup:
    """One vendor's zombies or one study's genuine accounts, scored by a model that never saw the group.

    scores: (rows,) float64 in [0, 1], with the same fields missing as of the followers they are compared with. quiet:
    (rows,) True of quiet accounts; None where that is not known. Raises EstimateError where a value is no score.
    """

    name: str
    kind: Literal["vendor", "study"]
    platform: str
    scores: Floats
    quiet: Bools | None = None

    def __post_init__(self) -> None:
        _check_scores(self.scores, f"the reference group {self.name}")


@dataclass(frozen=True)
class Stratum:
    """Followers of the sample with the same record fields missing, and the reference groups seen as they are.

    rows: (k,) int64, rows of the sample. missing: record fields not known of them. platform: theirs. groups: empty
    where nothing is known of accounts with these fields. platform_known: the model knows accounts of the platform.
    quiet: (k,) True of quiet followers, who are compared with quiet people; None: all are compared with all.
    """

    rows: Ints
    missing: frozenset[str]
    platform: str
    groups: tuple[ReferenceGroup, ...] = ()
    platform_known: bool = True
    quiet: Bools | None = None

    @property
    def refused(self) -> Refusal | None:
        """Why nothing can be said of these followers without labels, whatever their scores; None where it can."""
        if not self.platform_known:
            return "platform"
        return "counts" if len(self.missing & set(COUNTS)) > len(COUNTS) - LEAST_COUNTS else None


@dataclass(frozen=True)
class Reference:
    """The strata of a sample by missing fields; a follower in none of them is one of whom nothing is known."""

    strata: tuple[Stratum, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of all groups, sorted."""
        return tuple(sorted({group.name for stratum in self.strata for group in stratum.groups}))

    def part(self, mask: npt.NDArray[np.bool_]) -> Reference:
        """The reference of some of the followers, (n,) True where taken, renumbered."""
        place = np.cumsum(mask) - 1
        return Reference(
            tuple(
                replace(
                    stratum,
                    rows=place[stratum.rows[mask[stratum.rows]]],
                    quiet=None if stratum.quiet is None else stratum.quiet[mask[stratum.rows]],
                )
                for stratum in self.strata
            )
        )

    def without(self, kind: str, name: str) -> Reference:
        """The reference without one group."""
        return Reference(
            tuple(
                replace(
                    stratum,
                    groups=tuple(one for one in stratum.groups if (one.kind, one.name) != (kind, name)),
                )
                for stratum in self.strata
            )
        )


@dataclass(frozen=True)
class Scored:
    """The sample as the share needs it, in the frame's list order.

    scores: (n,) float64 in [0, 1], calibrated at the balanced prior. places: (n,) int64, ascending.
    listed: places in the frame. drawn: followers drawn, reached or not. declared: the platform's own count.
    skipped: (k,) int64, the places drawn and not reached; drawn = n + k.
    clusters: (n,) int64, the page of each follower where the list could only be paged.
    silent: (n,) float64, 1 silent for 90 days or for ever, 0 active, NaN activity unknown.
    replicate: (n,) int64, the batch each follower came with, where batches were pooled.
    complete: the frame is the whole list that the platform shows, not a window of it.

    Raises EstimateError where the parts do not fit together.
    """

    scores: Floats
    places: Ints
    listed: int
    drawn: int
    declared: int | None = None
    skipped: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    clusters: Ints | None = None
    silent: Floats | None = None
    replicate: Ints | None = None
    complete: bool = True

    def __post_init__(self) -> None:
        n = len(self.scores)
        _check_scores(self.scores, "the sample")
        if self.listed < 1 or self.drawn < 1:
            raise EstimateError(
                "No follower was drawn: the list is empty.",
                "Audit an account with at least one listed follower.",
            )
        if n + len(self.skipped) != self.drawn or self.drawn > self.listed:
            raise EstimateError(
                f"{n} scored and {len(self.skipped)} skipped followers are not the {self.drawn} drawn "
                f"of {self.listed} listed.",
                "Pass every drawn follower once, scored or skipped.",
            )
        for what, column in (
            ("places", self.places),
            ("clusters", self.clusters),
            ("silent", self.silent),
            ("replicate", self.replicate),
        ):
            if column is not None and len(column) != n:
                raise EstimateError(
                    f"{what} has {len(column)} rows for {n} scores.", "Pass one row a follower."
                )
        if n > 1 and bool(np.any(np.diff(self.places) <= 0)):
            raise EstimateError("The sample is not in list order.", "Sort the followers by their place.")

    def part(self, mask: npt.NDArray[np.bool_]) -> Scored:
        """Some of the followers, (n,) True where taken, as a sample by itself; the others count as not listed."""

        def of(column: npt.NDArray[Any] | None) -> Any:
            return None if column is None else column[mask]

        count = int(mask.sum())
        return Scored(
            scores=self.scores[mask],
            places=self.places[mask],
            listed=max(count, 1),
            drawn=max(count, 1),
            skipped=np.arange(1 if count == 0 else 0, dtype=np.int64),
            clusters=of(self.clusters),
            silent=of(self.silent),
            replicate=of(self.replicate),
        )

    @property
    def fraction(self) -> float:
        """The part of the frame that was drawn, f."""
        return self.drawn / self.listed


@dataclass(frozen=True)
class LabelledFollower:
    """One person's verdict on one follower.

    index: row of the sample (into `Scored.scores`), None for a follower outside it. label: None is "cannot
    tell".
    """

    index: int | None
    label: Label | None
    annotator: str


def _check_scores(scores: Floats, where: str) -> None:
    if scores.ndim != 1:
        raise EstimateError(f"The scores of {where} are no single column.", "Pass one score a follower.")
    bad = np.flatnonzero(~((scores >= 0) & (scores <= 1)))
    if len(bad):
        raise EstimateError(
            f"Score {scores[bad[0]]} in {where} (row {bad[0]}) is not between 0 and 1.",
            "Score the followers with a calibrated model.",
        )
