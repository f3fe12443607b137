"""Sums, entropies and medians of many small groups at once, each group being one account.

`owner` says which of `size` groups an item belongs to. Results are (size,) float64, NaN for groups without items.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zombiescope.features.columns import FloatArray, IntArray

__all__ = [
    "SymbolCounts",
    "count",
    "distinct",
    "entropy",
    "mean",
    "median_sorted",
    "relative_entropy",
    "runs",
    "share",
    "symbol_counts",
]

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


# Entropies are summed in units of 2**-30 bits, each count's term rounded once: sums of whole numbers below 2**53 are
# exact in any order, so that every way of counting (sorting here, hash tables in the kernel) gives the same bits. A
# group of up to 400,000 symbols stays below; the rounding is at most 3e-10 bits.
UNIT = 2.0**30


def count_weights(counts: FloatArray) -> FloatArray:
    """c * log2 c of each count c from 0 on, in units of 2**-30, rounded to whole ones."""
    return np.rint(counts * np.log2(np.maximum(counts, 1.0)) * UNIT)


WEIGHTS = count_weights(np.arange(4_096, dtype=np.float64))  # of the counts 0 to 4095


@dataclass(frozen=True)
class SymbolCounts:
    """How often the symbols of each group stand there, summed up: all (size,).

    items: symbols in all. distinct: different ones. spent: the sum of c * log2 c over the different symbols, c being
    how often each is there, in units of 2**-30.
    """

    items: FloatArray
    distinct: FloatArray
    spent: FloatArray

    def entropy(self) -> FloatArray:
        """Shannon entropy a group, in bits: (n log2 n - sum(c log2 c)) / n (Shannon 1948)."""
        left = (count_weights(self.items) - self.spent) / UNIT
        bits: FloatArray = np.divide(left, self.items, out=np.full(len(left), np.nan), where=self.items > 0)
        return bits

    def relative_entropy(self, alphabet: float = np.inf) -> FloatArray:
        """Entropy over the most that so many items of so many symbols could reach; NaN below two items."""
        most = np.log2(np.clip(np.minimum(self.items, alphabet), 2, None))
        return np.where(self.items >= 2, self.entropy() / most, np.nan)


def symbol_counts(owner: IntArray, symbols: npt.NDArray[np.uint64], size: int) -> SymbolCounts:
    """The counts of the symbols in each group."""
    values, times = runs(keyed(owner, symbols))
    group = (values >> HASH_BITS).astype(np.int64)
    # Large counts are rare: a table of the others saves most logarithms.
    small = times < len(WEIGHTS)
    weights = WEIGHTS[np.where(small, times, 0).astype(np.intp)]
    if not small.all():
        weights[~small] = count_weights(times[~small])
    return SymbolCounts(
        items=np.bincount(group, weights=times, minlength=size).astype(np.float64),
        distinct=np.bincount(group, minlength=size).astype(np.float64),
        # Without a symbol at all numpy counts in integers.
        spent=np.bincount(group, weights=weights, minlength=size).astype(np.float64),
    )


def entropy(owner: IntArray, symbols: npt.NDArray[np.uint64], size: int) -> FloatArray:
    """Shannon entropy of the symbols a group, in bits."""
    return symbol_counts(owner, symbols, size).entropy()


def relative_entropy(
    owner: IntArray, symbols: npt.NDArray[np.uint64], size: int, alphabet: float = np.inf
) -> FloatArray:
    """Entropy over the most that so many items of so many symbols could reach; NaN below two items."""
    return symbol_counts(owner, symbols, size).relative_entropy(alphabet)


def distinct(owner: IntArray, symbols: npt.NDArray[np.uint64], size: int) -> FloatArray:
    """Distinct symbols a group."""
    return symbol_counts(owner, symbols, size).distinct


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
