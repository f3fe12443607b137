"""`find`: all evidence of one list, or of a sample of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope import domain
from zombiescope.arrays import FloatArray, IntArray
from zombiescope.evidence.dates.creation_spikes import cohorts, spikes
from zombiescope.evidence.dates.follow_dates import NEVER, FollowDates, follow_dates
from zombiescope.evidence.dates.posting_clock import posting_clock
from zombiescope.evidence.likeness.families import families
from zombiescope.evidence.likeness.handle_forms import forms
from zombiescope.evidence.local_detector import learn_local
from zombiescope.evidence.runs.blocks import Followers, blocks, comparable
from zombiescope.features import CATALOGUE
from zombiescope.features.columns import micros, numbers, valid
from zombiescope.share.deliveries import delivery_bound

__all__ = ["Findings", "find", "searched"]


READ = ["platform", "created_at", "followed_at", "handle", "bio", "posts_count", "has_avatar", "recent_posts"]
KNOWN = 0.5  # part of the list whose creation dates must be known for a search of all of it
BOUNDS = 40  # positions whose follow dates are reported
SCORED = 20  # scored followers that an estimated share of a part of the list needs


@dataclass(frozen=True)
class Findings:
    """The evidence, and what a picture of it needs.

    place, created, earliest, latest: (n,) in follow order, oldest first (list order where the order is not
    known): position in the list, creation date, and bounds of the follow date, in microseconds since 1970
    UTC, the least int64 where not known. local: (k,) scores of the list's own detector for the followers at the
    positions `fetched` of `find`, in that order; None where it has none to trust.
    """

    evidence: domain.Evidence
    place: IntArray
    created: IntArray
    earliest: IntArray
    latest: IntArray
    local: FloatArray | None = None


def find(
    rows: pa.Table,
    places: IntArray,
    *,
    listed: int,
    order: domain.Order,
    scores: FloatArray | None,
    features: FloatArray | None = None,
    fetched: IntArray | None = None,
    rng: np.random.Generator,
    as_of: datetime,
    share_of: Callable[[FloatArray], float | None] | None = None,
    level: float = 0.05,
) -> Findings:
    """All evidence there is in the followers looked at.

    rows: columns of `records.SCHEMA`; the whole list, or a sample of it (`searched`). places: (n,) their
    positions. listed: how many followers the list has. scores: (n,) at the balanced prior, NaN where not
    known. features: (k, features) of the followers at the k positions `fetched`, as `features.extract` gives
    them. rng: for the posting clock's interval. as_of: the audit's date; accounts made later are of no
    known date. share_of: the estimated zombie share among followers of these scores, asked where at least 20
    are known. level: family-wise error of the blocks.
    """
    now = _micros(as_of)
    along = np.argsort(places, kind="stable")
    if order == "newest-first":
        along = along[::-1]
    rows = rows.select(READ)
    # A long list that is in order already is not copied.
    rows = (rows if _ascending(along) else rows.take(pa.array(along))).combine_chunks()
    place = np.asarray(places, dtype=np.int64)[along]
    known = np.full(len(place), np.nan) if scores is None else np.asarray(scores, dtype=np.float64)[along]

    def estimated(members: IntArray) -> float | None:
        theirs = known[members]
        theirs = theirs[~np.isnan(theirs)]
        return share_of(theirs) if share_of is not None and len(theirs) >= SCORED else None

    created, dated = micros(_column(rows, "created_at"))
    dated &= created <= now
    created = np.where(dated, created, NEVER)
    followed, follow_dated = micros(_column(rows, "followed_at"))
    dates = None if order == "unknown" else follow_dates(created, followed, follow_dated, as_of=now)
    platform = rows["platform"][0].as_py() if rows.num_rows else ""
    written = forms(_column(rows, "handle"))
    silent = _silent(rows)
    followers = Followers(
        place,
        created,
        dates,
        known,
        silent,
        _traits(rows, known, silent),
        written,
        *_measured(place, known, features, fetched),
    )
    runs, sign_ups = blocks(followers, estimated, level=level)
    local, deliveries = _deliveries(followers, runs, listed, rng.spawn(1)[0])
    evidence = domain.Evidence(
        blocks=runs,
        sign_ups=sign_ups,
        basis="list" if len(place) >= listed else "sample",
        examined=len(place),
        dated=int(dated.sum()),
        families=families(rows, place, written, estimated),
        spikes=spikes(created[dated], platform),
        cohorts=cohorts(created[dated], platform),
        follow_dates=None if dates is None else _follow_bounds(place, dates),
        clock=posting_clock(rows["recent_posts"], as_of=now, rng=rng),
        deliveries=deliveries,
    )
    unknown = np.full(len(place), NEVER)
    return Findings(
        evidence,
        place,
        created,
        unknown if dates is None else dates.earliest,
        unknown if dates is None else dates.latest,
        None if local is None or fetched is None else _by_position(place[followers.measured], local, fetched),
    )


def searched(
    listed: pa.Table, fetched: pa.Table, places: IntArray, scores: FloatArray
) -> tuple[pa.Table, IntArray, FloatArray]:
    """What to search, its places and scores: the whole list where it has most creation dates, else the sample.

    listed: a row a place, as listed; what was fetched (rows at `places`, with their scores) stands in for
    its rows of the list. All have the columns of `records.SCHEMA`.
    """
    size = listed.num_rows
    if (size - listed["created_at"].null_count) < KNOWN * size:
        return fetched, places, scores
    source = np.arange(size)
    source[places] = size + np.arange(len(places))
    both = pa.concat_tables([listed.select(READ), fetched.select(READ)])
    known = np.full(size, np.nan)
    known[places] = scores
    return both.take(pa.array(source)), np.arange(size), known


def _deliveries(
    followers: Followers, runs: tuple[domain.Block, ...], listed: int, rng: np.random.Generator
) -> tuple[FloatArray | None, domain.Deliveries | None]:
    """The scores of the list's own detector by measured row, and the excess of the runs over their neighbourhoods."""
    if not runs or not followers.ordered or len(followers.measured) == 0:
        return None, None
    place = followers.place[followers.measured]
    spans = []
    for run in runs:
        rows = np.flatnonzero((place >= run.from_) & (place <= run.to))
        if len(rows):
            spans.append((int(rows[0]), int(rows[-1]) + 1))
    spans.sort()
    learnt = learn_local(comparable(followers), spans, rng)
    if learnt is None:
        return None, None
    bound = delivery_bound(learnt.scores, spans, fraction=len(place) / listed)
    if bound is None:
        return learnt.scores, None
    return learnt.scores, domain.Deliveries(
        low=bound.low,
        excess=bound.excess,
        runs=bound.runs,
        in_runs=bound.in_runs,
        separation=round(learnt.auc, 4),
    )


