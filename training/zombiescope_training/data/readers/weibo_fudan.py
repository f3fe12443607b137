"""Fudan 2019: Sina Weibo accounts labelled by hand as fake (类别 2) or normal (0). No posts: unknown.

Absent is null: the registration date (创建时间) is there for 737 of 2,233 rows, 130 of 376 normal and 606 of
1,856 fake ones. 关注数 (following) is written in every row and is 0 for 77% of the fakes and one normal
account; it stays the 0 that the file says. Neither may teach a model that a field is absent. The one row of
class 1 is left out. A registration day is the day as written, at midnight UTC; the rows are of 2019-03-11.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from zombiescope_training.data.readers import tables
from zombiescope_training.data.readers.study import Loaded, Part, Study

__all__ = ["STUDY"]

_FILE = "weibo-fudan-2019/UserDetail.csv"
_OBSERVED = tables.utc(2019, 3, 11)


def _read(root: Path) -> Loaded:
    columns = tables.text(root / _FILE)
    users = tables.people(columns, where=_FILE)
    kinds = columns["类别"]
    labels = pc.if_else(pc.equal(kinds, "2"), "zombie", pc.if_else(pc.equal(kinds, "0"), "genuine", None))
    labels = labels.cast(pa.string())
    users = tables.labelled(users, labels, "weibo-fudan-2019", at=_OBSERVED)
    known = labels.is_valid()
    return Loaded(
        users.filter(known), {"of a class that is neither fake nor normal": pc.sum(pc.invert(known)).as_py()}
    )


STUDY = Study("weibo-fudan-2019", {"": Part((_FILE,), _read)})
