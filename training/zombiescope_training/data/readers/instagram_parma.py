"""Parma 2020: Instagram accounts labelled by hand, half of them fake, as counts, lengths and shares.

Of name, handle and bio the set has only lengths and shares, which the record does not hold: unknown. Of a link it
has whether there is one, which a placeholder stands for. The columns on recent posts are left out: whether the last
post is recent all but gives the label away. No dates of creation; what the rows show is dated 2020-01-01.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from zombiescope_training.data.readers import tables
from zombiescope_training.data.readers.study import Loaded, Part, Study

__all__ = ["STUDY"]

_OBSERVED = tables.utc(2020, 1, 1)
_FIELDS = {
    "followers_count": "#Followers",
    "following_count": "#Following",
    "posts_count": "#Posts",
    "has_avatar": "Profile Pic",
    "verified": "Verified",
    "protected": "Private",
}
_PARTS = {"new": "NewDataset.csv", "old": "OldDataSet.csv"}
_LINK = "https://example.org/"


def _read(root: Path, *, part: str, file: str) -> Loaded:
    columns = tables.text(root / "instagram-parma-2020" / file)
    known = {field: columns[column] for field, column in _FIELDS.items() if column in columns}
    rows = len(columns["Fake"])
    known["platform"] = pa.repeat("instagram", rows)
    known["id"] = pa.array([f"{part}-{n}" for n in range(rows)])
    users = tables.people(known, where=f"instagram-parma-2020/{file}")
    users = tables.replaced(
        users, url=pc.if_else(pc.equal(columns["External Url"], "1"), _LINK, "").cast(pa.string())
    )
    labels = pc.if_else(pc.equal(columns["Fake"], "1"), "zombie", "genuine").cast(pa.string())
    return Loaded(tables.labelled(users, labels, f"instagram-parma-2020/{part}", at=_OBSERVED))


STUDY = Study(
    "instagram-parma-2020",
    {
        part: Part((f"instagram-parma-2020/{file}",), partial(_read, part=part, file=file))
        for part, file in _PARTS.items()
    },
)
