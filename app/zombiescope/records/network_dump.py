"""A network dump: a folder with who follows whom (Edges.csv), profiles and posts, of which one list is taken.

The form is that of the Weibo networks of Fudan (2020): Edges.csv (source follows target), User.csv or
Users.csv (everyone's name and two counts), user_detail.csv (full profiles of nearly everyone) and weibo.csv
(up to 20 posts of each), with a header or without, with a byte-order mark or without, some rows repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from zombiescope.domain import RejectedRow
from zombiescope.errors import InputError, UnknownAccount
from zombiescope.records import cells, dates, timelines
from zombiescope.records.column_mapping import Mapping, choose
from zombiescope.records.formats import FUDAN, NAMELESS_DETAIL, NAMELESS_POSTS
from zombiescope.records.schema import SCHEMA, times

__all__ = ["Network", "followers", "opened"]

# When the profiles were read: the day after the newest post of both networks.
_OBSERVED = datetime(2020, 6, 26, tzinfo=UTC)
_EDGES, _USERS, _DETAIL, _POSTS = "Edges.csv", ("User.csv", "Users.csv"), "user_detail.csv", "weibo.csv"

Columns = dict[str, pa.Array]


@dataclass(frozen=True)
class Network:
    """A network's files as columns of text, and the mappings of its two files of people."""

    name: str
    edges: Columns
    users: Columns
    detail: Columns
    posts: Columns

    def lists(self) -> list[tuple[str, int]]:
        """The accounts that have followers here, with how many, the longest list first."""
        edges = pa.table(self.edges).group_by(["source", "target"]).aggregate([])
        counts = pc.value_counts(edges["target"]).to_pylist()
        return sorted(((c["values"], c["counts"]) for c in counts), key=lambda pair: (-pair[1], pair[0]))

    def plans(self) -> dict[str, Mapping]:
        """What is read from which column, by file."""
        return {
            "users": choose(list(self.users), where="the user file"),
            _DETAIL: choose(list(self.detail), where=_DETAIL),
        }


def opened(folder: Path) -> Network:
    """Read a network dump. Raises InputError where a file is missing or is no table."""
    users = next((name for name in _USERS if (folder / name).is_file()), _USERS[0])
    missing = [name for name in (_EDGES, users, _DETAIL, _POSTS) if not (folder / name).is_file()]
    if missing:
        raise InputError(
            f"{folder} is no network dump: it has no {', '.join(missing)}",
            f"A dump has {_EDGES}, {' or '.join(_USERS)}, {_DETAIL} and {_POSTS}; name a file to import one.",
        )
    return Network(
        folder.name,
        _columns(folder / _EDGES, ("source", "target")),
        _columns(folder / users, ("id", "label", "fans_num", "follow_num", "description")),
        _columns(folder / _DETAIL, NAMELESS_DETAIL),
        _columns(folder / _POSTS, NAMELESS_POSTS),
    )