def _by_position(place: IntArray, values: FloatArray, wanted: IntArray) -> FloatArray:
    """(wanted,) the values at these positions, NaN where there is none."""
    along = np.argsort(place, kind="stable")
    at = np.clip(np.searchsorted(place[along], wanted), 0, len(place) - 1)
    return np.where(place[along][at] == wanted, values[along][at], np.nan)


def _measured(
    place: IntArray, scores: FloatArray, features: FloatArray | None, fetched: IntArray | None
) -> tuple[IntArray, FloatArray]:
    """The rows whose features and score are known, ascending, and their features."""
    if features is None or fetched is None or len(fetched) == 0:
        return np.empty(0, dtype=np.int64), np.empty((0, len(CATALOGUE)))
    by_place = np.argsort(place, kind="stable")
    rows = by_place[np.searchsorted(place[by_place], fetched)]
    along = np.argsort(rows, kind="stable")
    along = along[~np.isnan(scores[rows[along]])]
    if len(along) == len(features) and _ascending(along):
        return rows, features
    if len(along) == len(features) and _ascending(along[::-1]):
        return rows[::-1], features[::-1]
    return rows[along], features[along]


def _ascending(along: IntArray) -> bool:
    """Whether these are all rows in their order."""
    return bool((along == np.arange(len(along))).all())


def _column(rows: pa.Table, name: str) -> pa.Array:
    column = rows[name].combine_chunks()
    # A column without rows stays chunked.
    return (
        pa.concat_arrays(column.chunks or [pa.array([], column.type)])
        if isinstance(column, pa.ChunkedArray)
        else column
    )


def _silent(rows: pa.Table) -> FloatArray:
    """(n,) 1 where a follower never posted, by its count of posts or its timeline."""
    count = numbers(_column(rows, "posts_count"))
    read = pc.list_value_length(rows["recent_posts"]).to_numpy().astype(np.float64)
    by_count = np.where(np.isnan(count), np.nan, count == 0)
    return np.where(np.isnan(by_count), np.where(np.isnan(read), np.nan, read == 0), by_count)


def _traits(rows: pa.Table, scores: FloatArray, silent: FloatArray) -> dict[str, FloatArray]:
    """(n,) 1, 0 or NaN (not known) by the trait's name in the report."""
    bio = _column(rows, "bio")
    return {
        "never posted": silent,
        "no profile picture": 1 - numbers(_column(rows, "has_avatar")),
        "no bio": np.where(
            valid(bio), pc.equal(bio.fill_null(""), "").to_numpy(zero_copy_only=False), np.nan
        ),
        "a score of .5 or more": np.where(np.isnan(scores), np.nan, scores >= 0.5),
    }


def _follow_bounds(place: IntArray, dates: FollowDates) -> domain.FollowDates:
    """The bounds at some positions, evenly over follow order."""
    chosen = np.unique(np.linspace(0, len(place) - 1, min(BOUNDS, len(place))).round().astype(np.int64))
    return domain.FollowDates(
        bounds=tuple(
            domain.FollowBound(
                position=int(place[i]),
                earliest=_moment(int(dates.earliest[i])),
                latest=_moment(int(dates.latest[i])),
            )
            for i in chosen
        ),
        exact=dates.exact,
        contradicted=dates.contradicted,
    )


def _micros(when: datetime) -> int:
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _moment(micros: int) -> datetime | None:
    return None if micros == NEVER else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
