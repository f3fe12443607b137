"""Creation-date spikes and the posting clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from zombiescope.domain import Follower, Post
from zombiescope.evidence.dates.creation_spikes import cohorts, spikes
from zombiescope.evidence.dates.platform_growth import PERIODS, WAVES
from zombiescope.evidence.dates.posting_clock import posting_clock
from zombiescope.records import schema

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


def around(day: date, count: int, rng: np.random.Generator) -> np.ndarray:
    """Accounts made evenly over two years around a day."""
    middle = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000
    return middle + ((rng.random(count) - 0.5) * 730 * DAY).astype(np.int64)


@pytest.mark.parametrize(("platform", "which"), [(p, i) for p in WAVES for i in range(len(WAVES[p]))])
def test_a_spike_that_the_platform_had_too_is_named(platform: str, which: int) -> None:
    """Followers who came as the platform's users did show its wave, about as many as the wave makes one expect."""
    wave = WAVES[platform][which]
    rng = np.random.default_rng(1)
    days = (wave.last - wave.first).days + 1
    start = (
        int(datetime(wave.first.year, wave.first.month, wave.first.day, tzinfo=UTC).timestamp()) * 1_000_000
    )
    more = start + (days * DAY * rng.random(int((wave.times - 1) * days * 10_000 / 730))).astype(np.int64)
    followers = np.concatenate((around(wave.first, 10_000, rng), more))
    (spike,) = spikes(followers, platform)
    assert spike.wave == wave
    assert spike.by_wave is not None
    assert 0.7 <= spike.by_wave / spike.followers <= 1.4
    (elsewhere,) = spikes(followers, "weibo")
    assert elsewhere.wave is None
    assert spikes(followers - 400 * DAY, platform)[0].wave is None


def test_followers_by_the_platforms_periods() -> None:
    """Followers drawn as the platform grew have its parts; of a platform without figures nothing is said."""
    rng = np.random.default_rng(2)
    periods = PERIODS["weibo"]
    drawn = rng.choice(
        len(periods), 20_000, p=np.array([p.accounts for p in periods]) / sum(p.accounts for p in periods)
    )
    starts = np.array([(p.first - date(1970, 1, 1)).days for p in periods]) * DAY
    lengths = np.array([(p.last - p.first).days + 1 for p in periods]) * DAY
    created = starts[drawn] + (rng.random(len(drawn)) * lengths[drawn]).astype(np.int64)
    counted = cohorts(created, "weibo")
    assert counted is not None
    assert sum(one.followers for one in counted) == len(created)
    assert all(abs(one.part - one.platform_part) < 0.02 for one in counted)
    assert sum(one.platform_part for one in counted) == pytest.approx(1, abs=0.001)
    assert cohorts(created, "x") is None
    assert cohorts(created[:50], "weibo") is None


def test_the_platforms_table_is_in_order() -> None:
    """Periods of a platform follow on one another without a gap, and waves lie in time."""
    for periods in PERIODS.values():
        for before, after in pairwise(periods):
            assert (after.first - before.last).days == 1
    for waves in WAVES.values():
        assert all(wave.first <= wave.last and wave.times > 2 and wave.source for wave in waves)


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
    return schema.from_followers([*rows, Follower(platform="x", id="none")])["recent_posts"]


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
