"""Followers from Parquet, in the record's form or another program's, a run of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zombiescope.domain import EXACT_IN_FLOAT, MOST_COUNT
from zombiescope.errors import InputError
from zombiescope.records import cells
from zombiescope.records.column_mapping import Mapping
from zombiescope.records.container import Material
from zombiescope.records.row_batch import Chunk, Head, Unread
from zombiescope.records.schema import SCHEMA

__all__ = ["chunks", "head"]


def head(material: Material, limit: int) -> Head:
    """The names of a file's columns, those within structs with dots, and its first rows."""
    file = _opened(material)
    try:
        batch = next(file.iter_batches(batch_size=limit, use_threads=False), None)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{material.name} is damaged: {_line(error)}") from None
    if batch is None:
        return Head(list(_flat(file.schema_arrow.empty_table()).column_names), {}, 0)
    table = _flat(pa.Table.from_batches([batch]))
    rows = {}
    for name in table.column_names:
        try:
            rows[name] = _as_text(table[name].combine_chunks()).to_pylist()
        except (pa.ArrowException, NotImplementedError):
            rows[name] = [None if cell is None else str(cell) for cell in table[name].to_pylist()]
    return Head(list(table.column_names), rows, table.num_rows)


def _flat(table: pa.Table) -> pa.Table:
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


def chunks(material: Material, columns: Mapping, *, rows: int) -> Iterator[Chunk]:
    """The rows of a Parquet file, at most `rows` in a chunk.

    Raises InputError where the file is damaged, or a column does not fit the record's; the column is named.
    """
    file = _opened(material)
    roots = list(dict.fromkeys(_root(name, file.schema_arrow.names) for name in columns.columns))
    end = 0
    batches = file.iter_batches(batch_size=rows, columns=roots, use_threads=False)
    while True:
        try:
            batch = next(batches, None)
            if batch is not None:
                batch.validate(full=True)  # a text that is not UTF-8 would only be met where it is first used
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"{material.name} is damaged after row {end}: {_line(error)}") from None
        if batch is None:
            return
        table, bad = _strict(batch, material.name) if columns.strict else _dump(batch, columns, material.name)
        wheres = [f"row {end + i + 1}" for i in range(batch.num_rows)]
        fits = np.ones(batch.num_rows, dtype=bool)
        fits[[cell.row for cell in bad]] = False
        full_rows = np.flatnonzero(fits)
        unread = [Unread(end + cell.row, wheres[cell.row], cell.field, cell.reason) for cell in bad]
        first, numbers = end + 1, full_rows + end
        end += batch.num_rows
        yield Chunk(
            table.filter(pa.array(fits)), numbers, [wheres[i] for i in full_rows.tolist()], unread, first, end,
            rejected=table.filter(pa.array(~fits)),
        )  # fmt: skip


def _root(name: str, names: list[str]) -> str:
    """The column of the file that holds a flattened one."""
    return name if name in names else next((n for n in names if name.startswith(f"{n}.")), name)


def _opened(material: Material) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(material.path)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(f"{material.name} is no Parquet file that can be read: {_line(error)}") from None


def _strict(batch: pa.RecordBatch, name: str) -> tuple[pa.Table, list[cells.Bad]]:
    """The batch in the record's schema; counts and labels that are none are bad cells."""
    arrays = []
    bad: dict[int, cells.Bad] = {}
    for field in SCHEMA:
        if field.name not in batch.schema.names:
            arrays.append(pa.nulls(batch.num_rows, field.type))
            continue
        column = _fitted(batch.column(field.name), field, name)
        for row, reason in _unfit(column, field):
            bad.setdefault(row, cells.Bad(row, field.name, reason))
        arrays.append(column)
    return pa.Table.from_arrays(arrays, schema=SCHEMA), [bad[row] for row in sorted(bad)]


def _fitted(column: pa.Array, field: pa.Field, name: str) -> pa.Array:
    """The column cast to the field's type: whole floats to counts, integers to ids, naive times to UTC."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind, wanted = column.type, field.type
    fits = (
        kind == wanted
        or pa.types.is_null(kind)
        or (pa.types.is_string(wanted) and (pa.types.is_string(kind) or pa.types.is_large_string(kind)))
        or (field.name == "id" and pa.types.is_integer(kind))
        or (pa.types.is_integer(wanted) and (pa.types.is_integer(kind) or pa.types.is_floating(kind)))
        or (pa.types.is_timestamp(wanted) and (pa.types.is_timestamp(kind) or pa.types.is_date(kind)))
        or (pa.types.is_list(wanted) and (pa.types.is_list(kind) or pa.types.is_large_list(kind)))
    )
    try:
        if not fits:
            raise pa.ArrowTypeError(f"{kind} where {wanted} is asked for")
        if pa.types.is_floating(kind):
            column = pc.if_else(pc.is_nan(column), None, column)
        if pa.types.is_date(kind):
            column = column.cast(pa.timestamp("us"))
        return column.cast(wanted, safe=not pa.types.is_timestamp(wanted))
    except (pa.ArrowException, NotImplementedError) as error:
        raise InputError(
            f"{name}: the column {field.name} does not fit: {_line(error)}", f"It must be {wanted}."
        ) from None


def _unfit(column: pa.Array, field: pa.Field) -> Iterator[tuple[int, str]]:
    """Rows whose value is of the right type and yet none that the record allows."""
    if pa.types.is_integer(field.type):
        for wrong, reason in (
            (pc.less(column, 0), "is negative"),
            (pc.greater(column, MOST_COUNT), "is too large"),
        ):
            for row in np.flatnonzero(np.asarray(pc.fill_null(wrong, False))).tolist():
                yield row, f"{column[row].as_py()} {reason}"
    elif field.name == "label":
        known = pc.is_in(column, value_set=pa.array(["zombie", "genuine", None]))
        for row in np.flatnonzero(~np.asarray(known)).tolist():
            yield row, f"{column[row].as_py()!r} is neither zombie nor genuine"


def _dump(batch: pa.RecordBatch, columns: Mapping, name: str) -> tuple[pa.Table, list[cells.Bad]]:
    """A batch of another program's columns, read as text like its CSV."""
    table = _flat(pa.Table.from_batches([batch]))
    text = {}
    for column in columns.columns:
        try:
            text[column] = _as_text(table[column].combine_chunks())
        except (pa.ArrowException, NotImplementedError):
            raise InputError(
                f"{name}: the column {column} ({table[column].type}) cannot be read as text",
                "Write it as text, or as JSON text where it is a list.",
            ) from None
    return cells.fill(text, columns, batch.num_rows)


def _as_text(column: pa.Array) -> pa.Array:
    """A column as text; whole floats without their fraction, and true fractions so that they are no group of
    thousands."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_floating(column.type):
        values = [
            None
            if cell is None or cell != cell
            else str(int(cell))
            if float(cell).is_integer() and abs(cell) < EXACT_IN_FLOAT
            else f"{cell!r}e0"
            if abs(cell) < 1000
            else repr(cell)
            for cell in column.to_pylist()
        ]
        return pa.array(values, pa.string())
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(pa.string())


def _line(error: BaseException) -> str:
    """The first line of an error, cut short."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return text if len(text) <= 160 else text[:159] + "…"
