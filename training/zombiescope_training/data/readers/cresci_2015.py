"""Cresci et al. 2015, Fame for sale: genuine Twitter accounts (E13, TFP) and bought followers (INT, FSF, TWT),
with timelines.

TFP and TWT are files of follower records, as of 2013-04-01 and 2013-05-10; TWT's are aged accounts.

An account without posts in tweets.csv has an empty timeline: all were asked for. The `updated` column is an
export date, so what the records show is dated to the midnight after the last post of each subset. `verified`
and `protected` are blank in every row: unknown. Reposts and replies are told by their text, as the studies
did: "RT @" and a leading "@".
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

import pyarrow.compute as pc

from zombiescope.records import timelines
from zombiescope_training.data.readers import tables
from zombiescope_training.data.readers.follower_records import read_records
from zombiescope_training.data.readers.study import Loaded, Part, Study

__all__ = ["STUDY"]

_SUBSETS = {
    "E13": ("genuine", tables.utc(2013, 3, 31)),
    "INT": ("zombie", tables.utc(2013, 5, 18)),
    "FSF": ("zombie", tables.utc(2013, 5, 2)),
}

_RECORDS = {"TFP": "genuine", "TWT": "zombie"}


def _read_records(root: Path, *, subset: str, label: str) -> Loaded:
    name = f"cresci-2015/{subset}"
    return read_records(root / name / "accounts.jsonl.gz", label, name)


def _read(root: Path, *, subset: str, label: str, at: datetime) -> Loaded:
    folder = root / "cresci-2015" / subset
    users = tables.people(tables.text(folder / "users.csv"), where=f"cresci-2015/{subset}/users.csv")
    posts = tables.posts(tables.text(folder / "tweets.csv.gz"), where=f"cresci-2015/{subset}/tweets.csv.gz")
    posts["is_repost"] = pc.starts_with(posts["text"], "RT @")
    posts["is_reply"] = pc.starts_with(posts["text"], "@")
    recent = timelines.gather(users["id"].combine_chunks(), posts.pop("user_id"), posts)
    return Loaded(
        tables.labelled(tables.replaced(users, recent_posts=recent), label, f"cresci-2015/{subset}", at=at)
    )


STUDY = Study(
    "cresci-2015",
    {
        subset: Part(
            (f"cresci-2015/{subset}/users.csv", f"cresci-2015/{subset}/tweets.csv.gz"),
            partial(_read, subset=subset, label=label, at=at),
        )
        for subset, (label, at) in _SUBSETS.items()
    }
    | {
        subset: Part(
            (f"cresci-2015/{subset}/accounts.jsonl.gz",),
            partial(_read_records, subset=subset, label=label),
        )
        for subset, label in _RECORDS.items()
    },
)
