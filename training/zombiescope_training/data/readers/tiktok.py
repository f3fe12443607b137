"""TikTok 2024: bulk-made fake accounts and people, by counts and names; no dates and no posts.

4,061 of the fakes are all called "Tik Toker" and write "No bio yet": the platform's own placeholders, which would
be all that a model learns. Both are unknown wherever they stand, and the 4,061 are a vendor of their own beside
the other fakes. diggCount is likes given; heartCount (likes received) is no field of the record. How the fakes
were found is not stated. What the rows show is dated 2024-01-01.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from zombiescope_training.data.readers import tables
from zombiescope_training.data.readers.study import Loaded, Part, Study

__all__ = ["STUDY"]

_FILE = "tiktok-2024/tiktok_accounts.csv.gz"
_OBSERVED = tables.utc(2024, 1, 1)
_PLACEHOLDER = "Tik Toker"
_NO_BIO = "No bio yet"
_FIELDS = {
    "id": "uniqueId",
    "handle": "uniqueId",
    "display_name": "nickname",
    "bio": "signature",
    "followers_count": "followerCount",
    "following_count": "followingCount",
    "posts_count": "videoCount",
    "likes_count": "diggCount",
    "verified": "verified",
}


def _read(root: Path, *, part: str) -> Loaded:
    columns = tables.text(root / _FILE)
    known = {field: columns[column] for field, column in _FIELDS.items()}
    known["platform"] = pa.repeat("tiktok", len(known["id"]))
    users = tables.people(known, where=_FILE)
    name, bio = columns["nickname"], columns["signature"]
    users = tables.replaced(
        users,
        display_name=pc.if_else(pc.equal(name, _PLACEHOLDER), None, name),
        bio=pc.if_else(pc.equal(bio, _NO_BIO), None, bio),
    )
    fake = pc.equal(pc.utf8_lower(columns["fake"]), "true")
    bulk = pc.and_(fake, pc.equal(name, _PLACEHOLDER))
    mine = {
        "bulk": bulk,
        "other": pc.and_(fake, pc.invert(bulk)),
        "people": pc.invert(fake),
    }[part]
    label = "genuine" if part == "people" else "zombie"
    table = tables.labelled(users, label, f"tiktok-2024/{part}", at=_OBSERVED)
    return Loaded(table.filter(mine))


STUDY = Study(
    "tiktok-2024",
    {part: Part((_FILE,), partial(_read, part=part)) for part in ("bulk", "other", "people")},
)
