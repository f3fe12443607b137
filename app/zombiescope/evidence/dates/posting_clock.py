"""The hours at which followers post: people have nights, machines need none."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.arrays import FloatArray
from zombiescope.domain import PostingClock
from zombiescope.features.columns import micros

__all__ = ["posting_clock"]


HOUR = 3_600_000_000  # microseconds
HOURS = 24
NIGHT = 6  # hours in a row
READ = 5  # posts a follower needs to count in the common clock,
JUDGED = 20  # and to be judged by its own
AWAKE = 0.125  # of its posts fall into its quietest hours: half of what they would at random
FEW = 20  # followers below which there is no common clock
MOST = 20_000  # followers read: more change nothing
RESAMPLES = 400


def posting_clock(
    posts: pa.ChunkedArray, *, as_of: int, rng: np.random.Generator, level: float = 0.95
) -> PostingClock | None:
    """The followers' posts by hour of the day, and how many post around the clock; None with too few posts.

    posts: (rows,) the column `recent_posts`. as_of: microseconds since 1970 UTC; later posts are left out.
    The interval of the entropy is a bootstrap over followers (percentiles; Efron & Tibshirani 1993).

    Followers of one zone have a night in common, of all zones none: a flat common clock alone is no sign of
    machines. One follower without quiet hours is. Of somebody who posts at all hours alike, an eighth of the
    posts fall into the quietest six hours in 25 of 100 cases with 20 posts and in 78 with 40; hardly ever of
    somebody who sleeps.
    """
    counts = _counts(posts, as_of)
    counts = counts[counts.sum(axis=1) >= READ]
    if len(counts) < FEW:
        return None
    if len(counts) > MOST:
        counts = counts[np.sort(rng.choice(len(counts), MOST, replace=False))]
    total = counts.sum(axis=1)
    parts = counts / total[:, None]
    common = parts.mean(axis=0)
    tail = (1 - level) / 2
    drawn = rng.multinomial(len(parts), np.full(len(parts), 1 / len(parts)), size=RESAMPLES)
    low, high = np.quantile(_entropy(drawn @ parts / len(parts)), [tail, 1 - tail])
    quiet = _nights(common[None, :])[0]
    enough = total >= JUDGED
    restless = _nights(parts[enough]).min(axis=1) >= AWAKE
    return PostingClock(
        hours=tuple(round(float(part), 6) for part in common),
        followers=len(counts),
        posts=int(total.sum()),
        entropy=float(_entropy(common[None, :])[0]),
        low=float(low),
        high=float(high),
        quiet=float(quiet.min()),
        quiet_from=int(quiet.argmin()),
        sleepless=int(restless.sum()),
        judged=int(enough.sum()),
    )


def _counts(posts: pa.ChunkedArray, as_of: int) -> FloatArray:
    """(rows, 24) posts in each hour of the day."""
    out = np.zeros((len(posts), HOURS), dtype=np.float64)
    done = 0
    for chunk in posts.chunks:
        lengths = pc.list_value_length(chunk).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        owner = np.repeat(np.arange(len(chunk), dtype=np.int64), lengths)
        time, dated = micros(chunk.flatten().field("created_at"))
        dated_before = dated & (time <= as_of)
        cell = owner[dated_before] * HOURS + time[dated_before] // HOUR % HOURS
        out[done : done + len(chunk)] = np.bincount(cell, minlength=len(chunk) * HOURS).reshape(-1, HOURS)
        done += len(chunk)
    return out


def _entropy(parts: FloatArray) -> FloatArray:
    """(rows,) Shannon entropy of the hours over the most there is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spent: FloatArray = np.where(parts > 0, parts * np.log(parts), 0.0).sum(axis=1)
    return np.asarray(-spent / np.log(HOURS))


def _nights(parts: FloatArray) -> FloatArray:
    """(rows, 24) the part of each stretch of six hours, by the hour it begins."""
    around = np.concatenate((parts, parts[:, : NIGHT - 1]), axis=1)
    nights: FloatArray = np.lib.stride_tricks.sliding_window_view(around, NIGHT, axis=1).sum(axis=2)
    return nights
