"""Sums, entropies and medians of many small groups at once, each group being one account.

`owner` says which of `size` groups an item belongs to. Results are (size,) float64, NaN for groups without items.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from zombiescope.features.columns import FloatArray, IntArray

__all__ = ["count", "distinct", "entropy", "mean", "median_sorted", "relative_entropy", "runs", "share"]

# Keys hold the owner in the high bits and a hash in the low ones; a batch has at most 2**19 rows.
HASH_BITS = np.uint64(44)


def count(owner: IntArray, size: int) -> FloatArray:
    """Items a group."""
    items: FloatArray = np.bincount(owner, minlength=size).astype(np.float64)
    return items


def mean(owner: IntArray, values: npt.ArrayLike, size: int) -> FloatArray:
    """Mean of the values a group."""
    total = np.bincount(owner, weights=np.asarray(values, dtype=np.float64), minlength=size)
    items = count(owner, size)
    average: FloatArray = np.divide(total, items, out=np.full(size, np.nan), where=items > 0)
    return average


share = mean  # of booleans


def runs(keys: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.uint64], FloatArray]:
    """The distinct values of sorted `keys`, and how often each stands there."""
    if len(keys) == 0:
        return keys, np.zeros(0)
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return keys[first], np.diff(np.concatenate((first, [len(keys)]))).astype(np.float64)


def keyed(owner: IntArray, symbols: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Sorted keys of owner (high bits) and symbol (the low 44 bits of a hash or small number)."""
    keys = (owner.astype(np.uint64) << HASH_BITS) | (symbols & ((np.uint64(1) << HASH_BITS) - np.uint64(1)))
    keys.sort()
    return keys


def entropy(owner: IntArray, symbols: npt.NDArray[np.uint64], size: int) -> FloatArray:
    """Shannon entropy of the symbols a group, in bits (Shannon 1948)."""
    values, times = runs(keyed(owner, symbols))
    group = (values >> HASH_BITS).astype(np.int64)
    items = np.bincount(group, weights=times, minlength=size)
    # H = log2 n - sum(c log2 c) / n
    spent = np.bincount(group, weights=times * np.log2(times), minlength=size)
    safe = np.where(items > 0, items, np.nan)
    return np.maximum(np.log2(safe) - spent / safe, 0.0)


def relative_entropy(
    owner: IntArray, symbols: npt.NDArray[np.uint64], size: int, alphabet: float = np.inf
) -> FloatArray:
    """Entropy over the most that so many items of so many symbols could reach; NaN below two items."""
    items = count(owner, size)
    most = np.log2(np.clip(np.minimum(items, alphabet), 2, None))
    return np.where(items >= 2, entropy(owner, symbols, size) / most, np.nan)


def distinct(owner: IntArray, symbols: npt.NDArray[np.uint64], size: int) -> FloatArray:
    """Distinct symbols a group."""
    values, _ = runs(keyed(owner, symbols))
    return np.bincount((values >> HASH_BITS).astype(np.int64), minlength=size).astype(np.float64)


def median_sorted(owner: IntArray, values: FloatArray, size: int) -> FloatArray:
    """Median a group of values that stand sorted by owner, then by value."""
    items = np.bincount(owner, minlength=size)
    first = np.concatenate(([0], np.cumsum(items)[:-1]))
    out = np.full(size, np.nan)
    some = items > 0
    low = first[some] + (items[some] - 1) // 2
    high = first[some] + items[some] // 2
    out[some] = (values[low] + values[high]) / 2
    return out
