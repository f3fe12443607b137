"""Bluesky 2025: 104 accounts labelled by hand as human or bot, and 4,249 unlabelled newest accounts.

The bots are overt ones, which nobody bought. A description that is null is none. The handle stands for the id. The
posting figures are averages, not posts: no timelines. What a row shows is of its creation and its age in days.
"""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from zombiescope.domain import Follower
from zombiescope.records import schema
from zombiescope_training.data.readers import tables
from zombiescope_training.data.readers.study import Loaded, Part, Study

__all__ = ["STUDY"]

_PARTS = {"labelled": "labelled-by-hand.json.gz", "unlabelled": "unlabelled.json.gz"}


def _read(root: Path, *, part: str, file: str) -> Loaded:
    path = root / "bluesky-2025" / file
    if not path.is_file():
        raise tables.missing(path)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows: list[dict[str, Any]] = json.load(lines)
    source = f"bluesky-2025/{part}"
    return Loaded(schema.from_followers(_follower(row, source) for row in rows))


def _follower(row: dict[str, Any], source: str) -> Follower:
    created = datetime.fromisoformat(row["created_at"])
    kind = row.get("label")
    return Follower(
        platform="bluesky",
        id=row["handle"],
        handle=row["handle"],
        display_name=row["display_name"] or "",
        bio=row["description"] or "",
        created_at=created,
        # Whole days, counted down: a day later no post of that day is in the future.
        observed_at=created + timedelta(days=row["account_age"] + 1),
        followers_count=row["followers_count"],
        following_count=row["follows_count"],
        posts_count=row["posts_count"],
        verified=row["is_verified"],
        label=None if kind is None else "zombie" if kind == "bot" else "genuine",
        label_source=None if kind is None else source,
    )


STUDY = Study(
    "bluesky-2025",
    {
        part: Part((f"bluesky-2025/{file}",), partial(_read, part=part, file=file))
        for part, file in _PARTS.items()
    },
)
