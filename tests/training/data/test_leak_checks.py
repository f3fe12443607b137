"""Checks of a labelled sample: each planted leak gives its line, and a sound sample gives none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
import numpy as np
import pytest

from training.made_up import followers
from zombiescope.domain import Follower
from zombiescope.records import schema
from zombiescope_training.data import leak_checks
from zombiescope_training.data.labelled import Labelled, of_table

ROWS = 120


def sample(change: Callable[[Follower], Follower] = lambda f: f, rows: int = ROWS) -> Labelled:
    """The made-up sample with ids that say nothing, changed row by row."""
    people = [
        msgspec.structs.replace(f, id=str(10_000 + 7919 * n % 10_007), position=n * 31 % 479)
        for n, f in enumerate(followers(rows))
    ]
    # What the made-up sample ties to the class too closely is made the same for both.
    people = [
        msgspec.structs.replace(
            f, handle=f"user{n * 7 % 1999:04}", location="", posts_count=5 + n * 17 % 90, recent_posts=None
        )
        for n, f in enumerate(people)
    ]
    return of_table(schema.from_followers([change(f) for f in people]))


def other(labelled: Labelled) -> list[str]:
    """What is found but for the sizes."""
    return [line for line in leak_checks.findings(labelled) if "are few" not in line]


def test_a_sound_sample_has_no_doubts() -> None:
    """Nothing is found where nothing is planted, but that it is small."""
    assert other(sample()) == []
    assert len(leak_checks.findings(sample())) == 2
    assert leak_checks.findings(sample(rows=500)) == ()


def zombie(f: Follower) -> bool:
    return f.label == "zombie"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda f: msgspec.structs.replace(f, followers_count=3 if zombie(f) else 500),
            "followers_count (accounts that follow it) by itself tells the classes apart",
        ),
        (
            lambda f: msgspec.structs.replace(f, likes_count=None if zombie(f) else f.likes_count),
            "likes_count is known of 0% of the zombies and 100% of the genuine accounts",
        ),
        (
            lambda f: msgspec.structs.replace(
                f, observed_at=f.observed_at + timedelta(days=9 * (not zombie(f)))
            ),
            "The dates of observation by themselves tell the classes apart",
        ),
        (
            lambda f: msgspec.structs.replace(
                f,
                created_at=f.observed_at
                - timedelta(days=80 + int(f.id) % 9 if zombie(f) else int(f.id) % 70),
            ),
            "The creation dates by themselves tell the classes apart",
        ),
        (
            lambda f: msgspec.structs.replace(f, id=str(int(f.id) + 10**6 * zombie(f))),
            "The ids by themselves tell the classes apart",
        ),
        (
            lambda f: msgspec.structs.replace(f, position=f.position + 10**4 * zombie(f)),
            "The places in the list by themselves tell the classes apart",
        ),
        (
            lambda f: msgspec.structs.replace(f, label_source="the shop" if zombie(f) else f.label_source),
            "All zombies come from one label_source (the shop)",
        ),
        (
            lambda f: msgspec.structs.replace(f, platform="weibo" if zombie(f) else "twitter"),
            "All accounts of weibo are zombies",
        ),
    ],
)
def test_a_planted_leak_is_found(change: Callable[[Follower], Follower], message: str) -> None:
    """One field, one date, one vendor or one platform a class: one plain line each."""
    warnings = other(sample(change))
    assert any(message in line for line in warnings), warnings
    assert all("\n" not in line for line in warnings)


def test_contradicting_labels_are_told() -> None:
    """Accounts that were labelled both ways are counted."""
    assert leak_checks.findings(sample(rows=500), {"labelled both ways": 4})[0].startswith(
        "4 rows are of accounts"
    )


def test_a_band_in_the_middle_separates_as_an_end_does() -> None:
    """Zombies made within one week among people of all years are told by their date, which no threshold shows."""
    rng = np.random.default_rng(0)
    zombies = np.arange(1_000) < 500
    values = np.where(zombies, rng.uniform(500, 502, 1_000), rng.uniform(0, 1_000, 1_000))
    assert leak_checks.separation(values, zombies) > 0.97
    assert leak_checks.separation(rng.uniform(0, 1, 1_000), zombies) < 0.65
    assert leak_checks.separation(np.full(1_000, np.nan), zombies) == 0.5
