"""The features of the profile: age and rates, counts and ratios, completeness, and the shape of the names."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.durations import DAY_MICROS
from zombiescope.features import groups
from zombiescope.features.columns import (
    BoolArray,
    CodePoints,
    FloatArray,
    IntArray,
    bytes_of,
    codepoints,
    micros,
    numbers,
    valid,
)
from zombiescope.features.text import marks, mix

__all__ = ["profile_features"]

OLDEST = 4 * 365.25  # days: beyond this, age tells when a study was made rather than what an account is
VOWELS = [ord(c) for c in "aeiouAEIOU"]


def profile_features(table: pa.RecordBatch, at: IntArray) -> dict[str, FloatArray]:
    """The profile's features by name, each (rows,) float64.

    at: (rows,) microseconds since 1970: the date as of which ages are counted.
    """
    return {**_activity(table, at), **_counts(table), **_completeness(table), **_naming(table)}


def _age_days(table: pa.RecordBatch, at: IntArray) -> FloatArray:
    created, known = micros(table["created_at"])
    days = (at - created) / DAY_MICROS
    # An account made after the date of the audit has no age then.
    return np.where(known & (days >= 0), days, np.nan)


def _activity(table: pa.RecordBatch, at: IntArray) -> dict[str, FloatArray]:
    age = _age_days(table, at)
    lived = np.maximum(age, 1.0)
    return {
        "account_age": np.floor(np.log2(np.clip(age, 1.0, OLDEST)) * 2) / 2,
        "posts_per_day": numbers(table["posts_count"]) / lived,
        "likes_per_day": numbers(table["likes_count"]) / lived,
        "follows_per_day": numbers(table["following_count"]) / lived,
        "followers_per_day": numbers(table["followers_count"]) / lived,
    }


def _counts(table: pa.RecordBatch) -> dict[str, FloatArray]:
    followers = numbers(table["followers_count"])
    following = numbers(table["following_count"])
    posts = numbers(table["posts_count"])
    likes = numbers(table["likes_count"])
    listed = numbers(table["listed_count"])
    return {
        "followers_count": followers,
        "following_count": following,
        "posts_count": posts,
        "likes_count": likes,
        "listed_count": listed,
        "following_to_followers": (following + 1) / (followers + 1),
        "posts_to_followers": (posts + 1) / (followers + 1),
        "posts_to_following": (posts + 1) / (following + 1),
        "likes_to_posts": (likes + 1) / (posts + 1),
        "listed_to_followers": (listed + 1) / (followers + 1),
    }


def _filled(column: pa.Array) -> FloatArray:
    text = pc.greater(pc.binary_length(pc.utf8_trim_whitespace(column)), 0)
    return numbers(text)


def _completeness(table: pa.RecordBatch) -> dict[str, FloatArray]:
    size = table.num_rows
    avatar = numbers(table["has_avatar"])
    bio, location, url = (_filled(table[name]) for name in ("bio", "location", "url"))
    parts = np.stack([avatar, bio, location, url])
    known = (~np.isnan(parts)).sum(axis=0)
    filled = np.divide(np.nansum(parts, axis=0), known, out=np.full(size, np.nan), where=known > 0)
    there = valid(table["bio"])
    chars = codepoints(table["bio"])
    raw = bytes_of(table["bio"])
    counts = marks(raw)
    return {
        "on_weibo": numbers(pc.equal(table["platform"], "weibo")),
        "has_avatar": avatar,
        "has_banner": numbers(table["has_banner"]),
        "has_bio": bio,
        "has_location": location,
        "has_url": url,
        "profile_filled": filled,
        "bio_length": _known(chars.lengths, there),
        "bio_marks": _known(counts.links + counts.mentions + counts.hashtags, there),
        "bio_entropy": _char_entropy(chars, there),
    }


def _known(values: IntArray | FloatArray, there: BoolArray) -> FloatArray:
    return np.where(there, values, np.nan)


def _char_entropy(chars: CodePoints, there: BoolArray) -> FloatArray:
    size = len(chars.lengths)
    bits = groups.entropy(chars.row, chars.points.astype(np.uint64), size)
    return _known(np.where(chars.lengths > 0, bits, 0.0), there)


def _of(chars: CodePoints, test: BoolArray) -> FloatArray:
    return np.bincount(chars.row, weights=test, minlength=len(chars.lengths)).astype(np.float64)


def _per_char(total: FloatArray, chars: CodePoints, there: BoolArray) -> FloatArray:
    return _known(total / np.maximum(chars.lengths, 1), there)


def _is_digit(points: npt.NDArray[np.uint32]) -> BoolArray:
    return (points >= 48) & (points <= 57)


def _is_symbol(points: npt.NDArray[np.uint32]) -> BoolArray:
    # Arrows to dingbats and the pictographs: what emoji and ornaments are made of (Unicode blocks).
    pictures = (points >= 0x1F000) | (points == 0xFE0F)
    symbols: BoolArray = pictures | ((points >= 0x2190) & (points <= 0x2BFF))
    return symbols


def _is_nonlatin(points: npt.NDArray[np.uint32]) -> BoolArray:
    # From Greek on, but for Latin Extended Additional, general punctuation and symbols.
    latin = (points >= 0x1E00) & (points <= 0x1EFF)
    marks_ = (points >= 0x2000) & (points <= 0x2BFF)
    return (points >= 0x370) & ~latin & ~marks_ & ~_is_symbol(points)


def _naming(table: pa.RecordBatch) -> dict[str, FloatArray]:
    has_handle, has_name = valid(table["handle"]), valid(table["display_name"])
    own = _own_part(table)
    handle, name = codepoints(own), codepoints(table["display_name"])
    digits = _is_digit(handle.points)
    consonant = ((handle.points | 32) >= 97) & ((handle.points | 32) <= 122) & ~np.isin(handle.points, VOWELS)
    words = _of(name, _word_starts(name))
    return {
        "handle_length": _known(handle.lengths, has_handle),
        "handle_digit_share": _per_char(_of(handle, digits), handle, has_handle),
        "handle_tail_digits": _known(_tail_run(handle, digits), has_handle),
        "handle_entropy": _char_entropy(handle, has_handle),
        "handle_hard_run": _known(_longest_run(handle, consonant), has_handle),
        "name_length": _known(name.lengths, has_name),
        "name_words": _known(words, has_name),
        "name_entropy": _char_entropy(name, has_name),
        "name_digit_share": _per_char(_of(name, _is_digit(name.points)), name, has_name),
        "name_nonlatin_share": _per_char(_of(name, _is_nonlatin(name.points)), name, has_name),
        "name_symbol_share": _per_char(_of(name, _is_symbol(name.points)), name, has_name),
        "handle_name_similarity": _known(_dice(own, table["display_name"]), has_handle & has_name),
    }


def _own_part(table: pa.RecordBatch) -> pa.Array:
    """The handles without the server: `alice` of alice.bsky.social and of alice@mastodon.example."""
    handle, platform = table["handle"], table["platform"]
    for name, server in (("bluesky", r"(?s)\..*"), ("mastodon", r"(?s)@.*")):
        here = pc.equal(platform, name)
        if pc.any(here).as_py():
            handle = pc.if_else(here, pc.replace_substring_regex(handle, server, ""), handle)
    return handle


def _word_starts(chars: CodePoints) -> BoolArray:
    space = np.isin(chars.points, [9, 10, 13, 32, 0xA0, 0x3000])
    first = np.ones(len(space), dtype=bool)
    first[1:] = space[:-1] | (chars.row[1:] != chars.row[:-1])
    return ~space & first


def _tail_run(chars: CodePoints, test: BoolArray) -> FloatArray:
    """Length of the run of True at the end of each string."""
    ends = np.cumsum(chars.lengths)
    position = np.arange(len(chars.points))
    last_false = np.full(len(chars.lengths), -1)
    np.maximum.at(last_false, chars.row[~test], position[~test])
    before = np.maximum(last_false, ends - chars.lengths - 1)
    length: FloatArray = (ends - 1 - before).astype(np.float64)
    return length


def _longest_run(chars: CodePoints, test: BoolArray) -> FloatArray:
    """Length of the longest run of True in each string."""
    out = np.zeros(len(chars.lengths))
    if len(test) == 0:
        return out
    new = np.ones(len(test), dtype=bool)
    new[1:] = (test[1:] != test[:-1]) | (chars.row[1:] != chars.row[:-1])
    first = np.flatnonzero(new)
    length = np.diff(np.concatenate((first, [len(test)])))
    true = test[first]
    np.maximum.at(out, chars.row[first[true]], length[true])
    return out


def _pairs(column: pa.Array) -> npt.NDArray[np.uint64]:
    """Sorted distinct keys (row, pair of neighbouring letters or digits) of the strings in lower case."""
    chars = codepoints(pc.utf8_lower(column))
    points = chars.points.astype(np.uint64)
    plain = _is_digit(chars.points) | ((chars.points >= 97) & (chars.points <= 122)) | (chars.points >= 0xC0)
    points, row = points[plain], chars.row[plain]
    if len(points) < 2:
        return np.zeros(0, dtype=np.uint64)
    together = row[1:] == row[:-1]
    pair = mix((points[:-1] << np.uint64(32)) | points[1:])[together]
    return groups.runs(groups.keyed(row[:-1][together], pair))[0]


def _dice(one: pa.Array, other: pa.Array) -> FloatArray:
    """Dice coefficient of the letter pairs of two string columns, 0 where neither has a pair."""
    size = len(one)
    a, b = _pairs(one), _pairs(other)
    both = np.intersect1d(a, b, assume_unique=True)
    per = [
        np.bincount((k >> groups.HASH_BITS).astype(np.int64), minlength=size).astype(np.float64)
        for k in (a, b, both)
    ]
    total = per[0] + per[1]
    return np.divide(2 * per[2], total, out=np.zeros(size), where=total > 0)
