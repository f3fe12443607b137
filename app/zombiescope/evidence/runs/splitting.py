"""Adjacent deliveries: a run is split where the creation dates of its members change."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from zombiescope.arrays import FloatArray, IntArray

__all__ = ["part"]


LEAST = 12  # members of each part
PLACES = 200  # where a change is looked for before it is looked for precisely
APART = 3.0  # the two-sample Kolmogorov-Smirnov statistic, sqrt(ab / (a + b)) D: chance gives 3 in 3 of 100 million
DIFFERENT = 0.3  # and D itself: many members make small differences certain
ORDERED = 0.3  # rank correlation of dates and places from which a part is a batch that came in its order


def part(created: IntArray, start: int, stop: int, low: int, high: int) -> Iterator[tuple[int, int]]:
    """The stretches (half open) of start..stop that are deliveries of their own; start..stop itself where it is one.

    created: (n,) minutes, in follow order. low, high: the run's band of creation dates, inclusive.

    The change is where the dates before and after differ most (Kolmogorov-Smirnov, two samples). A batch that was
    delivered in the order of its creation changes everywhere: a run is parted only where neither part is in order.
    """
    here = start + np.flatnonzero((created[start:stop] >= low) & (created[start:stop] <= high))
    at = _change(created[here])
    if at is None or _in_order(created[here[:at]]) or _in_order(created[here[at:]]):
        yield start, stop
        return
    # What lies between the last of the one and the first of the other are strangers to both.
    yield from part(created, start, int(here[at - 1]) + 1, low, high)
    yield from part(created, int(here[at]), stop, low, high)


def _change(dates: IntArray) -> int | None:
    """How many members precede the change, None where there is none."""
    n = len(dates)
    if n < 2 * LEAST:
        return None
    ranks = dates.argsort(kind="stable").argsort(kind="stable")
    coarse = np.unique(np.linspace(LEAST, n - LEAST, PLACES).round().astype(np.int64))
    distances = _distances(ranks, coarse)
    best = int(coarse[distances.argmax()])
    step = math.ceil(n / PLACES)
    fine = np.arange(max(LEAST, best - step), min(n - LEAST, best + step) + 1)
    distances = _distances(ranks, fine)
    place = int(fine[distances.argmax()])
    root = math.sqrt(place * (n - place) / n)
    return place if distances.max() >= max(APART, DIFFERENT * root) else None


def _distances(ranks: IntArray, places: IntArray) -> FloatArray:
    """(places,) how far apart the dates of the first `place` members and of the others are."""
    n = len(ranks)
    edges = np.unique(np.linspace(0, n, min(n, PLACES) + 1).astype(np.int64))[1:]
    # (places, edges): how many of the first `place` members are among the `edge` oldest.
    bins = np.searchsorted(edges, ranks, "right")
    held = np.zeros((len(places), len(edges)))
    counts = np.zeros(len(edges))
    last = 0
    for row, place in enumerate(places.tolist()):
        counts += np.bincount(bins[last:place], minlength=len(edges))
        held[row] = counts
        last = place
    before = held.cumsum(axis=1) / places[:, None]
    after = (edges - held.cumsum(axis=1)) / (n - places[:, None])
    scale = np.sqrt(places * (n - places) / n)
    distances: FloatArray = scale * np.abs(before - after).max(axis=1)
    return distances


def _in_order(dates: IntArray) -> bool:
    """Whether the dates rise, or fall, along the list."""
    n = len(dates)
    order = np.corrcoef(dates.argsort(kind="stable").argsort(kind="stable"), np.arange(n))[0, 1]
    return bool(abs(order) - 1 / math.sqrt(n) >= ORDERED)
