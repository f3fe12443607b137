"""Sets that are files of follower records already: texts that are not there are known to be none."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.errors import InputError
from zombiescope.records import read
from zombiescope_training.data.readers import tables
from zombiescope_training.data.readers.study import Loaded

__all__ = ["none_is_empty", "read_records"]

_TEXTS = ("bio", "location", "url")


def read_records(path: Path, label: str, source: str) -> Loaded:
    """The records of a JSONL file, all of one label.

    The platform returned whole profiles, and left out what is empty: a missing bio, location or url is "".
    """
    if not path.is_file():
        raise tables.missing(path)
    table, rejected = read(path)
    if rejected:
        raise InputError(f"{rejected[0].where}: {rejected[0].reason} ({len(rejected)} such rows)")
    return Loaded(tables.labelled(none_is_empty(table, _TEXTS), label, source))


def none_is_empty(table: pa.Table, names: tuple[str, ...]) -> pa.Table:
    """The table with nulls of some text columns as empty text: known to be none."""
    return tables.replaced(table, **{name: pc.fill_null(table[name].combine_chunks(), "") for name in names})
