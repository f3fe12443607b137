"""The route that one would write first: pydantic models in and out, all work in the handler. For benchmarks.service."""

from __future__ import annotations

import sys
from datetime import datetime

import msgspec
import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from features.reference import features as plain_features
from zombiescope import wiring
from zombiescope.domain import Follower
from zombiescope.features import extract
from zombiescope.records.schema import from_followers

PLAIN = "plain" in sys.argv


class PlainPost(BaseModel):
    """A post."""

    id: str | None = None
    created_at: datetime | None = None
    text: str | None = None
    source: str | None = None
    lang: str | None = None
    is_repost: bool | None = None
    is_reply: bool | None = None


class PlainFollower(BaseModel):
    """A follower record."""

    platform: str
    id: str
    handle: str | None = None
    display_name: str | None = None
    bio: str | None = None
    location: str | None = None
    url: str | None = None
    created_at: datetime | None = None
    observed_at: datetime | None = None
    followed_at: datetime | None = None
    position: int | None = None
    followers_count: int | None = None
    following_count: int | None = None
    posts_count: int | None = None
    likes_count: int | None = None
    listed_count: int | None = None
    has_avatar: bool | None = None
    has_banner: bool | None = None
    verified: bool | None = None
    protected: bool | None = None
    recent_posts: list[PlainPost] | None = None
    label: str | None = None
    label_source: str | None = None


class PlainScore(BaseModel):
    """A score."""

    platform: str
    id: str
    handle: str | None
    score: float
    zombie: bool


app = FastAPI()
detector = wiring.detector(wiring.settings())


@app.post("/scores")
def scores(rows: list[PlainFollower]) -> list[PlainScore]:
    """The score of each record."""
    records = [msgspec.convert(row.model_dump(), Follower) for row in rows]
    if PLAIN:
        matrix = np.array([plain_features(one, one.observed_at) for one in records if one.observed_at])
    else:
        matrix = extract(from_followers(records)).matrix
    values = detector.score(matrix, [one.id for one in records]).tolist()
    limit = detector.operating_point
    return [
        PlainScore(platform=row.platform, id=row.id, handle=row.handle, score=score, zombie=score >= limit)
        for row, score in zip(rows, values, strict=True)
    ]


if __name__ == "__main__":
    uvicorn.run(app, port=0)
