"""Whether a text that several followers share is their own: set phrases that everybody uses meet by chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.arrays import IntArray
from zombiescope.features.columns import bytes_of
from zombiescope.features.text import mix, words

__all__ = ["distinctive"]

UInts = npt.NDArray[np.uint64]

BATCH = 50_000  # texts at once: bounds memory
RARE = 0.1  # of a group's members: as many others may write two words one after the other that are the group's own


def distinctive(texts: pa.Array, groups: Sequence[IntArray]) -> list[float]:
    """For each group of near-duplicate texts, the part of its word pairs that hardly anybody else writes (0 to 1).

    groups: the rows of each group's members; the first stands for all.
    """
    pairs = [_pairs(texts.take(pa.array(group[:1]))) for group in groups]
    wanted = np.unique(np.concatenate([np.zeros(0, np.uint64), *pairs]))
    if len(wanted) == 0:
        return [0.0] * len(groups)
    accounts_with = np.zeros(len(wanted))
    for first in range(0, len(texts), BATCH):
        written = _pairs(texts.slice(first, BATCH))
        at = np.minimum(np.searchsorted(wanted, written), len(wanted) - 1)
        accounts_with += np.bincount(at[wanted[at] == written], minlength=len(wanted))
    parts = []
    for group, own in zip(groups, pairs, strict=True):
        others = accounts_with[np.searchsorted(wanted, own)] - len(group)
        parts.append(float((others <= RARE * len(group)).mean()) if len(own) else 0.0)
    return parts


def _pairs(texts: pa.Array) -> UInts:
    """A key of each two words that stand one after the other in a text, all texts end to end."""
    tokens = words(bytes_of(texts))
    text, spoken = tokens.text[tokens.content], tokens.hash[tokens.content]
    keys: UInts = mix(mix(spoken[:-1]) ^ spoken[1:])[text[1:] == text[:-1]]
    return keys
