"""`extract`: followers in, feature matrix out. Training and serving both come through here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from zombiescope.domain import Follower
from zombiescope.errors import InputError
from zombiescope.features import compiled
from zombiescope.features.catalogue import INDEX, NAMES
from zombiescope.features.columns import FloatArray, IntArray, micros
from zombiescope.features.profile import profile_features
from zombiescope.features.timeline import POSTS_READ, late_posts, timeline_features
from zombiescope.records import schema

__all__ = ["FeatureTable", "dates", "extract"]

# Rows at once, without and with posts: so many that their bytes and what is counted of them stay in the cache.
BATCH, WITH_POSTS = 4_096, 384


@dataclass(frozen=True)
class FeatureTable:
    """The features of followers.

    matrix: (rows, features) float64, NaN where not known; columns are `catalogue.NAMES`.
    late_posts: how many posts were dropped because they are later than `at`.
    """

    matrix: FloatArray
    late_posts: int = 0

    def column(self, name: str) -> FloatArray:
        """(rows,) one feature."""
        return self.matrix[:, INDEX[name]]


def extract(
    accounts: pa.Table | pa.RecordBatch | Iterable[Follower],
    *,
    at: datetime | None = None,
    newest: int = POSTS_READ,
    posts: bool = True,
) -> FeatureTable:
    """The features of each account, as of a date.

    accounts: a table with the columns of `records.SCHEMA`, or follower records.
    at: the date as of which ages and silences are counted; None: each record's own `observed_at`.
    newest: how many of an account's newest posts are read.
    posts: False leaves the features of the posts NaN, for a model that does not read them: they take most of the time.

    Raises InputError where `at` is None and a record has no `observed_at`.
    """
    if isinstance(accounts, pa.RecordBatch):
        accounts = pa.Table.from_batches([accounts])
    table = accounts if isinstance(accounts, pa.Table) else schema.from_followers(accounts)
    matrix = np.full((table.num_rows, len(NAMES)), np.nan)
    as_of = dates(table, at)
    late = done = 0
    if posts and table["recent_posts"].nbytes >= compiled.WORTH:
        compiled.load()
    many = posts and table["recent_posts"].null_count < table.num_rows / 2
    for batch in table.to_batches(max_chunksize=WITH_POSTS if many else BATCH):
        rows = slice(done, done + batch.num_rows)
        profile = profile_features(batch, as_of[rows])
        if posts:
            timeline, dropped = timeline_features(
                batch["recent_posts"], as_of[rows], profile["followers_count"], newest
            )
            profile |= timeline
        else:
            dropped = late_posts(batch["recent_posts"], as_of[rows])
        for name, values in profile.items():
            matrix[rows, INDEX[name]] = values
        late += dropped
        done += batch.num_rows
    return FeatureTable(matrix, late)


def dates(table: pa.Table, at: datetime | None) -> IntArray:
    """(rows,) the date of each record in microseconds since 1970: `at`, else its own observed_at.

    Raises InputError where neither is known.
    """
    column = table["observed_at"].combine_chunks() if at is None else schema.times(at, table.num_rows)
    ticks, known = micros(column)
    if not known.all():
        raise InputError(
            f"record {int(np.flatnonzero(~known)[0]) + 1} has no observed_at, so its age cannot be counted",
            "Give the date of the data with --as-of YYYY-MM-DD.",
        )
    return ticks
