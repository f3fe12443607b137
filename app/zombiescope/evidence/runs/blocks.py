"""Blocks: runs in follow order whose members are too alike, and those that may be sign-ups of new users
instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Literal

import numpy as np

from zombiescope.arrays import BoolArray, FloatArray, IntArray, RealArray
from zombiescope.domain import Block, Trait
from zombiescope.durations import DAY_MINUTES, MINUTE_MICROS
from zombiescope.evidence.dates.follow_dates import NEVER, FollowDates
from zombiescope.evidence.likeness.handle_forms import Forms
from zombiescope.evidence.runs.contrast import LEAST, contrast_runs
from zombiescope.evidence.runs.scan import Line, Run, scan
from zombiescope.features import CATALOGUE, INDEX
from zombiescope.features.normal_scores import compact_normal_scores

__all__ = ["Followers", "blocks", "comparable", "likeness_columns"]

ShareOf = Callable[[IntArray], float | None]

SCANS = 5.0  # by date of all, of high scores, of those who never posted; of the scores; of all features
HIGH = 0.5  # a score from which a follower counts as scored high
KNOWN = 0.9  # part of the followers whose score or posts must be known for a scan by them
OVERLAP = 0.3  # of a run that lies in those already found: it is one of them
IN_ORDER = (
    0.3  # rank correlation with the place, within its standard error, from which dates rise as sign-ups' do
)
SAME_DAY = DAY_MINUTES  # accounts made within this time cannot be distinguished from sign-ups by their order
NEW = 0.5  # part of the members that must be as new as the newest who followed before, within SAME_DAY
SHARED = 0.5  # part of a run that has a trait in common,
APART = 0.3  # and by how much that must exceed the part of all others


@dataclass(frozen=True)
class Followers:
    """The followers looked at, in follow order, oldest first (or in list order where the order is not known).

    place: (n,) positions in the list. created: (n,) microseconds since 1970 UTC, NEVER where not known.
    dates: their follow dates; of an unknown order None. scores: (n,) NaN where not known. silent: (n,) 1
    where a follower never posted, 0 where it did, NaN where not known. traits: (n,) by name, likewise.
    handles: their forms, row by row. measured: (k,) ascending rows whose features are known, those that were
    fetched and scored; features: (k, features) as `features.extract` gives them.
    """

    place: IntArray
    created: IntArray
    dates: FollowDates | None
    scores: FloatArray
    silent: FloatArray
    traits: dict[str, FloatArray]
    handles: Forms
    measured: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    features: FloatArray = field(default_factory=lambda: np.empty((0, len(CATALOGUE))))

    @property
    def ordered(self) -> bool:
        """Whether it is known which end of the list is old."""
        return self.dates is not None


@dataclass(frozen=True)
class _Span:
    """A run among all followers: rows start..stop (half open); members: (members,) rows that are alike."""

    start: int
    stop: int
    members: IntArray
    alike: Literal["created", "scored", "features"]
    around: float
    log_p: float


def blocks(
    followers: Followers, share_of: ShareOf, *, level: float = 0.05
) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The blocks and the runs of possible sign-ups, each in list order, at a family-wise error of `level`.

    share_of: the estimated zombie share among some rows, or None.

    Five scans share the error: creation dates of all, of those who scored high, of those who never posted
    (deliveries that trickle in between organic followers are thin among all and thick among these), runs
    of high scores, and, where the order is known, runs that differ from both neighbourhoods in any features
    (`contrast_runs`). A run is one of possible sign-ups where most of its members are newer than everybody who
    followed before and stand in the order of their creation, or were made within a day: then the order
    of the list cannot distinguish accounts that were bought fresh from new users who follow an account that the
    platform shows them. Bought accounts come shuffled, or some time after they were made.
    """
    runs: list[_Span] = []
    others = np.ones(len(followers.place), dtype=bool)
    for candidate in _searched(followers, level):
        run = _uncovered(candidate, others)
        if run is not None:
            runs.append(run)
            others[run.start : run.stop] = False
    sorted_out = [(_block(followers, run, others, share_of), _sign_ups(followers, run)) for run in runs]
    sorted_out.sort(key=lambda pair: pair[0].from_)
    return tuple(b for b, new in sorted_out if not new), tuple(b for b, new in sorted_out if new)


