"""Quiet accounts are told by the counts that are known."""

from __future__ import annotations

import numpy as np
import pytest

from zombiescope.features import INDEX, NAMES, quiet


@pytest.mark.parametrize(
    ("followers", "posts", "expected"),
    [
        (3, 4, True),
        (3, 400, False),
        (300, 4, False),
        (3, np.nan, True),
        (np.nan, 30, False),
        (np.nan, np.nan, False),
    ],
)
def test_few_of_every_count_that_is_known(followers: float, posts: float, expected: bool) -> None:
    """Both counts under 30; one that is not known says nothing, and without either nobody is quiet."""
    matrix = np.full((1, len(NAMES)), np.nan)
    matrix[0, [INDEX["followers_count"], INDEX["posts_count"]]] = followers, posts
    assert quiet(matrix).tolist() == [expected]
