"""Posts that lie in a file of their own, gathered a column of lists: one list an account, newest post
first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.records.schema import POSTS

__all__ = ["gather", "newest"]


def gather(ids: pa.Array, authors: pa.Array, columns: dict[str, pa.Array]) -> pa.Array:
    """The posts of each account.

    ids: (rows,) distinct. authors: (posts,), who wrote each. columns: fields of a post to (posts,) arrays,
    among them created_at; a repeated post id is taken once. Returns (rows,) of `records.POSTS`: an account
    without posts has an empty list. Posts of nobody in `ids` are left out, as the accounts are what is asked
    for.
    """
    row = np.asarray(pc.fill_null(pc.index_in(authors, value_set=ids), -1)).astype(np.int64)
    keep = row >= 0
    if "id" in columns:
        keep &= _first(columns["id"])
    # Without a date a post is taken as older than all others; a stable sort keeps the file's order among
    # equals.
    time = np.asarray(pc.fill_null(columns["created_at"].cast(pa.int64()), np.iinfo(np.int64).min + 1))
    rows = np.flatnonzero(keep)
    order = rows[np.lexsort((-time[rows], row[rows]))]
    taken = pa.array(order)
    fields = [
        columns[f.name].take(taken) if f.name in columns else pa.nulls(order.size, f.type)
        for f in POSTS.value_type
    ]
    flat = pa.StructArray.from_arrays(fields, fields=list(POSTS.value_type))
    offsets = np.concatenate(([0], np.cumsum(np.bincount(row[rows], minlength=len(ids)))))
    return pa.ListArray.from_arrays(pa.array(offsets, type=pa.int32()), flat, type=POSTS)


def newest(posts: pa.Array | pa.ChunkedArray, count: int) -> pa.Array:
    """Each account's `count` newest posts, newest first; at 0 nothing is known of any account's posts.

    A list that is no longer than `count` stays as it is, in its order.
    """
    column = posts.combine_chunks() if isinstance(posts, pa.ChunkedArray) else posts
    if count == 0:
        return pa.nulls(len(column), POSTS)
    lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0)).astype(np.int64)
    if lengths.size == 0 or lengths.max() <= count:
        return column
    row = np.repeat(np.arange(lengths.size), lengths)
    flat = pc.list_flatten(column)
    time = np.asarray(
        pc.fill_null(pc.struct_field(flat, "created_at").cast(pa.int64()), np.iinfo(np.int64).min + 1)
    )
    trimmed = np.repeat(lengths > count, lengths)
    order = np.lexsort((np.where(trimmed, -time, 0), row))
    rank = np.arange(row.size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    newest_rows = order[rank < count]
    offsets = np.concatenate(([0], np.cumsum(np.minimum(lengths, count))))
    return pa.ListArray.from_arrays(
        pa.array(offsets, type=pa.int32()),
        flat.take(pa.array(newest_rows)),
        type=POSTS,
        mask=column.is_null(),
    )


def _first(ids: pa.Array) -> npt.NDArray[np.bool_]:
    """Whether each id is met for the first time; a null id is always new."""
    codes = np.asarray(pc.fill_null(ids.dictionary_encode().indices, -1))
    first = np.zeros(len(codes), dtype=bool)
    first[np.unique(codes, return_index=True)[1]] = True
    first[codes == -1] = True
    return first
