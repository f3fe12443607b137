"""A made-up labelled sample: two vendors and two studies that differ enough to be told apart, and overlap a little."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from zombiescope.domain import Follower, Post
from zombiescope.records import schema

AT = datetime(2014, 6, 1, tzinfo=UTC)
GROUPS = {"vendor a": True, "vendor b": True, "study a": False, "study b": False}


def followers(rows: int, seed: int = 0) -> list[Follower]:
    """`rows` followers of each group."""
    rng = np.random.default_rng(seed)
    out: list[Follower] = []
    for g, (group, zombie) in enumerate(GROUPS.items()):
        out.extend(_follower(f"{g}-{i}", group, zombie, rng) for i in range(rows))
    return out


def _follower(name: str, group: str, zombie: bool, rng: np.random.Generator) -> Follower:
    age = timedelta(days=float(rng.uniform(30, 900)))
    count = int(rng.integers(0, 4)) if zombie else int(rng.integers(2, 12))
    posts = tuple(
        Post(
            id=str(k),
            created_at=AT - timedelta(hours=float(rng.uniform(1, 2000))),
            text="win a prize http://example.org/1"
            if zombie and rng.random() < 0.7
            else f"word{rng.integers(99)} tea",
        )
        for k in range(count)
    )
    return Follower(
        platform="twitter",
        id=name,
        handle=f"user{rng.integers(10**6)}" if zombie else "ann_lee",
        display_name="Ann Lee",
        bio="" if zombie and rng.random() < 0.7 else "tea and books",
        location="" if zombie else "Rome",
        url="",
        created_at=AT - age,
        observed_at=AT,
        followers_count=int(rng.lognormal(2 if zombie else 4.5, 1)),
        following_count=int(rng.lognormal(6.5 if zombie else 5, 0.7)),
        posts_count=count + int(rng.lognormal(1 if zombie else 5, 1.2)),
        likes_count=int(rng.lognormal(0.5 if zombie else 4, 1.5)),
        listed_count=int(rng.poisson(0.1 if zombie else 2)),
        has_avatar=bool(rng.random() < 0.9),
        has_banner=bool(rng.random() < (0.1 if zombie else 0.6)),
        recent_posts=posts if rng.random() < 0.7 else None,
        label="zombie" if zombie else "genuine",
        label_source=group,
    )


def table(rows: int, seed: int = 0) -> pa.Table:
    """The same as a table."""
    return schema.from_followers(followers(rows, seed))
