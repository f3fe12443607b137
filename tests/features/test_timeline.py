"""Features of the timeline: golden values at the ends of their scales."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from features.strategies import AT
from zombiescope.domain import Follower, Post
from zombiescope.features import INDEX, extract
from zombiescope.records import schema


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, 0.0), (1, 0.0), (2, 1.0), (1023.9, 9.0), (1024, 10.0), (2048, 10.0), (4200, 10.0)],
)
def test_days_since_the_last_post_are_in_powers_of_two_up_to_1024(days: float, expected: float) -> None:
    """Beyond about three years it is long ago, however long."""
    row = Follower(
        platform="x",
        id="1",
        created_at=AT - timedelta(days=5000),
        recent_posts=(Post(created_at=AT - timedelta(days=days)),),
    )
    table = schema.from_followers([row])
    matrix = extract(table, at=AT).matrix
    assert np.asarray(matrix)[0, INDEX["days_since_post"]] == expected
