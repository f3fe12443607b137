"""The output of a run, in the form its name tells: JSONL, CSV or Parquet, packed by gzip or zstd where named so."""

from __future__ import annotations

import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from zombiescope.errors import InputError
from zombiescope.records.formula_guard import guarded
from zombiescope.usecases.scoring.folders import is_remote, remote

__all__ = ["STDOUT", "Form", "Writer", "form_of", "opened", "sink"]

STDOUT = "-"
Form = str  # one of _FORMS
_FORMS = (".jsonl", ".csv", ".parquet")
_PACKED = {".gz": "gzip", ".zst": "zstd"}


def form_of(name: str, form: Form | None = None) -> tuple[Form, str | None]:
    """The form and the compression that a name tells. Raises InputError where it tells none.

    form: of standard output, whose name tells nothing.
    """
    if name == STDOUT:
        return form or ".jsonl", None
    packed = next((ending for ending in _PACKED if name.endswith(ending)), "")
    form = Path(name.removesuffix(packed)).suffix
    if form not in _FORMS or (form == ".parquet" and packed):
        raise InputError(
            f"{Path(name).name}: the name does not tell the form",
            f"Name it {', '.join(_FORMS)}; the first two also with .gz or .zst.",
        )
    return form, _PACKED.get(packed)


class Writer(ABC):
    """Writes tables of scores, one after the other."""

    @abstractmethod
    def write(self, table: pa.Table) -> None:
        """Write the rows."""

    @abstractmethod
    def close(self) -> None:
        """Write what is still to be written; the sink stays open."""


@contextmanager
def opened(name: str, schema: pa.Schema, form: Form | None = None) -> Iterator[Writer]:
    """A writer into the file of that name, which appears when the context ends well, and not otherwise.

    Raises InputError where the name tells no form or the place cannot be written.
    """
    form, packed = form_of(name, form)
    with sink(name) as raw, ExitStack() as stack:
        stream = stack.enter_context(pa.CompressedOutputStream(raw, packed)) if packed else raw
        writer = _WRITERS[form](stream, schema)
        yield writer
        writer.close()


@contextmanager
def sink(name: str) -> Iterator[Any]:
    """A file of bytes at a path, a URL or standard output, which appears when the context ends well."""
    if name == STDOUT:
        yield pa.PythonFile(sys.stdout.buffer, mode="w")
        sys.stdout.buffer.flush()
        return
    try:
        with _remote_sink(name) if is_remote(name) else _local_sink(Path(name)) as raw:
            yield raw
    except OSError as error:
        raise InputError(f"{name} cannot be written: {error.strerror or error}") from None


@contextmanager
def _local_sink(path: Path) -> Iterator[Any]:
    part = path.with_name(f".{path.name}.writing")
    try:
        with pa.OSFile(str(part), "wb") as raw:
            yield raw
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _remote_sink(url: str) -> Iterator[Any]:
    """Written here first and sent when it is complete: not every filesystem can discard a file that is half sent."""
    files, path = remote(url)
    with tempfile.TemporaryDirectory(prefix="zombiescope-") as held:
        copy = Path(held, "output")
        with pa.OSFile(str(copy), "wb") as raw:
            yield raw
        files.put_file(str(copy), path)


class _Jsonl(Writer):
    """A JSON object a row."""

    def __init__(self, sink: Any, schema: pa.Schema) -> None:
        self._sink = sink
        self._encode = msgspec.json.Encoder().encode_lines

    def write(self, table: pa.Table) -> None:
        self._sink.write(self._encode(table.to_pylist()))

    def close(self) -> None:
        pass


class _Csv(Writer):
    """CSV: texts that a spreadsheet would run as a formula have an apostrophe before them; reasons are JSON text."""

    def __init__(self, sink: Any, schema: pa.Schema) -> None:
        import pyarrow.csv

        flat = [field if field.name != "reasons" else pa.field("reasons", pa.string()) for field in schema]
        self._schema = pa.schema(flat)
        self._writer: Any = pyarrow.csv.CSVWriter(sink, self._schema)

    def write(self, table: pa.Table) -> None:
        columns = [_safe(table[field.name]) for field in self._schema]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


class _Parquet(Writer):
    """Parquet, packed by zstd, a row group a part."""

    def __init__(self, sink: Any, schema: pa.Schema) -> None:
        import pyarrow.parquet

        self._writer: Any = pyarrow.parquet.ParquetWriter(sink, schema, compression="zstd")

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table)

    def close(self) -> None:
        self._writer.close()


_WRITERS: dict[Form, Any] = {".jsonl": _Jsonl, ".csv": _Csv, ".parquet": _Parquet}


def _safe(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_list(column.type):
        encode = msgspec.json.Encoder().encode
        texts = [None if value is None else encode(value).decode() for value in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, type=pa.string())])
    if not pa.types.is_string(column.type):
        return column
    return guarded(column)
