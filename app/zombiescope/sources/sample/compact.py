"""The compact file format of the posts of the shipped lists, and its conversion to follower records.

A list's file has the columns of `PROFILE` and, for `recent_posts`, the column `posts`: each post says by how many
units of `UNIT` seconds it is older than the post before it (the newest: than `observed_at`), which shared sentence
it is made of (a row of sentences.parquet) and what stands before and after that. A hundred thousand posts fit into
a megabyte so. The `bio` is the number of a sentence too; -1 is an empty one.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.records import schema

__all__ = ["POSTS", "PROFILE", "SCHEMA", "UNIT", "followers", "profiles"]

UNIT = 10  # seconds

POSTS = pa.list_(
    pa.struct(
        [
            ("ago", pa.int32()),
            ("before", pa.string()),
            ("sentence", pa.int32()),
            ("after", pa.string()),
            ("source", pa.string()),
            ("lang", pa.string()),
            ("is_repost", pa.bool_()),
            ("is_reply", pa.bool_()),
        ]
    )
)
# What the simulation never knows is no column of its files.
UNUSED = (
    "display_name",
    "url",
    "followed_at",
    "likes_count",
    "listed_count",
    "has_banner",
    "label",
    "label_source",
)
PROFILE = pa.schema(
    [
        pa.field("bio", pa.int32()) if f.name == "bio" else f
        for f in schema.SCHEMA
        if f.name not in (*UNUSED, "recent_posts")
    ]
)
SCHEMA = PROFILE.append(pa.field("posts", POSTS))


def profiles(table: pa.Table, sentences: pa.Array) -> pa.Table:
    """The rows as `records.SCHEMA`, posts not fetched.

    table: columns of `PROFILE` at least. sentences: (sentences,) the shared texts.
    """
    bio = table["bio"].combine_chunks()
    sentence = sentences.take(pc.if_else(pc.less(bio, 0), None, bio))
    bios = pc.if_else(pc.less(bio, 0), "", sentence)
    columns = [
        bios
        if field.name == "bio"
        else table[field.name].cast(field.type)
        if field.name in PROFILE.names
        else pa.nulls(table.num_rows, field.type)
        for field in schema.SCHEMA
    ]
    return pa.Table.from_arrays(columns, schema=schema.SCHEMA)


def followers(table: pa.Table, sentences: pa.Array) -> pa.Table:
    """The rows as `records.SCHEMA` with their posts, newest first; a null list stays null.

    table: columns of `SCHEMA`. sentences: (sentences,) the shared texts.
    """
    rows = profiles(table, sentences)
    place = rows.schema.get_field_index("recent_posts")
    return rows.set_column(place, rows.schema.field(place), _posts(table, sentences))


def _posts(table: pa.Table, sentences: pa.Array) -> pa.Array:
    column = table["posts"].combine_chunks().cast(POSTS)
    counts = np.asarray(pc.fill_null(pc.list_value_length(column), 0)).astype(np.int64)
    flat = pc.list_flatten(column)
    ends = np.cumsum(counts)
    # A running sum over all posts, less what it was at each list's start.
    ago = np.cumsum(np.asarray(flat.field("ago")).astype(np.int64))
    start = np.concatenate(([0], ago))[ends - counts]
    observed = np.asarray(pc.fill_null(table["observed_at"].combine_chunks().cast(pa.int64()), 0))
    time = np.repeat(observed, counts) - (ago - np.repeat(start, counts)) * UNIT * 1_000_000
    text = pc.binary_join_element_wise(
        flat.field("before"), sentences.take(flat.field("sentence")), flat.field("after"), ""
    )
    columns_of = {
        "id": pa.nulls(len(flat), pa.string()),
        "created_at": pa.array(time).view(schema.TIME),
        "text": text,
        **{name: flat.field(name) for name in ("source", "lang", "is_repost", "is_reply")},
    }
    fields = list(schema.POSTS.value_type)
    columns = [columns_of.get(field.name, pa.nulls(len(flat), field.type)) for field in fields]
    posts = pa.StructArray.from_arrays(columns, fields=fields)
    offsets = pa.array(np.concatenate(([0], ends)), type=pa.int32())
    return pa.ListArray.from_arrays(offsets, posts, type=schema.POSTS, mask=column.is_null())
