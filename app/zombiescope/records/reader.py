"""A file of followers in any form that is known, a batch at a time or whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from zombiescope.domain import RejectedRow
from zombiescope.records import csv_reader, json_reader, lines, parquet_reader, schema
from zombiescope.records.column_mapping import Mapping as Columns
from zombiescope.records.row_batch import Batch, Chunk, checked

__all__ = ["batches", "plan", "read"]

ROWS = 20_000


def batches(path: Path, *, rows: int = ROWS, overrides: Mapping[str, str] | None = None) -> Iterator[Batch]:
    """The file's followers, at most `rows` rows in memory at a time (fewer where they are long).

    overrides: record field to the file's column, where the table of aliases is to be corrected. Rows that
    cannot be read are in each batch's `refused`. Raises InputError where the file cannot be read at all,
    where its columns are of no known form, and at its end where no row was of use.
    """
    chunks = _form(path).chunks(path, rows=rows, overrides=overrides or {})
    return checked(chunks, name=path.name)


def read(path: Path, *, overrides: Mapping[str, str] | None = None) -> tuple[pa.Table, list[RejectedRow]]:
    """The whole file: its followers (columns of `records.SCHEMA`) and the rows that were refused. Raises as
    `batches`."""
    tables, refused = [schema.empty()], list[RejectedRow]()
    for batch in batches(path, overrides=overrides):
        tables.append(batch.table)
        refused.extend(batch.refused)
    return pa.concat_tables(tables), refused


def plan(path: Path, overrides: Mapping[str, str] | None = None) -> Columns:
    """What is read from which column of the file. Raises InputError as `batches` does."""
    return _form(path).plan(path, overrides or {})


class _Form(Protocol):
    """A module that reads one form of file."""

    def chunks(self, path: Path, *, rows: int, overrides: Mapping[str, str]) -> Iterator[Chunk]: ...

    def plan(self, path: Path, overrides: Mapping[str, str]) -> Columns: ...


def _form(path: Path) -> _Form:
    if lines.peek(path).startswith(b"PAR1"):
        return parquet_reader
    with lines.opened(path) as file:
        head = lines.head(file).lstrip()
    named_json = path.name.removesuffix(".gz").endswith((".jsonl", ".ndjson", ".json"))
    named_csv = path.name.removesuffix(".gz").endswith((".csv", ".tsv", ".txt"))
    return json_reader if named_json or (head.startswith((b"{", b"[")) and not named_csv) else csv_reader
