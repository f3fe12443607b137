"""Words and marks of many texts at once, on their UTF-8 bytes.

A word is a run of bytes between separators (white space and the punctuation in SEPARATORS), in lower case for ASCII;
a character from U+3000 to U+D7FF (kana, Han, Hangul) is a word of its own, since those scripts need no spaces.
Words are compared by a 64-bit polynomial hash, found for all of them by one cumulative sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zombiescope.features.columns import BoolArray, Bytes, IntArray

__all__ = ["SEPARATORS", "Words", "lengths", "marks", "mix", "words"]

SEPARATORS = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f !\"'()*+,;<=>?[\\]^`{|}~"

UInts = npt.NDArray[np.uint64]


def mix(values: UInts) -> UInts:
    """A bijection that spreads 64-bit values (splitmix64's finaliser; Steele, Lea & Flood 2014)."""
    z = values + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


LOWER = np.arange(256, dtype=np.uint8)
LOWER[65:91] += 32
CODE: UInts = mix(LOWER.astype(np.uint64))
BASE = np.uint64(0x2545F4914F6CDD1D)  # odd, so that it has an inverse modulo 2**64
INVERSE = np.uint64(pow(int(BASE), -1, 2**64))

IS_SEPARATOR = np.zeros(256, dtype=bool)
IS_SEPARATOR[[ord(c) for c in SEPARATORS]] = True
IS_DIGIT = np.zeros(256, dtype=bool)
IS_DIGIT[48:58] = True
IS_ALNUM = IS_DIGIT.copy()
IS_ALNUM[65:91] = True
IS_ALNUM[97:123] = True
IS_WORD = IS_ALNUM.copy()
IS_WORD[95] = True
IS_WORD[128:] = True
IS_LEAD = np.ones(256, dtype=bool)  # the first byte of a character
IS_LEAD[128:192] = False
IS_WIDE = np.zeros(256, dtype=bool)  # the first byte of U+3000..U+D7FF (UTF-8 has no surrogates)
IS_WIDE[0xE3:0xEE] = True


@dataclass(frozen=True)
class Words:
    """The words of many texts: word j is of text `text[j]` and has `hash[j]`; `content[j]` is False for links,
    mentions and words with a digit, which near-duplicates may differ in."""

    text: IntArray
    hash: UInts
    content: BoolArray


def lengths(texts: Bytes) -> IntArray:
    """(texts,) characters in each text."""
    return _span_sums(IS_LEAD[texts.data], texts.starts, texts.ends)


def _span_sums(values: BoolArray, starts: IntArray, ends: IntArray) -> IntArray:
    """(spans,) how many are True in each span."""
    total = np.concatenate(([0], np.cumsum(values, dtype=np.int64)))
    return total[ends] - total[starts]


def _owners(texts: Bytes, positions: IntArray) -> tuple[IntArray, BoolArray]:
    """The text that each byte belongs to, for ascending positions, and whether it is within one.

    Texts may leave gaps in the buffer (nulls): bytes there belong to nobody.
    """
    # Of texts that start at the same byte only the last is not empty; searchsorted gives that one.
    owner = np.searchsorted(texts.starts, positions, side="right") - 1
    return owner, positions < texts.ends[owner]


def _powers(base: int, size: int) -> tuple[UInts, UInts]:
    """Powers of the base, as those of base**4096 and of base: base**i is high[i >> 12] * low[i & 4095]."""
    low = np.full(4096, base, dtype=np.uint64)
    low[0] = 1
    high = np.full((size >> 12) + 1, pow(base, 4096, 2**64), dtype=np.uint64)
    high[0] = 1
    return np.multiply.accumulate(high), np.multiply.accumulate(low)


def words(texts: Bytes) -> Words:
    """The words of each text, in order."""
    data = texts.data
    size = len(data)
    if size == 0:
        none = np.zeros(0, np.int64)
        return Words(none, np.zeros(0, np.uint64), np.zeros(0, bool))
    solid = ~IS_SEPARATOR[data]
    wide = IS_WIDE[data]
    opening = np.zeros(size + 1, dtype=bool)
    spans = texts.ends > texts.starts
    opening[texts.starts[spans]] = True
    opening[texts.ends[spans]] = True
    after = np.zeros(size, dtype=bool)  # the byte after a wide character
    after[3:] = wide[:-3]
    before = np.concatenate(([True], ~solid[:-1]))
    start = solid & (opening[:-1] | before | wide | after)
    begins = np.flatnonzero(start)
    follows = np.concatenate((start[1:] | ~solid[1:], [True])) | opening[1:]
    ends = np.flatnonzero(solid & follows) + 1

    high, low = _powers(int(BASE), size)
    codes = CODE[data]
    for block, power in enumerate(high):
        part = codes[block << 12 : (block + 1) << 12]
        part *= low[: len(part)] * power
    total = np.concatenate((np.zeros(1, np.uint64), np.cumsum(codes, dtype=np.uint64)))
    high, low = _powers(int(INVERSE), size)
    undo = high[begins >> 12] * low[begins & 4095]
    hashes = mix((total[ends] - total[begins]) * undo)

    owner, mine = _owners(texts, begins)
    # A digit within a word: the next one from its first byte on stands before its end.
    digit = np.append(np.flatnonzero(IS_DIGIT[data]), size)
    digits = digit[np.searchsorted(digit, begins)] < ends
    head = LOWER[data]

    def at(offset: int) -> npt.NDArray[np.uint8]:
        return np.where(begins + offset < ends, head[np.minimum(begins + offset, size - 1)], 0)

    link = (at(0) == 104) & (at(1) == 116) & (at(2) == 116) & (at(3) == 112)
    content = ~(link | digits | (at(0) == 64))
    return Words(owner[mine], hashes[mine], content[mine])


@dataclass(frozen=True)
class Marks:
    """(texts,) how many links, mentions and hashtags each text holds."""

    links: IntArray
    mentions: IntArray
    hashtags: IntArray


def marks(texts: Bytes) -> Marks:
    """Links (`://`), mentions (`@name`) and hashtags (`#word`) of each text."""
    data = texts.data
    size = len(data)
    if size == 0:
        none = np.zeros(len(texts.starts), dtype=np.int64)
        return Marks(none, none, none)
    edge = np.zeros(size + 1, dtype=bool)
    spans = texts.ends > texts.starts
    edge[texts.starts[spans]] = True
    last = np.zeros(size + 1, dtype=bool)
    last[texts.ends[spans]] = True

    def within(positions: IntArray) -> IntArray:
        owner, mine = _owners(texts, positions)
        counts: IntArray = np.bincount(owner[mine], minlength=len(texts.starts))
        return counts

    def named(sign: int) -> IntArray:
        """Signs with a word after them and none before."""
        at = np.flatnonzero(data == sign)
        after, before = np.minimum(at + 1, size - 1), np.maximum(at - 1, 0)
        following = (at + 1 < size) & IS_WORD[data[after]] & ~last[at + 1]
        preceded = (at > 0) & IS_ALNUM[data[before]] & ~edge[at]
        entity = (at > 0) & (data[before] == 38) & ~edge[at] & (sign == 35)  # the # of "&#39;"
        signs: IntArray = at[following & ~preceded & ~entity]
        return signs

    colon = np.flatnonzero(data == 58)
    colon = colon[colon < size - 2]
    link = (data[colon + 1] == 47) & (data[colon + 2] == 47) & ~last[colon + 1] & ~last[colon + 2]
    return Marks(within(colon[link]), within(named(64)), within(named(35)))
