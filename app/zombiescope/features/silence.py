"""How long each follower has been silent: what the dormant share is made of."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.durations import DAY_MICROS
from zombiescope.features.columns import FloatArray, IntArray, micros, numbers, valid

__all__ = ["SILENT_DAYS", "silent"]

SILENT_DAYS = 90  # docs/method.md: silent for this long, or for ever, counts as inactive


def silent(table: pa.Table, at: IntArray) -> FloatArray:
    """(rows,) 1 where a follower has not posted for 90 days or ever, 0 where it has, NaN where that is not known.

    at: (rows,) microseconds since 1970. A timeline without a single dated post on an account that says it has posts
    is not known; an account that says it has none is silent whatever else is known.
    """
    out = np.full(table.num_rows, np.nan)
    first = 0
    for batch in table.to_batches():
        rows = slice(first, first + batch.num_rows)
        out[rows] = _silent(batch, at[rows])
        first += batch.num_rows
    return out


def _silent(batch: pa.RecordBatch, at: IntArray) -> FloatArray:
    posts = batch["recent_posts"]
    count = numbers(batch["posts_count"])
    lengths = pc.list_value_length(posts).fill_null(0).to_numpy(zero_copy_only=False)
    owner = np.repeat(np.arange(len(posts)), lengths)
    time, dated = micros(posts.flatten().field("created_at"))
    dated_before = dated & (time <= at[owner])
    newest = np.full(len(posts), -np.inf)
    np.maximum.at(newest, owner[dated_before], time[dated_before])
    out = np.where((at - newest) / DAY_MICROS >= SILENT_DAYS, 1.0, 0.0)
    undated = valid(posts) & np.isinf(newest) & (lengths > 0)
    out[~valid(posts) | undated] = np.nan
    # An empty answer from an account that says it has posts hides them: nothing is known of when they were.
    out[valid(posts) & (lengths == 0) & (count > 0)] = np.nan
    out[count == 0] = 1.0
    return out
