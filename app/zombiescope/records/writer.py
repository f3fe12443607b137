"""Followers to a file: JSONL, CSV or Parquet by its name, so that reading gives the same records back."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zombiescope.errors import InputError
from zombiescope.records.formula_guard import guarded
from zombiescope.records.schema import SCHEMA

__all__ = ["write"]

_FORMS = ".jsonl, .ndjson, .csv, .tsv (each also with .gz) or .parquet"


def write(path: Path, tables: Iterable[pa.Table]) -> int:
    """Write the tables (columns of `records.SCHEMA`) one after the other and return the number of rows.

    The name tells the form. Nothing is left under it unless all was written. Equal tables give equal bytes.
    In CSV, a text that is empty or that a spreadsheet would run as a formula has an apostrophe before it,
    which reading takes off. Raises InputError for a name of no known form or a place that cannot be written
    to.
    """
    plain = path.name.removesuffix(".gz")
    form = {".jsonl": _jsonl, ".ndjson": _jsonl, ".csv": _csv, ".tsv": _csv}.get(Path(plain).suffix)
    if path.suffix == ".parquet":
        form = _parquet
    if form is None:
        raise InputError(f"{path.name}: the name does not tell the form", f"Name it {_FORMS}.")
    part = path.with_name(path.name + ".part")
    try:
        rows = form(part, tables, path.name)
        part.replace(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror or error}", "Check the folder and its space."
        ) from None
    finally:
        part.unlink(missing_ok=True)
    return rows


def _jsonl(part: Path, tables: Iterable[pa.Table], name: str) -> int:
    rows = 0
    encode = msgspec.json.Encoder().encode
    with _file(part, name) as file:
        for table in tables:
            columns = (_json_values(table[field.name], field) for field in SCHEMA)
            file.writelines(
                encode(dict(zip(SCHEMA.names, row, strict=True))) + b"\n"
                for row in zip(*columns, strict=True)
            )
            rows += table.num_rows
    return rows


def _json_values(column: pa.ChunkedArray, field: pa.Field) -> list[object]:
    """A column as JSON holds it; times as text, which Arrow writes faster than Python makes datetimes."""
    if column.null_count == len(column):
        return [None] * len(column)
    return list((_written(column) if pa.types.is_timestamp(field.type) else column).to_pylist())


def _csv(part: Path, tables: Iterable[pa.Table], name: str) -> int:
    rows = 0
    with _file(part, name) as file, io.TextIOWrapper(file, "utf-8", newline="", write_through=True) as text:
        writer = csv.writer(text, delimiter="\t" if ".tsv" in name else ",", lineterminator="\r\n")
        writer.writerow(SCHEMA.names)
        for table in tables:
            writer.writerows(zip(*(_cells(table[field.name], field) for field in SCHEMA), strict=True))
            rows += table.num_rows
    return rows


def _cells(column: pa.ChunkedArray, field: pa.Field) -> list[str | None]:
    """A column as CSV cells; null is an empty cell."""
    if pa.types.is_string(field.type):
        return list(guarded(column, read_back=True).to_pylist())
    if pa.types.is_timestamp(field.type):
        return list(_written(column).to_pylist())
    if pa.types.is_list(field.type):
        encode = msgspec.json.Encoder().encode
        return [None if posts is None else encode(posts).decode() for posts in column.to_pylist()]
    return list(column.cast(pa.string()).to_pylist())


def _written(times: pa.ChunkedArray) -> pa.ChunkedArray:
    """Times in ISO 8601 with a Z, the fraction of a second only where there is one."""
    written = pc.strftime(times, format="%Y-%m-%dT%H:%M:%SZ")
    return pc.replace_substring(written, ".000000Z", "Z")


def _parquet(part: Path, tables: Iterable[pa.Table], name: str) -> int:
    rows = 0
    with pq.ParquetWriter(part, SCHEMA, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table.cast(SCHEMA))
            rows += table.num_rows
    return rows


@contextmanager
def _file(part: Path, name: str) -> Iterator[IO[bytes]]:
    """The file to write to, gzipped where `name` says so: without a time or a name in it, so that bytes
    repeat."""
    with part.open("wb") as raw:
        if name.endswith(".gz"):
            with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
                yield packed  # type: ignore[misc] # a GzipFile is a file of bytes, its type does not say so
        else:
            yield raw
