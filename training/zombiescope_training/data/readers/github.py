"""GitHub 2024: 8,883 random accounts with a profile (people, most of them quiet), and accounts suspected of being sold.

public_repos stands for the posts. The suspects were found by a rule on these same fields, so that a detector's
figures on them say little: reported, never trained on. Avatar, likes and lists are unknown. A name, bio, place or
link that is not there is known to be none. What the rows show is dated 2024-11-01.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from zombiescope_training.data.readers import tables
from zombiescope_training.data.readers.follower_records import none_is_empty
from zombiescope_training.data.readers.study import Loaded, Part, Study

__all__ = ["STUDY"]

_OBSERVED = tables.utc(2024, 11, 1)
_FIELDS = {
    "id": "login",
    "handle": "login",
    "display_name": "name",
    "bio": "bio",
    "location": "location",
    "url": "blog",
    "created_at": "created_at",
    "followers_count": "followers",
    "following_count": "following",
    "posts_count": "public_repos",
}
_PARTS = {
    "people": ("genuine", "github-2024/sample_user_info.csv.gz"),
    "suspects": ("zombie", "github-2024/fake_user_info.csv.gz"),
}


def _read(root: Path, *, part: str, label: str, file: str) -> Loaded:
    columns = tables.text(root / file)
    known = {field: columns[column] for field, column in _FIELDS.items()}
    known["platform"] = pa.repeat("github", len(known["id"]))
    # Counts are written as 27.0.
    for name in ("followers_count", "following_count", "posts_count"):
        known[name] = pc.replace_substring_regex(known[name], r"\.0$", "")
    users = none_is_empty(tables.people(known, where=file), ("display_name", "bio", "location", "url"))
    return Loaded(tables.labelled(users, label, f"github-2024/{part}", at=_OBSERVED))


STUDY = Study(
    "github-2024",
    {
        part: Part((file,), partial(_read, part=part, label=label, file=file))
        for part, (label, file) in _PARTS.items()
    },
)
