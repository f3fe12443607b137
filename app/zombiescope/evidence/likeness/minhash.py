"""Near-duplicate texts in near-linear time: MinHash signatures, compared within buckets (Broder 1997)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.arrays import IntArray
from zombiescope.features.columns import bytes_of
from zombiescope.features.text import mix, words

__all__ = ["groups", "signatures"]

UInts = npt.NDArray[np.uint64]
Signed = npt.NDArray[np.uint32]

BANDS, ROWS = 6, 4  # texts that share 4 words of 5 meet in some band with a chance of .96
ALIKE = 19  # of the 24 minima must agree: about four fifths of the words
BATCH = 50_000  # texts at once: bounds memory
SEEDS: UInts = mix(np.arange(BANDS * ROWS, dtype=np.uint64) + np.uint64(0xB105))


def signatures(texts: pa.Array, least: int) -> tuple[IntArray, Signed]:
    """The texts of at least `least` words, and the signature of each ((texts,), (texts, 24)).

    Links, mentions and words with digits are no words here, since copies differ in them.
    """
    rows, minima_of = [], []
    for first in range(0, len(texts), BATCH):
        tokens = words(bytes_of(texts.slice(first, BATCH)))
        text, spoken = tokens.text[tokens.content], tokens.hash[tokens.content]
        starts = np.flatnonzero(np.concatenate(([True], text[1:] != text[:-1]))) if len(text) else text
        long = np.diff(np.concatenate((starts, [len(text)]))) >= least
        if not long.any():
            continue
        # 32 bits are enough to compare by and half the room.
        minima = [np.minimum.reduceat(mix(spoken ^ seed), starts)[long] >> np.uint64(32) for seed in SEEDS]
        rows.append(text[starts[long]] + first)
        minima_of.append(np.stack(minima, axis=1).astype(np.uint32))
    if not rows:
        return np.zeros(0, np.int64), np.zeros((0, BANDS * ROWS), np.uint32)
    return np.concatenate(rows), np.concatenate(minima_of)


def groups(signed: Signed) -> IntArray:
    """(texts,) which group of near-duplicates each text belongs to; a text of its own is a group of one.

    Within a bucket each text is compared with the bucket's first, so that the work grows with the texts and
    not with their pairs.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = len(signed)
    one, other = [], []
    for band in range(BANDS):
        key = np.zeros(size, dtype=np.uint64)
        for column in range(band * ROWS, (band + 1) * ROWS):
            key = mix(key ^ signed[:, column].astype(np.uint64))
        order = np.argsort(key, kind="stable")
        same = np.concatenate(([False], key[order][1:] == key[order][:-1]))
        firsts = order[np.maximum.accumulate(np.where(same, 0, np.arange(size)))]
        near = (signed[order] == signed[firsts]).sum(axis=1) >= ALIKE
        pair = same & near
        one.append(order[pair])
        other.append(firsts[pair])
    ends = np.concatenate(one), np.concatenate(other)
    graph = coo_array((np.ones(len(ends[0]), dtype=bool), ends), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    return np.asarray(labels, dtype=np.int64)
