"""What the posts of many accounts say, counted: characters, marks, words, and posts that say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from zombiescope.features import compiled, groups
from zombiescope.features.columns import FloatArray, IntArray, bytes_of
from zombiescope.features.text import lengths, marks, mix, words

__all__ = ["PostText", "numpy_post_text", "post_text"]


@dataclass(frozen=True)
class PostText:
    """Counts of texts (posts,) and of accounts (size,).

    lengths, links, mentions, hashtags: (posts,) characters, and marks of each kind. words: the words of each account.
    worded: (size,) posts with a word that is neither link nor mention nor has a digit. distinct: (size,) how many
    different ones there are among these, a post being its words in any order.
    """

    lengths: IntArray
    links: IntArray
    mentions: IntArray
    hashtags: IntArray
    words: groups.SymbolCounts
    worded: FloatArray
    distinct: FloatArray


def post_text(texts: pa.Array, owner: IntArray, size: int) -> PostText:
    """The counts of the texts of `size` accounts.

    texts: (posts,) strings, null where not known. owner: (posts,) the account of each, ascending.
    """
    implementation: Callable[..., PostText] = compiled.loaded() or numpy_post_text
    return implementation(texts, owner, size)


def numpy_post_text(texts: pa.Array, owner: IntArray, size: int) -> PostText:
    """`post_text` in numpy: what the compiled kernel is tested against."""
    raw = bytes_of(texts)
    tokens = words(raw)
    mark = marks(raw)
    content = tokens.text[tokens.content]
    # A post's words in any order: the sum of their hashes. Posts of links and mentions alone are left out.
    sums = np.zeros(len(texts), dtype=np.uint64)
    np.add.at(sums, content, mix(tokens.hash[tokens.content]))
    worded = np.bincount(content, minlength=len(texts)) > 0
    return PostText(
        lengths=lengths(raw),
        links=mark.links,
        mentions=mark.mentions,
        hashtags=mark.hashtags,
        words=groups.symbol_counts(owner[tokens.text], tokens.hash, size),
        worded=groups.count(owner[worded], size),
        distinct=groups.distinct(owner[worded], mix(sums[worded]), size),
    )
