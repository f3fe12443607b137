"""Followers in files: JSONL, CSV, TSV and Parquet, of the record's form or another program's, read and
written.

`file:PATH` is an account (FileSource). `batches` reads a file of any size in bounded memory, `read` a whole
one, `plan` says which column is read as which field, `write` writes what reading gives back unchanged.
"""

from zombiescope.sources.files.batch import Batch
from zombiescope.sources.files.reading import batches, plan, read
from zombiescope.sources.files.source import FileSource
from zombiescope.sources.files.writing import write

__all__ = ["Batch", "FileSource", "batches", "plan", "read", "write"]
