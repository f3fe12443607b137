"""The features of the posts: when, how regularly, with what, and how much of it twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.durations import DAY_MICROS, HOUR_MICROS, SECOND_MICROS
from zombiescope.features import groups
from zombiescope.features.catalogue import CATALOGUE
from zombiescope.features.columns import BoolArray, FloatArray, IntArray, micros, numbers, valid
from zombiescope.features.post_text import post_text

__all__ = ["POSTS_READ", "late_posts", "timeline_features"]

# Newest posts read of an account: as many as one call gives everywhere, since templates and followers must be read
# alike, and how deep a set was crawled must not show.
POSTS_READ = 20

DAYS_MOST = 2.0**10  # days since the last post: beyond about three years is "long ago"
TIMELINE = tuple(feature.name for feature in CATALOGUE if feature.timeline)
REACTIONS = ("likes_count", "reposts_count", "replies_count")


@dataclass(frozen=True)
class Posts:
    """The posts that count, sorted by account, then from old to new (posts without a date first)."""

    owner: IntArray
    time: IntArray
    dated: BoolArray
    table: pa.StructArray
    rows: int


def timeline_features(
    recent_posts: pa.ListArray, at: IntArray, followers: FloatArray, newest: int = POSTS_READ
) -> tuple[dict[str, FloatArray], int]:
    """The posts' features by name, each (rows,) float64, and how many posts were dropped as later than `at`.

    at: (rows,) microseconds since 1970. followers: (rows,) follower counts, NaN where unknown.
    newest: how many posts of an account are read.
    """
    fetched = valid(recent_posts)
    posts, late = _posts(recent_posts, at, newest)
    counts = groups.count(posts.owner, posts.rows)
    features = {"timeline_empty": (counts == 0).astype(np.float64), **_timing(posts, at), **_content(posts)}
    features["reactions_to_followers"] = _reactions_per_post(posts) / (followers + 1)
    return {name: np.where(fetched, features[name], np.nan) for name in TIMELINE}, late


def late_posts(recent_posts: pa.ListArray, at: IntArray) -> int:
    """How many posts are later than `at`, (rows,) microseconds since 1970."""
    counts = pc.list_value_length(recent_posts).fill_null(0).to_numpy(zero_copy_only=False)
    time, dated = micros(recent_posts.flatten().field("created_at"))
    return int((dated & (time > np.repeat(at, counts))).sum())


def _posts(column: pa.ListArray, at: IntArray, newest: int) -> tuple[Posts, int]:
    size = len(column)
    counts = pc.list_value_length(column).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    flat = column.flatten()
    owner = np.repeat(np.arange(size, dtype=np.int64), counts)
    time, dated = micros(flat.field("created_at"))
    early = ~dated | (time <= at[owner])
    # Old to new within an account; undated posts stand first and keep their order.
    order = np.lexsort((np.where(dated, time, np.iinfo(np.int64).min), owner))
    order = order[early[order]]
    mine = owner[order]
    left = np.bincount(mine, minlength=size)
    end = np.cumsum(left)
    from_end = end[mine] - np.arange(len(mine))  # 1 for an account's newest
    order = order[from_end <= newest]
    ordered = flat.take(pa.array(order))
    return Posts(owner[order], time[order], dated[order], ordered, size), int((~early).sum())


def _timing(posts: Posts, at: IntArray) -> dict[str, FloatArray]:
    owner, time, size = posts.owner[posts.dated], posts.time[posts.dated], posts.rows
    counts = groups.count(owner, size)
    ends = np.cumsum(counts).astype(np.int64)
    some = counts > 0
    newest, oldest = np.full(size, np.nan), np.full(size, np.nan)
    newest[some] = time[ends[some] - 1]
    oldest[some] = time[(ends - counts.astype(np.int64))[some]]
    silent = np.clip((at - newest) / DAY_MICROS, 1.0, DAYS_MOST)
    span = np.maximum(newest - oldest, HOUR_MICROS) / DAY_MICROS
    day = time // DAY_MICROS
    same = np.zeros(len(owner), dtype=bool)  # the post before is of the same account
    same[1:] = owner[1:] == owner[:-1]
    new_day = ~same
    new_day[1:] |= day[1:] != day[:-1]
    days = np.bincount(owner[new_day], minlength=size)
    whole_days = (newest // DAY_MICROS) - (oldest // DAY_MICROS) + 1

    gap = (np.diff(time, prepend=0) / SECOND_MICROS)[same]
    gap_owner = owner[same]
    several = counts >= 2
    gaps = groups.count(gap_owner, size)
    average = groups.mean(gap_owner, gap, size)
    spread = np.sqrt(groups.mean(gap_owner, (gap - average[gap_owner]) ** 2, size))
    # Three gaps are the fewest whose spread says anything.
    bursty = np.divide(
        spread - average,
        spread + average,
        out=np.full(size, np.nan),
        where=(gaps >= 3) & (spread + average > 0),
    )
    by_size = np.lexsort((gap, gap_owner))

    # A post at midnight to the microsecond is a date whose hour was not recorded (many dumps): its clock is not known.
    timed = time % DAY_MICROS != 0

    def clock(symbol: IntArray, alphabet: int, known: BoolArray) -> FloatArray:
        return groups.relative_entropy(owner[known], symbol[known].astype(np.uint64), size, alphabet)

    return {
        "days_since_post": np.floor(np.log2(silent)),
        "posting_rate": np.where(several, (counts - 1) / span, np.nan),
        "active_days_share": np.where(several, days / whole_days, np.nan),
        "hour_entropy": clock(time // HOUR_MICROS % 24, 24, timed),
        "weekday_entropy": clock(day % 7, 7, np.ones(len(owner), dtype=bool)),
        "minute_entropy": clock(time // (300 * SECOND_MICROS) % 12, 12, timed),
        "gap_entropy": groups.relative_entropy(
            gap_owner, np.floor(np.log2(gap + 1)).astype(np.uint64), size, 26
        ),
        "gap_burstiness": bursty,
        "gap_median": groups.median_sorted(gap_owner[by_size], gap[by_size], size) / 3600,
    }


def _starts(texts: pa.Array, prefix: str) -> BoolArray:
    return np.asarray(
        pc.starts_with(texts, prefix).fill_null(False).to_numpy(zero_copy_only=False), dtype=bool
    )


def _content(posts: Posts) -> dict[str, FloatArray]:
    owner, size = posts.owner, posts.rows
    texts = posts.table.field("text")
    written = valid(texts)
    text = post_text(texts, owner, size)
    chars = text.lengths[written].astype(np.float64)
    author = owner[written]
    average = groups.mean(author, chars, size)
    spread = np.sqrt(groups.mean(author, (chars - average[author]) ** 2, size))
    known = valid(posts.table.field("source"))
    clients = posts.table.field("source").fill_null("")
    codes = clients.dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.uint64)
    return {
        "client_entropy": groups.relative_entropy(owner[known], codes[known], size),
        "text_length": average,
        "text_length_spread": np.divide(spread, average, out=np.full(size, np.nan), where=average > 0),
        "text_length_entropy": groups.relative_entropy(
            author, np.floor(2 * np.log2(chars + 1)).astype(np.uint64), size, 24
        ),
        "token_entropy": text.words.relative_entropy(),
        "token_distinct": np.divide(
            text.words.distinct, text.words.items, out=np.full(size, np.nan), where=text.words.items > 0
        ),
        "near_duplicate_share": np.divide(
            text.worded - text.distinct, text.worded, out=np.full(size, np.nan), where=text.worded > 0
        ),
        "link_share": groups.share(author, text.links[written] > 0, size),
        "mention_share": groups.share(author, text.mentions[written] > 0, size),
        "hashtag_share": groups.share(author, text.hashtags[written] > 0, size),
        "repost_share": _flag_or_pattern(posts, "is_repost", _starts(texts, "RT @")),
        "reply_share": _flag_or_pattern(posts, "is_reply", _starts(texts, "@")),
    }


def _reactions_per_post(posts: Posts) -> FloatArray:
    """Mean of the reactions that posts received, over those of which any count is known."""
    counts = np.stack([numbers(posts.table.field(name)) for name in REACTIONS])
    known = ~np.isnan(counts).all(axis=0)
    return groups.mean(posts.owner[known], np.nansum(counts, axis=0)[known], posts.rows)


def _flag_or_pattern(posts: Posts, field: str, observed: BoolArray) -> FloatArray:
    """Share of posts of a kind: as the source tells, else as the text shows."""
    flag = numbers(posts.table.field(field))
    readable = valid(posts.table.field("text"))
    value = np.where(np.isnan(flag), observed, flag)
    known = ~np.isnan(flag) | readable
    return groups.share(posts.owner[known], value[known], posts.rows)
