"""The scan: runs in follow order whose creation dates crowd into a band far narrower than their neighbours'.

The null is a list that grew by itself: followers of a run and of its neighbourhood are alike in when their
accounts were created (cohorts, whose sizes may vary freely) or in how old the accounts were when they
followed (so that a steady part of brand-new users is nothing special). A run must beat both. How many
followers came at once plays no part: news brings many followers, but of all ages.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from zombiescope.arrays import BoolArray, FloatArray, IntArray
from zombiescope.durations import DAY_MINUTES
from zombiescope.evidence.runs.edges import BAND_MOST, GAP, NEIGHBOURS, band, grow
from zombiescope.evidence.runs.splitting import part

__all__ = ["DAY_MINUTES", "Line", "Run", "scan"]


BAND_LEAST = DAY_MINUTES  # some platforms cut dates to midnight
LEAST = 12  # followers of the shortest window
PART = 0.6  # of a window's creation dates must crowd
MARGIN = 0.35  # by how much the crowded part must exceed that of the neighbours
FEW = 48  # fewest neighbours in all for a comparison
GUARD = 1.5  # window lengths left out on each side, since the rest of a longer block may lie there
LONGEST = 0.9  # part of the list that the longest window takes
SHORT = 30_000  # followers up to which a list is short
CHUNK = 2_000_000  # dates sorted at once
NEXT = 2  # strangers at most between two runs that are one
MOST = 200  # runs reported of one list


@dataclass(frozen=True)
class Line:
    """Followers in follow order, oldest first, all with a known creation date; arrays are (n,), in minutes.

    created: when the account was made. bounds: lower bounds of the follow date; one array where the list's
    order is known, two (the second for the reverse order) where it is not.
    """

    created: IntArray
    bounds: tuple[IntArray, ...]


@dataclass(frozen=True)
class Run:
    """Followers start..stop (half open, of the Line), of whom `inside` were created in low..high (minutes,
    inclusive).

    around: the greater of the two parts of the neighbours that fit the same band (by date, by age at
    following). log_p: natural logarithm of the family-wise p-value, at most 0.
    """

    start: int
    stop: int
    low: int
    high: int
    inside: int
    around: float
    log_p: float


@dataclass(frozen=True)
class _Window:
    start: int
    stop: int
    low: int
    high: int
    around: float
    log_p: float


def scan(line: Line, *, tests: float = 1.0, level: float = 0.05) -> list[Run]:
    """The runs that are too alike, at a family-wise error of `level` for the whole list, in follow order.

    tests: how many scans share the error (Bonferroni).

    For each window of a dyadic grid (lengths 12, 24, ...; steps of a quarter) the shortest interval that
    holds 60% of its creation dates (the shorth; Andrews et al. 1972) is compared with the neighbourhood by
    the exact conditional test of two samples, whose tail is bounded by Hoeffding's (1963): P(X >= k) <=
    exp(-m KL(k/m || K/P)). The p-value is multiplied by the number of windows, of intervals that the dates
    allow, and of scans. Found runs leave the neighbourhoods and the scan is repeated, until nothing is
    found.
    """
    n = len(line.created)
    free = np.ones(n, dtype=bool)
    runs: list[Run] = []
    factor = math.log(max(_windows(n), 1)) + math.log(tests)
    while len(runs) < MOST:
        new_runs = _pass(line, free, factor, math.log(level))
        if not new_runs:
            break
        for run in new_runs:
            free[run.start : run.stop] = False
        runs += new_runs
    new_runs = [_set_off(line.created, free, run) for run in sorted(runs, key=lambda run: run.start)[:MOST]]
    return [each for run in _joined(line.created, new_runs) for each in _parted(line.created, free, run)]


def _joined(created: IntArray, runs: list[Run]) -> list[Run]:
    """Runs that follow on one another in the list and in their dates as one: a batch delivered in its order."""
    whole: list[Run] = []
    for run in runs:
        one = _both(created, whole[-1], run) if whole else None
        if one is None:
            whole.append(run)
        else:
            whole[-1] = one
    return whole


def _both(created: IntArray, last: Run, run: Run) -> Run | None:
    """Two neighbouring runs as one; None where they are two."""
    low, high = min(last.low, run.low), max(last.high, run.high)
    between = created[last.stop : run.start]
    apart = high - low > last.high - last.low + run.high - run.low + 2 * DAY_MINUTES
    if apart or high - low > BAND_MOST or ((between < low) | (between > high)).sum() > NEXT:
        return None
    here = created[last.start : run.stop]
    inside = int(((here >= low) & (here <= high)).sum())
    return Run(
        last.start, run.stop, low, high, inside, max(last.around, run.around), max(last.log_p, run.log_p)
    )


def _parted(created: IntArray, free: BoolArray, run: Run) -> Iterator[Run]:
    """The deliveries in a run, each with its own band."""
    for start, stop in part(created, run.start, run.stop, run.low, run.high):
        whole = (start, stop) == (run.start, run.stop)
        yield run if whole else _set_off(created, free, replace(run, start=start, stop=stop))


def _set_off(created: IntArray, free: BoolArray, run: Run) -> Run:
    """The run with its band recomputed, now that all runs are known: against neighbours who are in none."""
    here = created[run.start : run.stop]
    others = created[: run.start][free[: run.start]], created[run.stop :][free[run.stop :]]
    low, high = band(here, *others, run.low, run.high)
    return replace(run, low=low, high=high, inside=int(((here >= low) & (here <= high)).sum()))


def _lengths(n: int) -> Iterator[tuple[int, int]]:
    """The windows' lengths and steps for n followers.

    Where one run is most of a list, only windows that nearly fit it leave neighbours to compare with: short lists are
    searched in small steps for long runs.
    """
    length = LEAST
    while length <= LONGEST * n:
        fine = n <= SHORT and length > n / 16
        yield length, max(1, length // (16 if fine else 4))
        length = math.ceil(length * 1.25) if fine else 2 * length


def _windows(n: int) -> int:
    return sum((n - length) // step + 1 for length, step in _lengths(n))


def _pass(line: Line, free: BoolArray, factor: float, limit: float) -> list[Run]:
    """Runs of one pass, none overlapping another, strongest first."""
    windows = [
        w
        for length, step in _lengths(len(free))
        for w in _significant(line, free, length, step, factor, limit)
    ]
    taken = ~free
    runs: list[Run] = []
    for window in sorted(windows, key=lambda w: w.log_p):
        if taken[window.start : window.stop].any():
            continue
        runs += _grown(line, taken, window, factor, limit)
    return runs


def _significant(
    line: Line, free: BoolArray, length: int, step: int, factor: float, limit: float
) -> Iterator[_Window]:
    """Windows of one length that crowd beyond chance."""
    most = math.ceil(PART * length)
    views = np.lib.stride_tricks.sliding_window_view(line.created, length)[::step]
    busy = np.concatenate(([0], np.cumsum(~free)))
    rows = max(1, CHUNK // length)
    for first in range(0, len(views), rows):
        dates = np.sort(views[first : first + rows], axis=1)
        spans = dates[:, most - 1 :] - dates[:, : length - most + 1]
        at = spans.argmin(axis=1)
        each = np.arange(len(dates))
        span = spans[each, at]
        starts = (first + each) * step
        chosen = np.flatnonzero((span <= BAND_MOST) & (busy[starts + length] == busy[starts]))
        low = dates[each, at][chosen]
        high = low + np.maximum(span[chosen], BAND_LEAST)
        starts = starts[chosen]
        held = max(1, CHUNK // (2 * _reach(length) + length))
        for some in range(0, len(starts), held):
            piece = slice(some, some + held)
            around, log_p = _contrast(line, free, starts[piece], length, low[piece], high[piece])
            log_p += factor
            for i in np.flatnonzero(log_p < limit).tolist():
                start = int(starts[piece][i])
                yield _Window(
                    start,
                    start + length,
                    int(low[piece][i]),
                    int(high[piece][i]),
                    float(around[i]),
                    float(log_p[i]),
                )


def _reach(length: int) -> int:
    return max(NEIGHBOURS, 2 * length)


def _contrast(
    line: Line, free: BoolArray, starts: IntArray, length: int, low: IntArray, high: IntArray
) -> tuple[FloatArray, FloatArray]:
    """(windows,) the neighbours' part in each window's band, and the log of its p-value (0 where it does not
    stand out).

    starts, low, high: (windows,); all windows are `length` long.
    """
    near, there = _neighbours(free, starts, length)
    inside = starts[:, None] + np.arange(length)
    member = _between(line.created[inside], low, high)
    around = np.zeros(len(starts))
    log_p = np.full(len(starts), -np.inf)
    for bound in line.bounds:
        # By date: of the neighbours who came late enough to have been created in the band.
        able = there & (bound[near] >= high[:, None])
        by_date = (member, able, able & _between(line.created[near], low, high))
        # By age at following.
        age = bound - line.created
        ages = age[inside]
        young = np.where(member, ages, np.iinfo(np.int64).max).min(axis=1)
        old = np.where(member, ages, np.iinfo(np.int64).min).max(axis=1)
        by_age = (_between(ages, young, old), there, there & _between(age[near], young, old))
        for within, pool, fitting in (by_date, by_age):
            rate, tail = _tail(within.sum(axis=1), length, fitting.sum(axis=1), pool.sum(axis=1))
            around = np.maximum(around, rate)
            log_p = np.maximum(log_p, tail)
    log_p[np.isneginf(log_p)] = 0.0  # no neighbours to compare with
    return around, np.where(member.mean(axis=1) - around >= MARGIN, log_p, 0.0)


def _neighbours(free: BoolArray, starts: IntArray, length: int) -> tuple[IntArray, BoolArray]:
    """(windows, 2 reach) places on both sides of each window, and which of them count."""
    n, reach = len(free), _reach(length)
    guard = math.ceil(GUARD * length)
    steps = np.concatenate((np.arange(-reach, 0), np.arange(length, length + reach)))
    shift = np.where(np.arange(2 * reach) < reach, -1, 1)
    near = starts[:, None] + steps + guard * shift
    there = (near >= 0) & (near < n)
    near = np.clip(near, 0, n - 1)
    there &= free[near]
    poor = there.sum(axis=1) < FEW
    if poor.any():  # a short list: take the followers right beside it
        close = starts[poor, None] + steps
        there[poor] = (close >= 0) & (close < n)
        near[poor] = np.clip(close, 0, n - 1)
        there[poor] &= free[near[poor]]
    return near, there


def _between(values: IntArray, low: IntArray, high: IntArray) -> BoolArray:
    return (values >= low[:, None]) & (values <= high[:, None])


def _tail(k: IntArray, m: int, k_around: npt.NDArray[Any], around: IntArray) -> tuple[FloatArray, FloatArray]:
    """(windows,) the neighbours' rate, and Hoeffding's bound of the conditional tail times the intervals
    tried.

    Below FEW neighbours the rate is 0 and the log -inf: there is no comparison.
    """
    pool = m + around
    expected, observed = (k + k_around) / pool, k / m
    with np.errstate(divide="ignore", invalid="ignore"):
        miss = np.where(observed < 1, (1 - observed) * np.log((1 - observed) / (1 - expected)), 0.0)
        divergence = np.where(expected < observed, observed * np.log(observed / expected) + miss, 0.0)
    log_p = np.minimum(2 * np.log(pool) - math.log(2) - m * divergence, 0.0)
    enough = around >= FEW
    return np.where(enough, k_around / np.maximum(around, 1), 0.0), np.where(enough, log_p, -np.inf)


def _grown(line: Line, taken: BoolArray, window: _Window, factor: float, limit: float) -> Iterator[Run]:
    """The runs that a significant window holds, their edges and bands where the likelihood puts them.

    `taken` is marked as they are found. A window may span several deliveries with strangers between them.
    """
    pieces = [(window.start, window.stop)]
    while pieces:
        start, stop = pieces.pop()
        grown = grow(line.created, taken, start, stop, window.low, window.high, window.around)
        first, last = grown.start, grown.stop
        here = line.created[first:last]
        inside = int(((here >= grown.low) & (here <= grown.high)).sum())
        # A piece must stand out by itself too, among as many neighbours as its window had.
        size, others = last - first, 2 * _reach(window.stop - window.start)
        _, own = _tail(np.array([inside]), size, np.array([window.around * others]), np.array([others]))
        log_p = max(window.log_p, float(own[0]) + factor)
        if grown.gained < GAP or inside / size - window.around < MARGIN or log_p > limit:
            continue
        taken[first:last] = True
        yield Run(first, last, grown.low, grown.high, inside, window.around, log_p)
        pieces += [(a, b) for a, b in ((start, first), (last, stop)) if b - a >= LEAST // 2]
