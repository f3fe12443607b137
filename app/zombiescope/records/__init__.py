"""Follower records in files: JSONL, CSV, TSV and Parquet, of the record's form or another program's, read and written.

`batches` reads a file of any size in bounded memory, `read` a whole one, `plan` says which column is read as which
field, `write` writes what reading gives back unchanged.
"""

from zombiescope.records.reader import batches, plan, read
from zombiescope.records.row_batch import Batch
from zombiescope.records.writer import write

__all__ = ["Batch", "batches", "plan", "read", "write"]
