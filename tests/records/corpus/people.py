"""Forty invented accounts, of which every file of the corpus is a rendering."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["PEOPLE", "Person"]


@dataclass(frozen=True)
class Person:
    """One account, with all that any of the formats writes of it."""

    id: str
    handle: str
    name: str
    bio: str
    place: str
    followers: int
    following: int
    posts: int
    likes: int
    created: datetime
    verified: bool
    private: bool


def _people() -> list[Person]:
    rng = random.Random(15)
    return [
        Person(
            id=str(1_234_567_890_123_456_789 + i * 7_919_113_131_317),
            handle=f"person_{i:02}",
            name=f"Person {i}",
            bio="" if i % 3 == 0 else f"likes tea, trains; number {i}",
            place="" if i % 4 == 0 else "Rome",
            followers=rng.choice([0, 3, 57, 812, 1_204, 45_678, 1_234_567]),
            following=rng.choice([1, 44, 950, 2_001, 7_531]),
            posts=rng.choice([0, 2, 318, 5_120, 12_345]),
            likes=rng.randrange(900),
            created=datetime(2010, 1, 1, 8, 30, tzinfo=UTC) + timedelta(days=rng.randrange(4000), seconds=i),
            verified=i % 10 == 1,
            private=i % 7 == 1,
        )
        for i in range(40)
    ]


PEOPLE = _people()
