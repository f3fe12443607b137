"""microblogPCU (UCI, 2014): Sina Weibo accounts, few of them labelled as spammer or not.

Rows without a label stay unlabelled. post.csv has 35 posts in all, of mostly other accounts: no timelines
(unknown). What the rows show is of the midnight after the last scraping, 2014-11-20.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from zombiescope_training.data.readers import tables
from zombiescope_training.data.readers.study import Loaded, Part, Study

__all__ = ["STUDY"]

_FILE = "weibo-microblogpcu/weibo_user.csv"
_OBSERVED = tables.utc(2014, 11, 20)


def _read(root: Path) -> Loaded:
    columns = tables.text(root / _FILE)
    users = tables.people(columns, where=_FILE)
    index = pc.index_in(columns["is_spammer"], value_set=pa.array(["1", "-1"]))
    labels = pa.array(["zombie", "genuine"]).take(index)
    return Loaded(tables.labelled(users, labels, "weibo-microblogpcu", at=_OBSERVED))


STUDY = Study("weibo-microblogpcu", {"": Part((_FILE,), _read)})