def followers(network: Network, account: str) -> tuple[pa.Table, list[RejectedRow]]:
    """The list of one account: its followers in the order of the edges, each once, with their places as
    position.

    Profiles are of user_detail.csv, and where it lacks one, of the user file; posts of weibo.csv, for an
    account with a profile there that has none an empty list, for one without unknown. Returns the table
    (columns of `records.SCHEMA`) and the rows of the files that could not be read; a post whose date is none
    is kept without. Raises UnknownAccount with the longest lists.
    """
    edges = network.edges
    mine = pc.equal(edges["target"], account)
    nameless = np.flatnonzero(np.asarray(pc.and_(mine, pc.equal(edges["source"], ""))))
    ids = pc.unique(edges["source"].filter(pc.and_(mine, pc.not_equal(edges["source"], ""))))
    if not len(ids):
        longest = ", ".join(f"{who} ({count})" for who, count in network.lists()[:5])
        raise UnknownAccount(
            f"nobody follows {account} in {network.name}", f"Give --account one of its lists: {longest}, ..."
        )
    plans = network.plans()
    detail, refused = _profiles(ids, network.detail, plans[_DETAIL], _DETAIL)
    users, more = _profiles(ids, network.users, plans["users"], "users")
    columns = {field.name: pc.coalesce(detail[field.name], users[field.name]) for field in SCHEMA}
    columns["id"] = ids
    columns["platform"] = pa.repeat(pa.scalar(FUDAN.platform, pa.string()), len(ids))
    columns["position"] = pa.array(np.arange(len(ids)), pa.int64())
    columns["observed_at"] = times(_OBSERVED, len(ids))
    known = pc.or_(detail["id"].is_valid(), pc.is_in(ids, value_set=network.posts["用户id"]))
    posts, undated = _posts(ids, network.posts)
    columns["recent_posts"] = pc.if_else(known, posts, None)
    return pa.Table.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA), [
        *(RejectedRow(f"{_EDGES} row {row + 1}", "source", "is missing") for row in nameless.tolist()),
        *refused,
        *more,
        *undated,
    ]


def _profiles(ids: pa.Array, text: Columns, plan: Mapping, name: str) -> tuple[pa.Table, list[RejectedRow]]:
    """The profile of each id, a row of nulls where there is none; an id's first row is the one that
    counts."""
    table, bad = cells.fill(text, plan, len(text[plan.columns[0]]))
    fits = np.ones(table.num_rows, dtype=bool)
    fits[[cell.row for cell in bad]] = False
    good = table.filter(pa.array(fits)).combine_chunks()
    refused = [RejectedRow(f"{name} row {cell.row + 1}", cell.field, cell.reason) for cell in bad]
    at = pc.index_in(ids, value_set=good["id"].combine_chunks())
    return good.take(at).combine_chunks(), refused


def _posts(ids: pa.Array, text: Columns) -> tuple[pa.Array, list[RejectedRow]]:
    """Everyone's posts, and those without a date.

    是否原创 ("is it original") is 1 for every repost and 0 for every other post, against what it says.
    """
    created, bad = dates.parse(text["创建时间"], zone_hours=FUDAN.zone_hours)
    undated = [
        RejectedRow(f"{_POSTS} row {row + 1}", "created_at", "is no date")
        for row in np.flatnonzero(bad).tolist()
    ]
    fields = {
        "id": text["微博id"],
        "created_at": created,
        "text": text["内容"],
        "is_repost": pc.equal(text["是否原创"], "1"),
        "is_reply": pc.starts_with(text["内容"], "回复@"),
        "likes_count": _whole(text["点赞数"]),
        "reposts_count": _whole(text["转发数"]),
        "replies_count": _whole(text["评论数"]),
    }
    return timelines.gather(ids, text["用户id"], fields), undated


def _whole(column: pa.Array) -> pa.Array:
    """Counts of a column of text; null where a cell is no whole number."""
    plain = pc.match_substring_regex(column, r"^[0-9]{1,15}$")
    return pc.if_else(plain, column, None).cast(pa.int64())


def _columns(path: Path, names: tuple[str, ...]) -> Columns:
    """A CSV file as columns of text; `names` are its columns where its first line is no header.

    A first line is a header where its first cell is no number.
    """
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    bare = data.split(b",", 1)[0].strip(b'" ').isdigit()
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(data),
            read_options=pyarrow.csv.ReadOptions(column_names=names if bare else None, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
        names_there = list(table.column_names)
    except pa.ArrowException as error:
        raise InputError(f"{path.name}: {str(error).splitlines()[0]}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path.name}: the first line is not UTF-8", "Save the file in UTF-8.") from None
    absent = [name for name in names if name not in names_there]
    if absent:
        raise InputError(
            f"{path.name} has no column {', '.join(absent)}", f"Its columns: {', '.join(names_there)}."
        )
    return {name: table[name].combine_chunks() for name in names}
