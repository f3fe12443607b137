"""Fields that are missing: told of each follower, and masked in the matrix as in the record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from zombiescope.domain import Follower
from zombiescope.features import FIELDS, extract, missing_fields, without_fields
from zombiescope.records import schema

from .strategies import followers

AT = datetime(2014, 6, 1, tzinfo=UTC)


@given(st.lists(followers, min_size=1, max_size=5), st.sets(st.sampled_from(FIELDS)))
def test_masking_features_is_masking_the_record(rows: list[Follower], hidden: set[str]) -> None:
    """A matrix without fields is the matrix of records without them."""
    bare = [msgspec.structs.replace(row, **dict.fromkeys(hidden)) for row in rows]
    np.testing.assert_array_equal(
        without_fields(extract(rows, at=AT).matrix, hidden), extract(bare, at=AT).matrix
    )


def test_the_missing_fields_of_each_follower() -> None:
    """Only fields of which features are made; an empty text and an empty timeline are known."""
    counts: dict[str, Any] = {name: 1 for name in FIELDS if name.endswith("_count")}
    full = Follower(
        platform="x",
        id="1",
        **counts,
        has_avatar=False,
        has_banner=True,
        handle="a",
        display_name="",
        bio="",
        location="",
        url="",
        created_at=AT,
        recent_posts=(),
    )
    less = msgspec.structs.replace(full, posts_count=None, recent_posts=None)
    assert missing_fields(schema.from_followers([full, less])) == [
        frozenset(),
        frozenset({"posts_count", "recent_posts"}),
    ]
    assert missing_fields(schema.empty()) == []


def test_a_field_that_makes_no_feature_is_passed_over() -> None:
    """`protected` is a field of the record and of no feature."""
    matrix = extract([Follower(platform="x", id="1", followers_count=3)], at=AT).matrix
    np.testing.assert_array_equal(without_fields(matrix, {"protected"}), matrix)
