"""Creation-date spikes and the posting clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from zombiescope import records
from zombiescope.domain import Follower, Post
from zombiescope.evidence.clock import posting_clock
from zombiescope.evidence.profile import spikes

DAY = 86_400_000_000
START = datetime(2012, 1, 1, tzinfo=UTC)
BASE = int(START.timestamp()) * 1_000_000
END = BASE + 1_000 * DAY


def created(rng: np.random.Generator, count: int) -> np.ndarray:
    """Creation dates of a platform that grows, over a thousand days."""
    return BASE + (1_000 * DAY * rng.random(count) ** 0.7).astype(np.int64)


@pytest.mark.parametrize("count", [300, 5_000])
def test_growth_has_no_spikes(count: int) -> None:
    """Neither a thin list nor a thick one that only grows shows a spike."""
    assert sum(len(spikes(created(np.random.default_rng(seed), count))) for seed in range(20)) <= 1


def test_a_batch_is_a_spike() -> None:
    """Accounts made within four days stand out, with their dates, their number and what was to be expected."""
    rng = np.random.default_rng(0)
    batch = BASE + 500 * DAY + (4 * DAY * rng.random(400)).astype(np.int64)
    (spike,) = spikes(np.concatenate((created(rng, 2_000), batch)))
    assert spike.created_from <= START + timedelta(days=501)
    assert spike.created_to >= START + timedelta(days=503)
    assert 400 <= spike.followers <= 450
    assert spike.expected < 40
    assert spike.p_value < 1e-6


def test_a_spike_that_the_platform_had_too_is_none() -> None:
    """Against the platform's own sign-ups a week in which everybody joined is nothing special."""
    rng = np.random.default_rng(1)

    def joined(count: int) -> np.ndarray:
        return BASE + 500 * DAY + (7 * DAY * rng.random(count)).astype(np.int64)

    followers = np.concatenate((created(rng, 2_000), joined(200)))
    platform = np.concatenate((created(rng, 200_000), joined(20_000)))
    assert len(spikes(followers)) == 1
    assert spikes(followers, baseline=platform) == ()


def test_too_few_dates_say_nothing() -> None:
    """Below a hundred dates, or within a season, there is nothing to compare with."""
    rng = np.random.default_rng(2)
    assert spikes(created(rng, 99)) == ()
    assert spikes(BASE + rng.integers(0, 30 * DAY, 500)) == ()


def posters(rng: np.random.Generator, count: int, *, awake: bool) -> pa.ChunkedArray:
    """The timelines of people who sleep from 22 to 6 UTC, or of machines."""
    rows = []
    for i in range(count):
        hours = rng.integers(6, 22, 60) if awake else rng.integers(0, 24, 60)
        posts = tuple(
            Post(created_at=START + timedelta(days=int(d), hours=int(h)))
            for d, h in zip(rng.integers(0, 200, 60), hours, strict=True)
        )
        rows.append(Follower(platform="x", id=str(i), recent_posts=posts))
    return records.from_followers([*rows, Follower(platform="x", id="none")])["recent_posts"]


def test_people_have_a_night_and_machines_have_none() -> None:
    """The common clock dips for people; machines are counted one by one."""
    rng = np.random.default_rng(3)
    people = posting_clock(posters(rng, 40, awake=True), as_of=END, rng=rng)
    machines = posting_clock(posters(rng, 40, awake=False), as_of=END, rng=rng)
    assert people is not None
    assert machines is not None
    assert people.quiet == 0.0
    assert people.quiet_from in (22, 23, 0)
    assert people.sleepless == 0
    assert people.entropy < 0.9 < machines.low <= machines.entropy <= 1
    assert machines.quiet > 0.2
    assert machines.sleepless >= 0.7 * machines.judged
    assert machines.judged == machines.followers == 40
    assert sum(machines.hours) == pytest.approx(1, abs=1e-4)


def test_posts_after_the_audit_and_few_posters_are_left_out() -> None:
    """Nobody posts in the future; a handful of people have no common clock."""
    rng = np.random.default_rng(4)
    assert posting_clock(posters(rng, 40, awake=True), as_of=BASE, rng=rng) is None
    assert posting_clock(posters(rng, 5, awake=True), as_of=END, rng=rng) is None
