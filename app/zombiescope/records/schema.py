"""Followers as Arrow tables, the one internal table form: its schema, and records to tables and back.

A table has one row a follower and the columns of `Follower`, in order; null is unknown. In `recent_posts` a
null list is "not fetched" and an empty list "fetched, none there".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pyarrow as pa

from zombiescope.domain import Follower

__all__ = ["POSTS", "SCHEMA", "empty", "from_followers", "times", "to_followers"]

TIME = pa.timestamp("us", tz="UTC")

POSTS = pa.list_(
    pa.struct(
        [
            ("id", pa.string()),
            ("created_at", TIME),
            ("text", pa.string()),
            ("source", pa.string()),
            ("lang", pa.string()),
            ("is_repost", pa.bool_()),
            ("is_reply", pa.bool_()),
            ("likes_count", pa.int64()),
            ("reposts_count", pa.int64()),
            ("replies_count", pa.int64()),
        ]
    )
)

SCHEMA = pa.schema(
    [
        ("platform", pa.string()),
        ("id", pa.string()),
        ("handle", pa.string()),
        ("display_name", pa.string()),
        ("bio", pa.string()),
        ("location", pa.string()),
        ("url", pa.string()),
        ("created_at", TIME),
        ("observed_at", TIME),
        ("followed_at", TIME),
        ("position", pa.int64()),
        ("followers_count", pa.int64()),
        ("following_count", pa.int64()),
        ("posts_count", pa.int64()),
        ("likes_count", pa.int64()),
        ("listed_count", pa.int64()),
        ("has_avatar", pa.bool_()),
        ("has_banner", pa.bool_()),
        ("verified", pa.bool_()),
        ("protected", pa.bool_()),
        ("recent_posts", POSTS),
        ("label", pa.string()),
        ("label_source", pa.string()),
    ]
)


def from_followers(followers: Iterable[Follower]) -> pa.Table:
    """A table of the records, in their order (rows: records; columns: `SCHEMA`)."""
    rows = list(followers)
    columns: list[pa.Array] = []
    for field in SCHEMA:
        values: list[Any] = [getattr(row, field.name) for row in rows]
        if field.name == "recent_posts":
            values = [None if v is None else [msgspec.structs.asdict(p) for p in v] for v in values]
        columns.append(pa.array(values, type=field.type))
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def to_followers(table: pa.Table | pa.RecordBatch) -> Iterator[Follower]:
    """The records of a table, in its order."""
    for row in table.to_pylist():
        yield msgspec.convert(row, Follower)


def empty() -> pa.Table:
    """A table of no followers."""
    return SCHEMA.empty_table()


def times(value: datetime, rows: int) -> pa.Array:
    """One date for every row, as an Arrow timestamp column of length `rows`; naive dates are taken as UTC."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return pa.repeat(pa.scalar(aware, type=TIME), rows)
