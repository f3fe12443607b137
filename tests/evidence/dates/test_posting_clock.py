"""The posting clock: golden cases on both sides of its thresholds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from zombiescope.domain import Follower, Post, PostingClock
from zombiescope.evidence.dates.posting_clock import posting_clock
from zombiescope.records import schema

DAY = datetime(2020, 5, 1, tzinfo=UTC)
AS_OF = int(datetime(2020, 6, 1, tzinfo=UTC).timestamp() * 1e6)


def clock(hours: list[int], followers: int = 20) -> PostingClock | None:
    """The clock of followers who each post at these hours."""
    posts = tuple(Post(created_at=DAY + timedelta(days=n % 28, hours=hour)) for n, hour in enumerate(hours))
    rows = [Follower(platform="x", id=str(n), recent_posts=posts) for n in range(followers)]
    column = schema.from_followers(rows)["recent_posts"]
    return posting_clock(column, as_of=AS_OF, rng=np.random.default_rng(1))


@pytest.mark.parametrize(("night", "sleepless"), [(3, 20), (2, 0)])
def test_an_eighth_of_the_posts_in_the_quietest_six_hours(night: int, sleepless: int) -> None:
    """Three of 24 posts in the quietest six hours are an eighth, and no night; two are one."""
    awake = [6 + n % 18 for n in range(24 - night)]
    hours_clock = clock([2] * night + awake)
    assert hours_clock is not None
    assert (hours_clock.sleepless, hours_clock.judged, hours_clock.posts) == (sleepless, 20, 480)
    assert hours_clock.quiet == pytest.approx(night / 24)


@pytest.mark.parametrize(("posts", "judged"), [(20, 20), (19, 0)])
def test_twenty_posts_to_be_judged_by(posts: int, judged: int) -> None:
    """A follower with fewer than twenty posts counts in the common clock alone."""
    hours_clock = clock([n % 24 for n in range(posts)])
    assert hours_clock is not None
    assert hours_clock.judged == judged


def test_the_least_for_a_common_clock() -> None:
    """Twenty followers with five posts each; one of either fewer and there is none."""
    assert clock([1, 5, 9, 13, 17]) is not None
    assert clock([1, 5, 9, 13]) is None
    assert clock([1, 5, 9, 13, 17], followers=19) is None


def test_the_entropy_of_even_hours_is_one() -> None:
    """All hours alike are an entropy of 1, one hour alone of 0, half of them of log 12 / log 24."""
    for hours, entropy in (
        (list(range(24)), 1.0),
        ([7] * 24, 0.0),
        (list(range(0, 24, 2)) * 2, np.log(12) / np.log(24)),
    ):
        hours_clock = clock(hours)
        assert hours_clock is not None
        assert hours_clock.entropy == pytest.approx(entropy)
