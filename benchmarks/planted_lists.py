"""Lists in follow order made of the real accounts in a model's reference groups, for `benchmarks.order` and `labels`.

A group is scored by the models of a training that left it out, with only those fields that all groups of the list have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evidence.lists import END, make
from zombiescope import wiring
from zombiescope.detector.reference import ReferenceGroup
from zombiescope.evidence.dates.follow_dates import follow_dates
from zombiescope.evidence.likeness.handle_forms import forms
from zombiescope.evidence.runs.blocks import Followers
from zombiescope.features import INDEX

__all__ = ["Delivery", "PlantedList", "groups", "mixed", "planted_list"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
KNOWN = 0.5  # part of a group in which a feature must be known for a list to have it
QUIET = 0.3  # quantile of the post counts of its study up to which a new user of a wave posts


@dataclass(frozen=True)
class Delivery:
    """So many followers in a row, `purity` of them from `group`, the others of the list's own study."""

    group: ReferenceGroup
    size: int
    purity: float = 1.0


@dataclass(frozen=True)
class PlantedList:
    """A list, oldest follower first: zombie (n,); spans: rows (half open) of each delivery, in the order given."""

    followers: Followers
    zombie: npt.NDArray[np.bool_]
    spans: tuple[tuple[int, int], ...]


@lru_cache(maxsize=1)
def groups() -> tuple[tuple[ReferenceGroup, ...], tuple[ReferenceGroup, ...]]:
    """The vendors and the studies of the shipped model that a training left out."""
    detector = wiring.detector(wiring.settings())
    every = [group for group in detector._reference if group.left_out]
    return (
        tuple(group for group in every if group.kind == "vendor"),
        tuple(group for group in every if group.kind == "study"),
    )


@lru_cache(maxsize=256)
def _with_common_fields(which: tuple[int, ...], of: int) -> tuple[FloatArray, FloatArray]:
    """Features and scores of one group with the fields that all groups have."""
    every = _BY_NUMBER
    known = np.all([np.isfinite(every[i].matrix).mean(axis=0) > KNOWN for i in which], axis=0)
    matrix = np.where(known, every[of].matrix, np.nan)
    return matrix, replace(every[of], matrix=matrix).scored(frozenset()).scores


_BY_NUMBER: list[ReferenceGroup] = []


def _number(group: ReferenceGroup) -> int:
    for i, other in enumerate(_BY_NUMBER):
        if other is group:
            return i
    _BY_NUMBER.append(group)
    return len(_BY_NUMBER) - 1


def planted_list(
    study: ReferenceGroup,
    deliveries: Sequence[Delivery],
    rng: np.random.Generator,
    *,
    n: int = 3_000,
    waves: int = 0,
    beside: bool = False,
) -> PlantedList:
    """People of a study who came by themselves, with bursts of news and waves of sign-ups, and deliveries put in.

    Accounts of a delivery are of all ages: each was created at a random moment before it followed, as the list's
    people were. New users of a wave are quiet people of the study. beside: each delivery follows on the one before.
    """
    organic = make(n, rng, waves=waves)
    which = tuple(sorted({_number(study), *(_number(one.group) for one in deliveries)}))
    features, scores = _with_common_fields(which, _number(study))
    rows = rng.choice(len(scores), n, replace=len(scores) < n)
    posts = features[:, INDEX["posts_count"]]
    quiet = np.flatnonzero(posts <= np.nanquantile(posts, QUIET)) if np.isfinite(posts).any() else rows
    for start, stop in organic.waves:
        rows[start:stop] = rng.choice(quiet, stop - start)
    parts = [
        (features[rows], scores[rows], organic.created, np.zeros(n, dtype=bool), np.zeros(n, dtype=np.int64))
    ]
    matrix, score, created, zombie, part = parts[0]
    for number, one in enumerate(deliveries, start=1):
        theirs, their_scores = _with_common_fields(which, _number(one.group))
        fake = rng.random(one.size) < one.purity
        bought = rng.choice(len(their_scores), one.size, replace=len(their_scores) < one.size)
        own = rng.choice(len(scores), one.size)
        # Between two followers who came by themselves, or who belong to different deliveries.
        while not (beside and number > 1):
            at = int(rng.integers(0, len(part) + 1))
            if not 0 < at < len(part) or part[at - 1] != part[at] or part[at] == 0:
                break
        else:
            at = int(np.flatnonzero(part == number - 1)[-1]) + 1
        earlier = created[: max(at, 1)]

        def put(values: npt.NDArray[Any], more: npt.NDArray[Any], at: int = at) -> npt.NDArray[Any]:
            return np.concatenate((values[:at], more, values[at:]))

        matrix = put(matrix, np.where(fake[:, None], theirs[bought], features[own]))
        score = put(score, np.where(fake, their_scores[bought], scores[own]))
        created = put(created, rng.choice(earlier, one.size))
        zombie = put(zombie, fake & (one.group.kind == "vendor"))
        part = put(part, np.full(one.size, number))
    size = len(part)
    place = np.arange(size)
    unknown = np.full(size, np.nan)
    followers = Followers(
        place,
        created,
        follow_dates(created, created, np.zeros(size, dtype=bool), as_of=END),
        score,
        unknown,
        {},
        forms(pa.nulls(size, pa.string())),
        place,
        matrix,
    )
    spans = []
    for number in range(1, len(deliveries) + 1):
        where = np.flatnonzero(part == number)
        spans.append((int(where[0]), int(where[-1]) + 1))
    return PlantedList(followers, zombie, tuple(spans))


def mixed(
    vendor: ReferenceGroup, study: ReferenceGroup, share: float, n: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.bool_]]:
    """Features, scores and truth of n followers drawn from a list with this share."""
    which = tuple(sorted((_number(study), _number(vendor))))
    zombie = rng.random(n) < share
    features, scores = (np.empty((n, len(INDEX))), np.empty(n))
    for group, chosen in ((vendor, zombie), (study, ~zombie)):
        matrix, score = _with_common_fields(which, _number(group))
        rows = rng.choice(len(score), int(chosen.sum()), replace=len(score) < chosen.sum())
        features[chosen], scores[chosen] = matrix[rows], score[rows]
    return features, scores, zombie
