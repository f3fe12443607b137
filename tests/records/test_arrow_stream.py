"""Arrow IPC streams from strangers."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doubles import people
from examples import examples
from features.strategies import followers
from zombiescope.domain import Follower
from zombiescope.errors import InputError
from zombiescope.records.arrow_stream import MEDIA, packed, table_of
from zombiescope.records.schema import SCHEMA, from_followers

ARROW = {"Content-Type": MEDIA}
TABLE = from_followers(people(30))


def stream(table: pa.Table, **options: object) -> bytes:
    """A table as a stream with options of its own."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


@settings(max_examples=examples(40))
@given(st.lists(followers, max_size=6))
def test_every_record_survives(rows: list[Follower]) -> None:
    """What JSON can say, a stream says too."""
    table = from_followers(rows)
    if any(row.id == "" or row.platform == "" for row in rows):
        return
    assert table_of(packed(table), 10).equals(table)


def test_narrower_and_wider_columns_fit() -> None:
    """int32, large_string, other units of time, and columns that are left out."""
    table = TABLE.drop_columns(["bio", "recent_posts"])
    for name, kind in (
        ("id", pa.large_string()),
        ("posts_count", pa.int32()),
        ("created_at", pa.timestamp("ms", "UTC")),
    ):
        at = table.column_names.index(name)
        table = table.set_column(at, name, table[name].cast(kind))
    fitted = table_of(stream(table), 100)
    assert fitted.schema.equals(SCHEMA)
    assert fitted["id"].equals(TABLE["id"])
    assert fitted["created_at"].equals(TABLE["created_at"])
    assert fitted["bio"].null_count == fitted.num_rows
    naive = table_of(
        stream(TABLE.set_column(7, "created_at", TABLE["created_at"].cast(pa.timestamp("us")))), 100
    )
    assert naive["created_at"][0].as_py().tzinfo is not None


def with_value(name: str, value: object, kind: pa.DataType | None = None) -> pa.Table:
    """The table with one value of a column, at its second row, replaced."""
    column = TABLE[name]
    values = (column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column).to_pylist()
    values[1] = value
    at = TABLE.column_names.index(name)
    return TABLE.set_column(at, name, pa.array(values, kind or SCHEMA.field(name).type))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (with_value("id", None), "record 2: id is missing"),
        (with_value("platform", ""), "record 2: platform is missing"),
        (with_value("posts_count", -1), "record 2: posts_count is no count"),
        (with_value("likes_count", 2**53 + 1), "record 2: likes_count is no count"),
        (with_value("label", "bot"), "record 2: label is neither"),
        (with_value("created_at", 10**18), "record 2: created_at is beyond"),
        (with_value("recent_posts", [None]), "a post is null"),
        (TABLE.drop_columns(["id"]), "lacks platform or id"),
        (TABLE.append_column("more", TABLE["id"]), "'more'"),
        (TABLE.append_column("id", TABLE["id"]), "names a column twice"),
        (TABLE.set_column(1, "id", TABLE["position"]), "'id'"),
        (TABLE.set_column(1, "id", TABLE["id"].dictionary_encode()), "'id'"),
        (TABLE.set_column(1, "id", TABLE["id"].cast(pa.string_view())), "'id'"),
    ],
)
def test_what_is_no_record_is_named(table: pa.Table, message: str) -> None:
    """A value that no record may have is named by row and field, a column by its name."""
    with pytest.raises(InputError, match=message):
        table_of(stream(table), 100)


@pytest.mark.parametrize("compression", ["zstd", "lz4"])
def test_a_packed_stream_is_refused(compression: str) -> None:
    """A small body that claims to unpack to a huge one is not unpacked to find out."""
    rows = pa.table({name: pa.repeat(pa.scalar("1" * 1000), 5000) for name in ("platform", "id")})
    body = stream(rows, compression=compression)
    assert len(body) < 200_000
    with pytest.raises(InputError, match="packed"):
        table_of(body, 10_000)


def test_a_torn_stream_is_refused() -> None:
    """Cut anywhere, or with any byte changed, a stream is read or refused, never a crash."""
    body = packed(TABLE)
    rng = np.random.default_rng(1)
    for cut in [0, 1, 8, *rng.integers(0, len(body), 60).tolist()]:
        try:
            whole = table_of(body[:cut], 100)
        except InputError:
            continue
        assert whole.num_rows in (0, 30)
    for _ in range(300):
        hurt = bytearray(body)
        hurt[int(rng.integers(len(body)))] = int(rng.integers(256))
        with suppress(InputError):
            table_of(bytes(hurt), 100)


def test_a_stream_without_a_schema_is_refused() -> None:
    """Its first message is asked what it is: pyarrow alone would end the process."""
    body = packed(TABLE)
    kinds = [
        body[:place] + bytes([kind]) + body[place + 1 :] for place in range(8, 60) for kind in (0, 2, 3, 9)
    ]
    for hurt in kinds:
        with suppress(InputError):
            table_of(hurt, 100)
    batch = body[8 + int.from_bytes(body[4:8], "little") :]  # the stream from its second message on
    with pytest.raises(InputError, match="does not begin with a schema"):
        table_of(batch, 100)


def test_too_many_rows_are_refused() -> None:
    """The limit holds over all batches of a stream."""
    with pytest.raises(InputError, match="more than 29 records"):
        table_of(packed(TABLE), 29)