def _uncovered(run: _Span, others: BoolArray) -> _Span | None:
    """The run, or of one by features the longest piece that no earlier run covers; None where it is one of these."""
    free = others[run.start : run.stop]
    if free.mean() > 1 - OVERLAP:
        return run
    if run.alike != "features":
        return None
    edges = np.flatnonzero(np.diff(np.concatenate(([0], free.astype(np.int8), [0]))))
    pieces = edges.reshape(-1, 2)
    if len(pieces) == 0:
        return None
    first, last = pieces[(pieces[:, 1] - pieces[:, 0]).argmax()]
    start, stop = run.start + int(first), run.start + int(last)
    members = run.members[(run.members >= start) & (run.members < stop)]
    if stop - start < max(LEAST, OVERLAP * len(free)) or len(members) < LEAST // 2:
        return None
    return replace(run, start=start, stop=stop, members=members)


def _searched(followers: Followers, level: float) -> list[_Span]:
    """Runs of all scans; what an earlier scan found comes first."""
    dated = np.flatnonzero(followers.created != NEVER)
    runs = _by_date(followers, dated, level)
    high = np.where(np.isnan(followers.scores), np.nan, followers.scores >= HIGH)
    for flag in (high, followers.silent):
        if len(dated) and (~np.isnan(flag[dated])).mean() >= KNOWN:
            runs += _by_date(followers, dated[flag[dated] == 1], level)
    # Runs by features before runs by score: they tell deliveries apart that stand side by side.
    if followers.ordered:
        runs += _by_features(followers, level)
    scored = np.flatnonzero(~np.isnan(followers.scores))
    if len(scored) >= KNOWN * len(followers.scores):
        runs += _by_score(followers, scored, level)
    return runs


