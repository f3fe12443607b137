"""What the estimate is made of: the scored sample, the templates, the validation, the labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from zombiescope.domain import Label
from zombiescope.errors import EstimateError

__all__ = ["Floats", "Ints", "LabelledFollower", "Scored", "Templates", "Validation"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Templates:
    """Out-of-fold scores of known accounts, calibrated at the balanced prior; part of the model artefact.

    zombie: (m1,) float64 in [0, 1]. genuine: (m0,) float64 in [0, 1]. Followers must be scored exactly as
    these rows were. zombie_kinds, genuine_kinds: (rows,) each, the vendors' and studies' scores by themselves and as
    pseudo-groups of them would score; none where the model holds none. Raises EstimateError where a class is empty
    or a value is no score.
    """

    zombie: Floats
    genuine: Floats
    zombie_kinds: tuple[Floats, ...] = ()
    genuine_kinds: tuple[Floats, ...] = ()

    def __post_init__(self) -> None:
        for kind, rows in (("zombie", self.zombie), ("genuine", self.genuine)):
            if len(rows) == 0:
                raise EstimateError(
                    f"The model's templates hold no {kind} rows.",
                    "Train the model on zombies and genuine accounts.",
                )
            _check_scores(rows, f"the {kind} templates")
        for rows in (*self.zombie_kinds, *self.genuine_kinds):
            _check_scores(rows, "the templates' kinds")

    @property
    def by_kind(self) -> bool:
        """Whether both classes come in kinds."""
        return bool(self.zombie_kinds and self.genuine_kinds)


@dataclass(frozen=True)
class Validation:
    """What the detector does with kinds of accounts it never saw.

    vendors: each zombie vendor's scores when that vendor was left out of training.
    studies: the scores of each study's genuine accounts when that study was left out.
    """

    vendors: Mapping[str, Floats] = field(default_factory=dict)
    studies: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for group, rows in (*self.vendors.items(), *self.studies.items()):
            _check_scores(rows, f"the validation of {group}")


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
