"""Files of any size: each record's score, in order, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.detector import Detector, explain
from zombiescope.domain import RejectedRow
from zombiescope.errors import InputError
from zombiescope.features import extract
from zombiescope.records import batches
from zombiescope.records.csv_reader import FORMULA

__all__ = ["FORMS", "SCORES", "Done", "score_file", "score_table"]

# `reasons` is there with --explain: the reasons' texts with their effects, as JSON text in CSV.
REASONS = pa.list_(
    pa.struct(
        [("feature", pa.string()), ("value", pa.float64()), ("effect", pa.float64()), ("text", pa.string())]
    )
)
SCORES = pa.schema(
    [
        ("platform", pa.string()),
        ("id", pa.string()),
        ("handle", pa.string()),
        ("score", pa.float64()),
        ("zombie", pa.bool_()),
    ]
)
FORMS = (".jsonl", ".csv", ".parquet")
ROWS = 20_000  # records in memory at once


@dataclass(frozen=True)
class Done:
    """How far a file has come: rows scored so far, and the rows refused in this batch."""

    rows: int
    refused: tuple[RejectedRow, ...]
    late_posts: int


def score_table(
    table: pa.Table, detector: Detector, *, at: datetime | None, reasons: bool
) -> tuple[pa.Table, int]:
    """A row a record, in order: platform, id, handle, score, zombie, and reasons where asked for.

    table: columns of `records.SCHEMA`. zombie: the score is at or above the model's operating point. Also the number
    of posts that were left out as later than `at`.
    """
    features = extract(table, at=at)
    ids = table["id"].to_pylist()
    score = detector.score(features.matrix, ids)
    columns = [
        table["platform"].combine_chunks(),
        table["id"].combine_chunks(),
        table["handle"].combine_chunks(),
        pa.array(score),
        pa.array(score >= detector.operating_point),
    ]
    schema = SCORES
    if reasons:
        said = [
            [msgspec.structs.asdict(reason) for reason in found.reasons]
            for found in explain(detector, features.matrix, ids)
        ]
        columns.append(pa.array(said, type=REASONS))
        schema = schema.append(pa.field("reasons", REASONS))
    return pa.Table.from_arrays(columns, schema=schema), features.late_posts


def score_file(
    source: Path, target: Path, detector: Detector, *, at: datetime | None = None, reasons: bool = False
) -> Iterator[Done]:
    """Score a file of records into another, batch by batch; yields after each batch.

    The forms are told by the names. Nothing stands under `target`'s name unless all was written. Raises InputError
    where a form is not known, the file has no usable record, or a record has no date.
    """
    if target.suffix not in FORMS:
        raise InputError(f"{target.name}: the name does not tell the form", f"Name it {', '.join(FORMS)}.")
    part = target.with_name(target.name + ".part")
    writer = _WRITERS[target.suffix](part, SCORES.append(pa.field("reasons", REASONS)) if reasons else SCORES)
    rows = 0
    try:
        with writer:
            for batch in batches(source, rows=ROWS):
                scored, late = score_table(batch.table, detector, at=at, reasons=reasons)
                writer.write(scored)
                rows += scored.num_rows
                yield Done(rows, tuple(batch.refused), late)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


class _Lines:
    """JSONL: a JSON object a row."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._file = path.open("wb")
        self._encode = msgspec.json.Encoder().encode

    def __enter__(self) -> None:
        self._file.__enter__()

    def __exit__(self, *why: object) -> None:
        self._file.close()

    def write(self, table: pa.Table) -> None:
        self._file.writelines(self._encode(row) + b"\n" for row in table.to_pylist())


class _Csv:
    """CSV: handles that a spreadsheet would run as a formula have an apostrophe before them."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        import pyarrow.csv

        flat = [f if f.name != "reasons" else pa.field("reasons", pa.string()) for f in schema]
        self._schema = pa.schema(flat)
        self._writer: Any = pyarrow.csv.CSVWriter(str(path), self._schema)

    def __enter__(self) -> None:
        self._writer.__enter__()

    def __exit__(self, *why: object) -> None:
        self._writer.close()

    def write(self, table: pa.Table) -> None:
        columns = [_safe(table[field.name]) for field in self._schema]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))


class _Parquet:
    """Parquet, as the columns stand."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        import pyarrow.parquet

        self._writer: Any = pyarrow.parquet.ParquetWriter(path, schema, compression="zstd")

    def __enter__(self) -> None:
        self._writer.__enter__()

    def __exit__(self, *why: object) -> None:
        self._writer.close()

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table)


_WRITERS: dict[str, Any] = {".jsonl": _Lines, ".csv": _Csv, ".parquet": _Parquet}


def _safe(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_list(column.type):
        encode = msgspec.json.Encoder().encode
        return pa.chunked_array(
            [pa.array([encode(v).decode() for v in column.to_pylist()], type=pa.string())]
        )
    if not pa.types.is_string(column.type):
        return column
    risky = pc.match_substring_regex(column, f"^[{FORMULA}]")
    return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)