def _by_date(followers: Followers, rows: IntArray, level: float) -> list[_Span]:
    created = followers.created[rows] // MINUTE_MICROS
    if followers.dates is not None:
        bounds: tuple[IntArray, ...] = (followers.dates.earliest[rows] // MINUTE_MICROS,)
    else:
        bounds = (
            (np.maximum.accumulate(created), np.maximum.accumulate(created[::-1])[::-1]) if len(rows) else ()
        )
    runs = []
    for run in scan(Line(created, bounds), tests=SCANS, level=level):
        here = rows[run.start : run.stop]
        inside = (created[run.start : run.stop] >= run.low) & (created[run.start : run.stop] <= run.high)
        runs.append(_widened(here, here[inside], "created", run))
    return runs


def _by_score(followers: Followers, rows: IntArray, level: float) -> list[_Span]:
    """Runs of high scores: the same scan with one date for all high scores and dates far apart for the
    others.
    """
    high = followers.scores[rows] >= HIGH
    apart = np.where(high, 0, (np.arange(len(rows)) + 1) * 1_000 * DAY_MINUTES)
    line = Line(apart, (np.full(len(rows), (len(rows) + 1) * 1_000 * DAY_MINUTES),))
    runs = []
    for run in scan(line, tests=SCANS, level=level):
        here = rows[run.start : run.stop]
        runs.append(_widened(here, here[high[run.start : run.stop]], "scored", run))
    return runs


def likeness_columns() -> IntArray:
    """Columns of the feature matrix in which runs are compared.

    Creation dates have a scan of their own, which knows what sign-ups do; ratios of counts repeat the counts.
    """
    return np.array(
        [
            INDEX[feature.name]
            for feature in CATALOGUE
            if "created_at" not in feature.needs
            and "platform" not in feature.needs
            and not (feature.block == "counts" and feature.unit == "ratio")
        ],
        dtype=np.int64,
    )


def comparable(followers: Followers) -> RealArray:
    """(k, d) normal scores of the features and the detector's score of the followers measured."""
    score = followers.scores[followers.measured]
    columns = [partial(_column, followers.features, column) for column in likeness_columns().tolist()]
    return compact_normal_scores([*columns, lambda: score], len(score))


def _column(features: FloatArray, column: int) -> FloatArray:
    return features[:, column]


def _by_features(followers: Followers, level: float) -> list[_Span]:
    """Runs by likeness in any features, among the followers who were fetched and scored."""
    rows = followers.measured
    score = followers.scores[rows]
    return [
        _Span(
            int(rows[run.start]),
            int(rows[run.stop - 1]) + 1,
            rows[run.members],
            "features",
            run.around,
            run.log_p,
        )
        for run in contrast_runs(comparable(followers), score, tests=SCANS, level=level, overwrite=True)
    ]


def _widened(
    here: IntArray, members: IntArray, alike: Literal["created", "scored", "features"], run: Run
) -> _Span:
    return _Span(int(here[0]), int(here[-1]) + 1, members, alike, run.around, run.log_p)


def _sign_ups(followers: Followers, run: _Span) -> bool:
    """Whether the members may be new users who followed on signing up."""
    members = run.members[followers.created[run.members] != NEVER]
    if len(members) < 3:
        return False
    forward = _new_in_order(followers.created, run.start, members)
    if followers.ordered:
        return forward
    last = len(followers.created) - 1
    return forward or _new_in_order(followers.created[::-1], last - run.stop + 1, (last - members)[::-1])


def _new_in_order(created: IntArray, start: int, members: IntArray) -> bool:
    before = created[:start].max(initial=NEVER)
    dates = created[members]
    recent = NEVER if before == NEVER else before - SAME_DAY * MINUTE_MICROS
    if (dates > recent).mean() < NEW:
        return False
    if np.quantile(dates, 0.9) - np.quantile(dates, 0.1) <= SAME_DAY * MINUTE_MICROS:
        return True
    order = np.corrcoef(dates.argsort().argsort(), np.arange(len(dates)))[0, 1]
    return bool(order + 1 / math.sqrt(len(dates)) >= IN_ORDER)


def _block(followers: Followers, run: _Span, others: BoolArray, share_of: ShareOf) -> Block:
    rows = np.arange(run.start, run.stop)
    place = followers.place[rows]
    dates = followers.dates
    born = followers.created[run.members]
    band = run.alike == "created"
    share, part = share_of(rows), len(rows) / len(followers.place)
    return Block(
        from_=int(place.min()),
        to=int(place.max()),
        followers=len(run.members),
        created_from=_moment(int(born.min())) if band else None,
        created_to=_moment(int(born.max())) if band else None,
        share=share,
        p_value=min(1.0, math.exp(max(run.log_p, -700.0))),
        examined=len(rows),
        alike=run.alike,
        around=round(run.around, 4),
        followed_from=None if dates is None else _moment(int(dates.earliest[run.start])),
        followed_to=None if dates is None else _moment(int(dates.latest[run.stop - 1])),
        traits=_traits(followers, run, others),
        part=part,
        explains=None if share is None else share * part,
    )


def _traits(followers: Followers, run: _Span, others: BoolArray) -> tuple[Trait, ...]:
    """What most members have and most followers outside all runs have not, the most telling first."""
    shared = []
    for name, has in {**followers.traits, **_common_form(followers.handles, run.members)}.items():
        inside, around = _part(has[run.members]), _part(has[others])
        if inside is not None and around is not None and inside >= SHARED and inside - around >= APART:
            shared.append(Trait(name=name, inside=round(inside, 4), around=round(around, 4)))
    if run.alike == "features":
        among = np.searchsorted(followers.measured, run.members)
        shared += _feature_traits(followers.features, among, others[followers.measured])
    return tuple(sorted(shared, key=lambda trait: trait.around - trait.inside))


def _feature_traits(features: FloatArray, members: IntArray, others: BoolArray) -> list[Trait]:
    """The ranges of features that most members are in and most others are not, at most three."""
    traits = []
    for column in likeness_columns():
        inside, around = features[members, column], features[others, column]
        inside, around = inside[~np.isnan(inside)], around[~np.isnan(around)]
        if len(inside) < LEAST // 2 or len(around) < LEAST // 2:
            continue
        feature = CATALOGUE[column]
        if feature.unit == "0 or 1":
            continue  # said by the traits of the profile
        for quantile, words in ((0.9, "at most"), (0.1, "at least")):
            cut = float(np.quantile(inside, quantile, method="nearest"))
            ours, theirs = (
                ((inside <= cut).mean(), (around <= cut).mean())
                if words == "at most"
                else ((inside >= cut).mean(), (around >= cut).mean())
            )
            if ours >= SHARED and ours - theirs >= APART:
                name = f"{feature.meaning}: {words} {cut:.3g}"
                traits.append(Trait(name=name, inside=round(float(ours), 4), around=round(float(theirs), 4)))
    return sorted(traits, key=lambda trait: trait.around - trait.inside)[:3]


def _common_form(handles: Forms, members: IntArray) -> dict[str, FloatArray]:
    """The commonest form of the members' handles, as a trait of everybody."""
    known = handles.codes[members]
    known = known[known >= 0]
    if len(known) == 0:
        return {}
    form = int(np.bincount(known).argmax())
    has = np.where(handles.codes < 0, np.nan, handles.codes == form)
    return {f"a handle of the form {handles.words(form)}": has}


def _part(has: FloatArray) -> float | None:
    known = has[~np.isnan(has)]
    return float(known.mean()) if len(known) >= 5 else None


def _moment(micros: int) -> datetime | None:
    return None if micros == NEVER else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
