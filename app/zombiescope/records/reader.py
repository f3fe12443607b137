"""A file of followers in any form that is known: what it holds, a batch at a time, or whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa

from zombiescope.domain import RejectedRow
from zombiescope.records import csv_reader, json_reader, parquet_reader, schema
from zombiescope.records.column_mapping import Mapping
from zombiescope.records.container import Material, unpacked
from zombiescope.records.recognition import recognise
from zombiescope.records.row_batch import Batch, Chunk, Head, checked
from zombiescope.records.understanding import Choices, Undecided, Understanding

__all__ = ["batches", "read", "understand"]

ROWS = 20_000
_LOOKED_AT = 5_000  # rows whose values decide how columns are read


def understand(path: Path, choices: Choices | None = None) -> Understanding:
    """What the file holds and how it would be read, with what has to be decided first.

    Raises InputError where the file cannot be read at all, or is no list of people.
    """
    choices = choices or Choices()
    with unpacked(path, choices) as material:
        return _plan(material, choices)[1]


def batches(path: Path, *, rows: int = ROWS, choices: Choices | None = None) -> Iterator[Batch]:
    """The file's followers, at most `rows` rows in memory at a time (fewer where they are long).

    choices: what the file does not decide. Rows that cannot be read are in each batch's `refused`. Raises InputError
    where the file cannot be read at all, where its columns are of no known form, and at its end where no row was of
    use; Undecided where it can be read in two ways.
    """
    choices = choices or Choices()
    with unpacked(path, choices) as material:
        mapping, understanding = _plan(material, choices)
        if understanding.questions:
            raise Undecided(understanding)
        chunks = _form(material).chunks(material, mapping, rows=rows)
        yield from checked(_numbered(chunks) if mapping.numbered else chunks, name=material.name)


def read(path: Path, choices: Choices | None = None) -> tuple[pa.Table, list[RejectedRow]]:
    """The whole file: its followers (columns of `records.SCHEMA`) and the rows that were rejected. Raises as
    `batches`."""
    tables, rejected = [schema.empty()], list[RejectedRow]()
    for batch in batches(path, choices=choices):
        tables.append(batch.table)
        rejected.extend(batch.refused)
    return pa.concat_tables(tables), rejected


class _Form(Protocol):
    """A module that reads one form of file."""

    def head(self, material: Material, limit: int) -> Head: ...

    def chunks(self, material: Material, columns: Mapping, *, rows: int) -> Iterator[Chunk]: ...


def _form(material: Material) -> _Form:
    forms: dict[str, _Form] = {"table": csv_reader, "json": json_reader, "parquet": parquet_reader}
    return forms[material.form]


def _plan(material: Material, choices: Choices) -> tuple[Mapping, Understanding]:
    head = _form(material).head(material, _LOOKED_AT)
    return recognise(head, material, choices)


def _numbered(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Rows without ids and handles, named by their number from 1."""
    at = schema.SCHEMA.get_field_index("id")
    for chunk in chunks:
        ids = pa.array([f"row {number + 1}" for number in np.asarray(chunk.rows).tolist()], pa.string())
        yield replace(chunk, table=chunk.table.set_column(at, schema.SCHEMA.field(at), ids))
