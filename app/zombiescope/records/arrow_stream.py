"""Follower records from an untrusted Arrow IPC stream, checked before use."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.domain import MOST_COUNT
from zombiescope.errors import InputError
from zombiescope.records.schema import SCHEMA

__all__ = ["MEDIA", "packed", "table_of"]

MEDIA = "application/vnd.apache.arrow.stream"
_ADVICE = "Send the record's fields (docs/record.md) as plain columns, uncompressed."
_FIRST, _LAST = (np.datetime64(day, "us").astype(np.int64) for day in ("0001-01-02", "9999-12-30"))


def table_of(body: bytes, most: int) -> pa.Table:
    """The records of a stream (columns of `records.SCHEMA`; those that are not sent are null).

    Columns may be narrower or wider than the record's (int32, large_string, a time in seconds), but not packed,
    dictionary-encoded or views: of those a small body can hold a huge table. Raises InputError for anything else,
    for more than `most` rows, and for a value that no record may have, naming row and field.
    """
    try:
        return _read(body, most)
    except (
        pa.ArrowException,
        OSError,
        ValueError,
        NotImplementedError,
        StopIteration,
        struct.error,
    ) as error:
        line = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"the Arrow stream cannot be read: {line[:160]}", _ADVICE) from None


def packed(table: pa.Table) -> bytes:
    """A table as a stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _read(body: bytes, most: int) -> pa.Table:
    messages = pa.ipc.MessageReader.open_stream(pa.py_buffer(body))
    first = messages.read_next_message()
    if first.type != "schema":  # pyarrow takes the caller's word for it, and crashes
        raise InputError("the Arrow stream does not begin with a schema", _ADVICE)
    schema = pa.ipc.read_schema(first)
    _check_schema(schema)
    tables, rows = [], 0
    for message in _rest(messages):
        batch = pa.ipc.read_record_batch(message, schema)
        rows += batch.num_rows
        if rows > most:
            raise InputError(
                f"more than {most:,} records are too many at once", f"Send at most {most:,} at a time."
            )
        batch.validate(full=True)
        tables.append(_fitted(batch))
    table = pa.concat_tables(tables) if tables else SCHEMA.empty_table()
    _check(table)
    return table


def _rest(messages: pa.ipc.MessageReader) -> Iterator[pa.ipc.Message]:
    while True:
        try:
            message = messages.read_next_message()
        except StopIteration:
            return
        if message.type != "record batch" or _is_packed(bytes(message.metadata)):
            raise InputError("the Arrow stream is packed or holds more than records", _ADVICE)
        yield message


def _check_schema(schema: pa.Schema) -> None:
    names = schema.names
    if len(set(names)) < len(names) or not {"platform", "id"} <= set(names):
        raise InputError("the Arrow stream lacks platform or id, or names a column twice", _ADVICE)
    for field in schema:
        wanted = SCHEMA.field(field.name).type if field.name in SCHEMA.names else None
        if wanted is None or not _fits(field.type, wanted):
            raise InputError(
                f"the column {field.name[:80]!r} ({str(field.type)[:80]}) is none of a record's", _ADVICE
            )


def _fits(given: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether every value takes at least its own room in the body, and can be cast."""
    kinds = pa.types
    if kinds.is_list(wanted):
        lists = kinds.is_list(given) or kinds.is_large_list(given)
        return bool(lists) and _fits(given.value_type, wanted.value_type)
    if kinds.is_struct(wanted):
        known = {field.name: field.type for field in wanted}
        return bool(kinds.is_struct(given)) and all(
            f.name in known and _fits(f.type, known[f.name]) for f in given
        )
    return bool(
        given == wanted
        or (kinds.is_string(wanted) and kinds.is_large_string(given))
        or (kinds.is_integer(wanted) and kinds.is_integer(given))
        or (kinds.is_timestamp(wanted) and kinds.is_timestamp(given))
    )


def _fitted(batch: pa.RecordBatch) -> pa.Table:
    columns = [
        _cast(batch.column(field.name), field.type)
        if field.name in batch.schema.names
        else pa.nulls(batch.num_rows, field.type)
        for field in SCHEMA
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def _cast(column: pa.Array, wanted: pa.DataType) -> pa.Array:
    """The column in the record's type. A time without a zone is UTC; fields of posts that are not sent are null."""
    if pa.types.is_list(wanted):
        column = column.cast(pa.list_(column.type.value_type))
        values = _cast(column.values, wanted.value_type)
        return pa.ListArray.from_arrays(column.offsets, values, wanted, mask=column.is_null())
    if pa.types.is_struct(wanted):
        sent = [field.name for field in column.type]
        parts = [
            _cast(column.field(field.name), field.type)
            if field.name in sent
            else pa.nulls(len(column), field.type)
            for field in wanted
        ]
        return pa.StructArray.from_arrays(parts, fields=list(wanted), mask=column.is_null())
    if pa.types.is_timestamp(wanted) and column.type.unit == "ns":  # whole microseconds, rounded down
        return column.cast(wanted, safe=False)
    return column.cast(wanted)


def _check(table: pa.Table) -> None:
    """Raises InputError for the first value that is of the right type and yet none that a record allows."""
    for name in ("platform", "id"):
        _refuse(pc.fill_null(pc.equal(table[name], ""), True), name, "is missing")
    for field in SCHEMA:
        column = table[field.name]
        if pa.types.is_integer(field.type):
            wrong = pc.or_(pc.less(column, 0), pc.greater(column, MOST_COUNT))
            _refuse(pc.fill_null(wrong, False), field.name, "is no count")
        elif pa.types.is_timestamp(field.type):
            _refuse(_beyond(column), field.name, "is beyond the years 1 to 9999")
    known = pc.is_in(table["label"], value_set=pa.array(["zombie", "genuine", None]))
    _refuse(pc.invert(known), "label", "is neither zombie nor genuine")
    posts = table["recent_posts"].combine_chunks()
    dates = pc.struct_field(pc.list_flatten(posts), "created_at")
    if np.asarray(_beyond(dates)).any() or pc.list_flatten(posts).null_count:
        raise InputError("recent_posts: a post is null, or its date beyond the years 1 to 9999", _ADVICE)


def _beyond(times: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    micros = pc.fill_null(times.cast(pa.int64()), 0)
    return pc.or_(pc.less(micros, int(_FIRST)), pc.greater(micros, int(_LAST)))


def _refuse(wrong: pa.ChunkedArray, field: str, why: str) -> None:
    rows = np.flatnonzero(np.asarray(wrong))
    if rows.size:
        raise InputError(f"record {rows[0] + 1}: {field} {why}", "docs/record.md has the record's form.")


def _is_packed(metadata: bytes) -> bool:
    """Whether a message's flatbuffer, which the reader has verified, is of a batch with compressed buffers.

    pyarrow does not tell, and unpacks to whatever length the body claims. Slots as in Arrow's Message.fbs: a Message's
    third field is the header; a RecordBatch's fourth is BodyCompression.
    """
    (root,) = struct.unpack_from("<I", metadata, 0)
    header = root + _slot(metadata, root, 2)
    (step,) = struct.unpack_from("<I", metadata, header)
    return _slot(metadata, header + step, 3) != 0


def _slot(metadata: bytes, table: int, number: int) -> int:
    """The offset of a table's field from the table; 0 where it is not there."""
    (back,) = struct.unpack_from("<i", metadata, table)
    virtual = table - back
    (size,) = struct.unpack_from("<H", metadata, virtual)
    place = 4 + 2 * number
    return int(struct.unpack_from("<H", metadata, virtual + place)[0]) if place < size else 0
