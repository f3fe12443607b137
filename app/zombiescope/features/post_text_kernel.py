"""`post_text` compiled (numba, extra `fast`): one pass over the posts' bytes in Arrow's buffer, account by account.

The same counts as numpy's, to the bit: whole numbers in both, and hashes in 64-bit arithmetic that wraps alike. Words
are counted in a hash table of one account's, which stays in the cache, instead of sorting the words of all.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import pyarrow as pa

from zombiescope.features.columns import IntArray, bytes_of
from zombiescope.features.groups import HASH_BITS, WEIGHTS, SymbolCounts, count_weights
from zombiescope.features.post_text import PostText
from zombiescope.features.text import (
    BASE,
    CODE,
    IS_ALNUM,
    IS_DIGIT,
    IS_LEAD,
    IS_SEPARATOR,
    IS_WIDE,
    IS_WORD,
    LOWER,
)

__all__ = ["compiled_post_text"]

_SEPARATOR, _WIDE, _DIGIT, _ALNUM, _WORD, _LEAD = 1, 2, 4, 8, 16, 32
# What each byte is, as bits.
_KIND = (
    IS_SEPARATOR * _SEPARATOR
    + IS_WIDE * _WIDE
    + IS_DIGIT * _DIGIT
    + IS_ALNUM * _ALNUM
    + IS_WORD * _WORD
    + IS_LEAD * _LEAD
).astype(np.uint8)
_BASE = np.uint64(BASE)
_LOW = np.uint64((1 << int(HASH_BITS)) - 1)
_GOLDEN, _ONE, _TWO = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xBF58476D1CE4E5B9),
    np.uint64(0x94D049BB133111EB),
)
_SLOTS = 1 << 12  # of the table at first; it grows with the account's words


def _jit(function: Any) -> Any:
    """Compiled on first use and cached beside the module; where that folder cannot be written, compiled each time."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        return numba.njit(nogil=True)(function)


@_jit
def _mix(value):  # type: ignore[no-untyped-def]
    z = value + _GOLDEN
    z = (z ^ (z >> np.uint64(30))) * _ONE
    z = (z ^ (z >> np.uint64(27))) * _TWO
    return z ^ (z >> np.uint64(31))


@_jit
def _add(keys, stamps, counts, stamp, key):  # type: ignore[no-untyped-def]
    """Count a key in the table; how often it was there before."""
    last = len(keys) - 1
    slot = np.int64(key & np.uint64(last))
    while stamps[slot] == stamp:
        if keys[slot] == key:
            counts[slot] += 1
            return counts[slot] - 1
        slot = (slot + 1) & last
    stamps[slot] = stamp
    keys[slot] = key
    counts[slot] = 1
    return 0


@_jit
def _scan(data, starts, ends, owner, size, slots, kind, lower, code, weights):  # type: ignore[no-untyped-def]
    posts = len(starts)
    out = np.zeros((4, posts), dtype=np.int64)  # characters, links, mentions, hashtags
    sums = np.zeros(
        (5, size), dtype=np.float64
    )  # words: items, distinct, spent; posts with content, distinct
    keys = np.zeros(slots, dtype=np.uint64)
    stamps = np.full(slots, -1, dtype=np.int64)
    counts = np.zeros(slots, dtype=np.int64)
    text_hashes = np.zeros(64, dtype=np.uint64)
    first = 0
    while first < posts:
        account = owner[first]
        last = first
        length = 0
        while last < posts and owner[last] == account:
            length += ends[last] - starts[last]
            last += 1
        while len(keys) < 2 * length:  # a word has a byte at least
            keys = np.zeros(2 * len(keys), dtype=np.uint64)
            stamps = np.full(len(keys), -1, dtype=np.int64)
            counts = np.zeros(len(keys), dtype=np.int64)
        if last - first > len(text_hashes):
            text_hashes = np.zeros(last - first, dtype=np.uint64)
        items = distinct = worded = different = 0
        spent = 0.0
        for post in range(first, last):
            begin, end = starts[post], ends[post]
            total = np.uint64(0)
            content = False
            at = begin
            while at < end:
                byte = data[at]
                what = kind[byte]
                if what & 1:  # a separator, all of which are ASCII
                    out[0, post] += 1
                    at += 1
                    continue
                # A word: to the next separator or wide character; a wide character by itself.
                word = at
                digits = False
                hashed = np.uint64(0)
                power = np.uint64(1)
                alone = (what & 2) != 0
                while True:
                    what = kind[byte]
                    digits |= (what & 4) != 0
                    out[0, post] += (what & 32) != 0
                    hashed += code[byte] * power
                    power *= _BASE
                    if byte == 64 or byte == 35:  # @ and #: with a word after and none before
                        following = at + 1 < end and (kind[data[at + 1]] & 16) != 0
                        preceded = at > begin and (kind[data[at - 1]] & 8) != 0
                        if following and not preceded:
                            if byte == 64:
                                out[2, post] += 1
                            elif not (at > begin and data[at - 1] == 38):  # &#39;
                                out[3, post] += 1
                    elif byte == 58 and at + 2 < end and data[at + 1] == 47 and data[at + 2] == 47:
                        out[1, post] += 1
                    at += 1
                    if at >= end or (alone and at - word == 3):
                        break
                    byte = data[at]
                    if (kind[byte] & 3) != 0:
                        break
                hashed = _mix(hashed)
                items += 1
                before = _add(keys, stamps, counts, account, hashed & _LOW)
                distinct += before == 0
                spent += weights[before + 1] - weights[before]
                head = lower[data[word]]
                link = (
                    at - word >= 4
                    and head == 104
                    and lower[data[word + 1]] == 116
                    and lower[data[word + 2]] == 116
                    and lower[data[word + 3]] == 112
                )
                if not (link or digits or head == 64):
                    content = True
                    total += _mix(hashed)
            if content:
                text_hashes[worded] = _mix(total) & _LOW
                worded += 1
        for i in range(worded):
            new = True
            for j in range(i):
                if text_hashes[j] == text_hashes[i]:
                    new = False
                    break
            different += new
        sums[0, account] = items
        sums[1, account] = distinct
        sums[2, account] = spent
        sums[3, account] = worded
        sums[4, account] = different
        first = last
    return out, sums


def compiled_post_text(texts: pa.Array, owner: IntArray, size: int) -> PostText:
    """`post_text`, compiled. The first call of a machine compiles for some seconds."""
    raw = bytes_of(texts)
    longest = int(np.bincount(owner, weights=raw.ends - raw.starts, minlength=1).max())
    # No word is there oftener than its account has bytes.
    weights = WEIGHTS if longest < len(WEIGHTS) else count_weights(np.arange(longest + 1, dtype=np.float64))
    scan = _scan(raw.data, raw.starts, raw.ends, owner, size, _SLOTS, _KIND, LOWER, CODE, weights)
    (lengths, links, mentions, hashtags), (items, distinct, spent, worded, different) = scan
    return PostText(
        lengths, links, mentions, hashtags, SymbolCounts(items, distinct, spent), worded, different
    )
