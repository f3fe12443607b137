"""Arrow columns as numpy arrays, without a Python object a row: null becomes NaN, strings become code points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.arrays import BoolArray, FloatArray, IntArray

__all__ = [
    "BoolArray",
    "Bytes",
    "CodePoints",
    "FloatArray",
    "IntArray",
    "bytes_of",
    "codepoints",
    "micros",
    "numbers",
    "valid",
]


def valid(column: pa.Array) -> BoolArray:
    """(rows,) True where the column holds a value."""
    return cast(BoolArray, column.is_valid().to_numpy(zero_copy_only=False))


def numbers(column: pa.Array) -> FloatArray:
    """(rows,) float64 of an integer or boolean column; null is NaN."""
    plain = column.cast(pa.int8()) if pa.types.is_boolean(column.type) else column
    return cast(FloatArray, plain.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))


def micros(column: pa.Array) -> tuple[IntArray, BoolArray]:
    """(rows,) microseconds since 1970 UTC of a timestamp column (0 where null), and where they are known."""
    known = valid(column)
    ticks = column.cast(pa.timestamp("us", tz="UTC")).view(pa.int64()).fill_null(0)
    return cast(IntArray, ticks.to_numpy(zero_copy_only=False)), known


@dataclass(frozen=True)
class Bytes:
    """The UTF-8 bytes of a string column, end to end: string i is data[starts[i]:ends[i]] (empty where null)."""

    data: npt.NDArray[np.uint8]
    starts: IntArray
    ends: IntArray


def bytes_of(column: pa.Array) -> Bytes:
    """The bytes of a string column without copying them."""
    large = pa.types.is_large_string(column.type)
    _, offsets, data = column.buffers()
    width = np.int64 if large else np.int32
    if offsets is None or len(column) == 0:
        none = np.zeros(len(column), dtype=np.int64)
        return Bytes(np.zeros(0, np.uint8), none, none)
    bounds = np.frombuffer(offsets, dtype=width)[column.offset : column.offset + len(column) + 1].astype(
        np.int64
    )
    base, top = int(bounds[0]), int(bounds[-1])
    raw = np.frombuffer(data, dtype=np.uint8)[base:top] if data is not None else np.zeros(0, np.uint8)
    starts, ends = bounds[:-1] - base, bounds[1:] - base
    if column.null_count:
        # A null may still span bytes in the buffer: it holds no text.
        ends = np.where(valid(column), ends, starts)
    return Bytes(raw, starts, ends)


@dataclass(frozen=True)
class CodePoints:
    """The characters of a string column, end to end: character j is `points[j]`, of string `row[j]`."""

    points: npt.NDArray[np.uint32]
    row: IntArray
    lengths: IntArray


def codepoints(column: pa.Array) -> CodePoints:
    """The Unicode characters of a string column (none where null)."""
    text = "".join(column.fill_null("").to_pylist()) if len(column) else ""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    import pyarrow.compute as pc

    lengths = pc.utf8_length(column.fill_null("")).to_numpy(zero_copy_only=False).astype(np.int64)
    return CodePoints(points, np.repeat(np.arange(len(column), dtype=np.int64), lengths), lengths)
