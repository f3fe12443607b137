"""Cresci et al. 2017, The paradigm-shift of social spambots: genuine Twitter accounts and six kinds of
spambots.

Profiles with the time they were crawled (taken as UTC), no timelines (unknown, not empty). The spambots are
not bought
followers: a hard slice to test on. spambots_1 is of 2010, when profiles had no banner yet: unknown there, not
absent.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.records.schema import TIME
from zombiescope_training.data.readers import tables
from zombiescope_training.data.readers.study import Loaded, Part, Study

__all__ = ["STUDY"]

_PARTS = (
    "genuine_users",
    *(f"social_spambot_users_{i}" for i in (1, 2, 3)),
    *(f"spambots_{i}" for i in (1, 2, 3, 4)),
)
_BANNERS_SINCE = tables.utc(2012, 9, 18)


def _read(root: Path, *, part: str) -> Loaded:
    name = f"cresci-2017/{part}"
    users = tables.people(tables.text(root / f"{name}.csv.gz"), where=f"{name}.csv.gz")
    before = pc.less(users["observed_at"], pa.scalar(_BANNERS_SINCE, TIME))
    users = tables.replaced(users, has_banner=pc.if_else(before, None, users["has_banner"]))
    return Loaded(tables.labelled(users, "genuine" if part == "genuine_users" else "zombie", name))


STUDY = Study(
    "cresci-2017", {part: Part((f"cresci-2017/{part}.csv.gz",), partial(_read, part=part)) for part in _PARTS}
)
