"""Silence, the ground of the dormant share: golden cases on both sides of each rule."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from features.strategies import AT
from zombiescope.domain import Follower, Post
from zombiescope.features.silence import SILENT_DAYS, silent
from zombiescope.records import schema

MICROSECOND = timedelta(microseconds=1)
DAYS = timedelta(days=90)


def of(posts: tuple[Post, ...] | None, count: int | None = None) -> float:
    """Whether one follower is silent: 1, 0, or NaN."""
    table = schema.from_followers([Follower(platform="x", id="1", posts_count=count, recent_posts=posts)])
    return float(silent(table, np.array([int(AT.timestamp() * 1e6)]))[0])


def test_ninety_days() -> None:
    """Silent from ninety days after the newest post on, to the microsecond."""
    assert SILENT_DAYS == 90
    assert of((Post(created_at=AT - DAYS),)) == 1.0
    assert of((Post(created_at=AT - DAYS + MICROSECOND),)) == 0.0
    assert of((Post(created_at=AT - 4 * DAYS), Post(created_at=AT - timedelta(days=1)))) == 0.0


@pytest.mark.parametrize(
    ("posts", "count", "expected"),
    [
        (None, None, np.nan),  # timelines were not fetched
        (None, 5, np.nan),
        (None, 0, 1.0),  # an account that says that it has no posts
        ((), None, 1.0),  # fetched, none there
        ((), 0, 1.0),
        ((), 1, np.nan),
        ((), 5, np.nan),  # a hidden timeline: it says that it has posts and shows none
        ((Post(text="undated"),), 1, np.nan),
        ((Post(created_at=AT + timedelta(days=1)),), None, np.nan),  # later than the audit alone
        ((Post(created_at=AT),), 0, 1.0),
    ],
)
def test_what_is_not_known_is_nan(posts: tuple[Post, ...] | None, count: int | None, expected: float) -> None:
    """A hidden timeline is neither silent nor active; a count of 0 decides whatever else is known."""
    assert np.array_equal(of(posts, count), expected, equal_nan=True)


def test_rows_of_several_batches() -> None:
    """Each row is judged by its own posts and date, whichever batch it stands in."""
    days = (0, 1, 2, None, 3, 0)  # nothing is known of the fourth; its neighbours keep their posts
    table = schema.from_followers(
        [
            Follower(
                platform="x",
                id=str(n),
                recent_posts=None if age is None else (Post(created_at=AT - age * DAYS),),
            )
            for n, age in enumerate(days)
        ]
    )
    several = pa.Table.from_batches(
        [
            batch
            for part in (table.slice(0, 1), table.slice(1, 3), table.slice(4))
            for batch in part.to_batches()
        ]
    )
    assert len(several.to_batches()) == 3
    at = np.full(6, int(AT.timestamp() * 1e6))
    at[2] -= int(DAYS.total_seconds() * 1e6) + 1
    expected = [0.0, 1.0, 0.0, np.nan, 1.0, 0.0]
    for rows in (table, several):
        assert np.array_equal(silent(rows, at), expected, equal_nan=True)
    assert silent(table.schema.empty_table(), at[:0]).tolist() == []
