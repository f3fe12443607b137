"""Follower lists in files, of the record's form or another program's, in any common container, encoding and dialect.

`understand` says what a file holds and what has to be decided, `read` reads a whole one, `batches` one of any size in
bounded memory, `write` writes what reading gives back unchanged.
"""

from zombiescope.records.reader import batches, read, understand
from zombiescope.records.row_batch import Batch
from zombiescope.records.understanding import (
    Choices,
    ColumnReading,
    Question,
    Undecided,
    Understanding,
    load_choices,
    save_choices,
)
from zombiescope.records.writer import write

__all__ = [
    "Batch",
    "Choices",
    "ColumnReading",
    "Question",
    "Undecided",
    "Understanding",
    "batches",
    "load_choices",
    "read",
    "save_choices",
    "understand",
    "write",
]
