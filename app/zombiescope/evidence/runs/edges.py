"""The edges of a run in follow order, and of its band of creation dates, where the likelihood puts them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from zombiescope.arrays import BoolArray, FloatArray, IntArray
from zombiescope.durations import DAY_MINUTES

__all__ = ["BAND_MOST", "GAP", "NEIGHBOURS", "Grown", "band", "grow"]


BAND_MOST = 100 * DAY_MINUTES  # a wider band is no streak any more
NEIGHBOURS = 256  # fewest followers on each side that a run is compared with
GAP = 12.0  # log-likelihood of a stretch of strangers that parts two runs
ROUNDS = 4  # of edges, then band
FEW = 2.0  # followers by whom the neighbours' rate is smoothed, lest a handful of them cut a band short


@dataclass(frozen=True)
class Grown:
    """Followers start..stop (half open) and their band low..high (minutes, inclusive).

    gained: log-likelihood ratio of the stretch as a run against no run.
    """

    start: int
    stop: int
    low: int
    high: int
    gained: float


def grow(
    created: IntArray, taken: BoolArray, start: int, stop: int, low: int, high: int, around: float
) -> Grown:
    """The run that start..stop and low..high point to.

    created: (n,) minutes, in follow order. taken: (n,) followers who are in another run, where this one
    ends. around: the part of the neighbours that fit the band.

    Edges and band are found in turns: the stretch of greatest likelihood for the band (a sum of
    log-likelihood ratios along the list, as in Page's 1954 CUSUM), then the band that sets this stretch off
    best.
    """
    floor, ceiling = _room(taken, start, stop)
    gained = 0.0
    for _ in range(ROUNDS):
        was = (start, stop, low, high)
        start, stop, gained = _edges(created, floor, ceiling, start, stop, low, high, around)
        low, high = band(created[start:stop], created[floor:start], created[stop:ceiling], low, high)
        if was == (start, stop, low, high):
            break
    return Grown(start, stop, low, high, gained)


def _room(taken: BoolArray, start: int, stop: int) -> tuple[int, int]:
    """How far a run may grow on both sides: to the next run, or to the list's end."""
    before = np.flatnonzero(taken[:start])
    after = np.flatnonzero(taken[stop:])
    return (int(before[-1]) + 1 if len(before) else 0, stop + int(after[0]) if len(after) else len(taken))


def _edges(
    created: IntArray, floor: int, ceiling: int, start: int, stop: int, low: int, high: int, around: float
) -> tuple[int, int, float]:
    """The stretch around start..stop with the greatest log-likelihood ratio of "in the run" against "not",
    and that.
    """
    part = float(((created[start:stop] >= low) & (created[start:stop] <= high)).mean())
    rate = min(max(around, 1 / (stop - start + NEIGHBOURS)), 0.9)
    purity = min(max(part, rate + 0.05), 0.98)
    gain, loss = math.log(purity / rate), math.log((1 - purity) / (1 - rate))
    reach = stop - start
    while True:
        left, right = max(floor, start - reach), min(ceiling, stop + reach)
        here = created[left:right]
        total = np.concatenate(([0.0], np.cumsum(np.where((here >= low) & (here <= high), gain, loss))))
        # The best stretch within the window ends at `pivot`, which is a place inside a run; from there outward.
        within = total[start - left : stop - left + 1]
        pivot = start - left + int((within - np.minimum.accumulate(within)).argmax())
        first = left + pivot - _climb(-total[pivot::-1])
        last = left + pivot + _climb(total[pivot:])
        if (first == left and left > floor) or (last == right and right < ceiling):
            reach *= 2
            continue
        return first, max(last, first + 1), float(total[last - left] - total[first - left])


def _climb(total: FloatArray) -> int:
    """Where a sum of likelihood ratios is greatest before it falls by GAP for the first time."""
    fallen = np.flatnonzero(np.maximum.accumulate(total) - total > GAP)
    return int(total[: fallen[0] if len(fallen) else None].argmax())


def band(inside: IntArray, before: IntArray, after: IntArray, low: int, high: int) -> tuple[int, int]:
    """The interval of creation dates that sets the run off best from the neighbours on both sides."""
    dates = np.sort(inside)
    others = np.sort(np.concatenate((before[-NEIGHBOURS - len(inside) :], after[: NEIGHBOURS + len(inside)])))
    best, chosen = -math.inf, (low, high)
    size = len(dates)
    for part in np.arange(0.5, 1.001, 0.02):
        count = min(math.ceil(part * size), size)
        spans = dates[count - 1 :] - dates[: size - count + 1]
        at = int(spans.argmin())
        first, last = int(dates[at]), int(dates[at + count - 1])
        if last - first > BAND_MOST:
            break
        rate_inside = count / size
        held = np.searchsorted(others, last, "right") - np.searchsorted(others, first, "left")
        rate = (held + FEW) / (len(others) + 2 * FEW)
        if rate >= rate_inside:
            continue
        value = rate_inside * math.log(rate_inside / rate) + (
            (1 - rate_inside) * math.log((1 - rate_inside) / (1 - rate)) if rate_inside < 1 else 0.0
        )
        if value > best:
            best, chosen = value, (first, last)
    return chosen
