"""Lee, Eoff & Caverlee 2011: content polluters caught by social honeypots, and legitimate users, on Twitter.

The set has counts, dates and at most five posts of each account, and of name and bio only the lengths: the
record holds no length, so name and bio are unknown in every row (an empty bio alone would make a known field
tell the class). What a row shows is of CollectedAt. The 44 ids of both classes are left out when the set is
loaded whole.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.records import timelines
from zombiescope_training.data.readers import tables
from zombiescope_training.data.readers.study import Loaded, Part, Study

__all__ = ["STUDY"]

_FIELDS = {
    "id": "UserID",
    "created_at": "CreatedAt",
    "observed_at": "CollectedAt",
    "following_count": "NumerOfFollowings",
    "followers_count": "NumberOfFollowers",
    "posts_count": "NumberOfTweets",
}
_PARTS = {
    "content_polluters": ("zombie", "tweets_polluter_max5.csv.gz"),
    "legitimate_users": ("genuine", "tweets_legit_max5.csv.gz"),
}


def _read(root: Path, *, part: str, label: str, tweets: str) -> Loaded:
    folder = root / "caverlee-2011"
    columns = tables.text(folder / f"{part}.csv.gz")
    known = {field: columns[column] for field, column in _FIELDS.items()}
    known["platform"] = pa.repeat("x", len(known["id"]))
    users = tables.people(known, where=f"caverlee-2011/{part}.csv.gz")
    given = tables.text(folder / tweets)
    posts = tables.posts(
        {"created_at": given["time"], "text": given["tweet"]}, where=f"caverlee-2011/{tweets}"
    )
    posts["is_repost"] = pc.starts_with(posts["text"], "RT @")
    posts["is_reply"] = pc.starts_with(posts["text"], "@")
    recent = timelines.gather(users["id"].combine_chunks(), given["user_id"], posts)
    return Loaded(
        tables.labelled(tables.replaced(users, recent_posts=recent), label, f"caverlee-2011/{part}")
    )


STUDY = Study(
    "caverlee-2011",
    {
        part: Part(
            (f"caverlee-2011/{part}.csv.gz", f"caverlee-2011/{tweets}"),
            partial(_read, part=part, label=label, tweets=tweets),
        )
        for part, (label, tweets) in _PARTS.items()
    },
)
