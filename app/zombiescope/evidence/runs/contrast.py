"""Runs in follow order that differ from both neighbourhoods in any features: Hotelling windows at all scales.

The list is cut into windows of a dyadic grid; each is compared with the followers before and after it by the squared
Mahalanobis distance of their means (Hotelling 1931) in whitened normal scores. What stands out against both sides is
set off by a linear discriminant (Fisher 1936) whose likelihood ratio puts the edges, and counts as a delivery only
where the detector's score is higher in it than nearby: a genuine stretch between two deliveries, and a community that
joins at once, differ from their neighbours too, and not in that direction. Where a run is most of a list the
direction alone does not identify the side that is the delivery: the score itself must be high as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.stats import chi2, rankdata

from zombiescope.arrays import BoolArray, FloatArray, IntArray, RealArray
from zombiescope.evidence.runs.change_points import change_points
from zombiescope.features.normal_scores import normal_scores, whitened

__all__ = ["ContrastRun", "contrast_runs"]


LEAST = 24  # shortest window
LONGEST = 0.75  # longest window, of the list
NEAR = 200  # fewest followers on each side that a window is compared with
FEW = 40  # fewest followers on a side for a comparison
DIRECTIONS = 12  # of the greatest change along the list, in which windows are compared
PATCH = 24  # followers whose means show the change along the list
DISTANCE = 0.6  # Mahalanobis distance from both sides, at least
RAISED = 0.2  # standard deviations by which its mean score exceeds both sides', at least
EXCESS = 0.15  # part of a run that must be beyond its neighbourhood's own mix
ABOVE = 0.82  # chance that a member's score exceeds a neighbour's, beyond the neighbourhood's own mix
HIGH = 0.38  # mean score, at the balanced prior, of what is beyond the neighbourhood's own mix
BINS = 10  # of the discriminant, for its likelihood ratio
GAP = 12.0  # log-likelihood of a stretch of strangers at which a run ends
ROUNDS = 4  # of discriminant, then edges
MOST = 200  # runs
PASSES = 4


@dataclass(frozen=True)
class ContrastRun:
    """Rows start..stop (half open) that differ from the rows on both sides.

    members: (m,) rows of the run that are unlike the neighbours. excess: part of the run beyond the neighbourhood's
    own mix. above: chance that the score of one of these exceeds a neighbour's. around: part of the neighbours that
    look like members. log_p: natural logarithm of the family-wise p-value.
    """

    start: int
    stop: int
    members: IntArray
    excess: float
    above: float
    around: float
    log_p: float


@dataclass(frozen=True)
class _Candidate:
    start: int
    stop: int
    log_p: float


def contrast_runs(
    scores_of_features: RealArray,
    score: FloatArray,
    *,
    tests: float = 1.0,
    level: float = 0.05,
    overwrite: bool = False,
) -> list[ContrastRun]:
    """The runs that are unlike both neighbourhoods and score higher, in list order, family-wise error `level`.

    scores_of_features: (n, d) normal scores (`normal_scores`). score: (n,) the detector's, NaN where not known.
    tests: how many scans share the error (Bonferroni). overwrite: `scores_of_features` may be written to.
    Near-linear in n: the windows' means are differences of cumulative sums.
    """
    n, d = scores_of_features.shape
    if n < 2 * FEW + LEAST or d == 0:
        return []
    space = whitened(scores_of_features, overwrite=overwrite)
    main = np.column_stack((_directions(space), _standard(score))).astype(space.dtype, copy=False)
    free = np.ones(n, dtype=bool)
    runs: list[ContrastRun] = []
    factor = math.log(tests) + math.log(sum(1 for _ in _grid(n)) or 1) + math.log(2)
    for _ in range(PASSES):
        fresh = _pass(space, main, score, free, d, factor, math.log(level))
        if not fresh:
            break
        for run in fresh:
            free[run.start : run.stop] = False
        runs += fresh
        if len(runs) >= MOST:
            break
    runs = [part for run in runs for part in _parted(space, score, free, run)]
    return sorted(runs, key=lambda run: run.start)[:MOST]


def _parted(space: RealArray, score: FloatArray, free: BoolArray, run: ContrastRun) -> list[ContrastRun]:
    """The deliveries that a run is made of; what of it is no delivery by itself is left out."""
    borders = [int(run.members[at]) for at in change_points(space[run.members])]
    edges = [run.start, *borders, run.stop]
    parts = [_delivery(space, score, free, start, stop, run.log_p) for start, stop in pairwise(edges)]
    deliveries = [part for part in parts if part is not None]
    return deliveries if borders and deliveries else [run]


def _directions(space: RealArray) -> RealArray:
    """(n, k) the list in the directions in which patches of neighbours differ most from patch to patch."""
    patches = len(space) // PATCH
    if space.shape[1] <= DIRECTIONS or patches < 2:
        return space
    means = np.add.reduceat(
        space[: patches * PATCH], np.arange(0, patches * PATCH, PATCH), axis=0, dtype=np.float64
    )
    means -= means.mean(axis=0)
    _, axes = np.linalg.eigh(means.T @ means)
    return np.asarray(space @ axes[:, -DIRECTIONS:].astype(space.dtype))


def _standard(score: FloatArray) -> FloatArray:
    """(n,) normal scores of the detector's score, 0 where it is not known."""
    column = normal_scores(score[:, None])
    return column[:, 0] if column.shape[1] else np.zeros(len(score))


def _grid(n: int) -> Iterator[tuple[int, int]]:
    """(start, length) of every window."""
    for length, step in _lengths(n):
        for start in range(0, n - length + 1, step):
            yield start, length


def _lengths(n: int) -> Iterator[tuple[int, int]]:
    length = LEAST
    while length <= LONGEST * n:
        yield length, max(1, length // 4)
        length = math.ceil(1.5 * length)


def _pass(
    space: RealArray,
    main: RealArray,
    score: FloatArray,
    free: BoolArray,
    d: int,
    factor: float,
    limit: float,
) -> list[ContrastRun]:
    """Runs of one pass, strongest first, none overlapping another."""
    taken = ~free
    runs = []
    for window in sorted(_standing_out(main, free, d, factor, limit), key=lambda one: one.log_p):
        if taken[window.start : window.stop].any():
            continue
        run = _set_off(space, score, free, taken, window)
        if run is not None and not taken[run.start : run.stop].any():
            taken[run.start : run.stop] = True
            runs.append(run)
    return runs


def _standing_out(
    main: RealArray, free: BoolArray, d: int, factor: float, limit: float
) -> Iterator[_Candidate]:
    """Windows that differ from both sides, and whose mean score, the last column of `main`, exceeds both."""
    n = len(main)
    total = _cumulative(main)
    rows = np.flatnonzero(free)
    others = _free_sums(total, free, rows)
    whole = others(np.array([len(rows)]))[0]
    before = np.concatenate(([0], np.cumsum(free)))  # free rows before each row
    for length, step in _lengths(n):
        starts = np.arange(0, n - length + 1, step)
        starts = starts[before[starts + length] - before[starts] == length]
        if len(starts) == 0:
            continue
        mean = (total[starts + length] - total[starts]) / length
        own = total[starts + length] - total[starts]
        rest = len(rows) - length
        if rest < FEW:
            continue
        least = np.full(len(starts), np.inf)
        raised = np.full(len(starts), np.inf)
        log_p = np.full(len(starts), -np.inf)
        for low, high in _sides(before[starts], before[starts + length], length, len(rows)):
            # At the list's end one side is missing: the rest of the list stands in for it, else a stretch of people
            # between the list's end and a delivery would differ as much as the delivery does.
            there = high - low >= FEW
            size = np.where(there, high - low, rest)
            mean_near = np.where(there[:, None], others(high) - others(low), whole - own) / size[:, None]
            away = mean - mean_near
            distance = (away[:, :-1] ** 2).sum(axis=1)
            least = np.minimum(least, distance)
            raised = np.minimum(raised, away[:, -1])
            log_p = np.maximum(log_p, chi2.logsf(distance / (1 / length + 1 / size), d))
        log_p += factor
        for i in np.flatnonzero((log_p < limit) & (least >= DISTANCE**2) & (raised >= RAISED)):
            yield _Candidate(int(starts[i]), int(starts[i]) + length, float(log_p[i]))


def _cumulative(rows: RealArray) -> FloatArray:
    """(n + 1, k) the sums of the first 0, 1, ... n rows."""
    total = np.zeros((len(rows) + 1, rows.shape[1]))
    np.cumsum(rows, axis=0, dtype=np.float64, out=total[1:])
    return total


def _free_sums(total: FloatArray, free: BoolArray, rows: IntArray) -> Callable[[IntArray], FloatArray]:
    """The sums of the first so many free rows, from the sums of all rows less those of the runs between."""
    changes = np.diff(np.concatenate(([1], free.astype(np.int8), [1])))
    starts, stops = np.flatnonzero(changes == -1), np.flatnonzero(changes == 1)
    runs = np.concatenate((np.zeros((1, total.shape[1])), np.cumsum(total[stops] - total[starts], axis=0)))
    ends = np.append(rows, len(free))

    def sums(count: IntArray) -> FloatArray:
        row = ends[count]
        summed: FloatArray = total[row] - runs[np.searchsorted(starts, row)]
        return summed

    return sums


def _sides(first: IntArray, last: IntArray, length: int, of: int) -> tuple[tuple[IntArray, IntArray], ...]:
    """Ranges among the free rows (half open) before and after windows of free rows first..last."""
    reach, guard = max(NEAR, length // 2), length // 8
    left, right = np.maximum(first - guard, 0), np.minimum(last + guard, of)
    return (np.maximum(left - reach, 0), left), (right, np.minimum(right + reach, of))


def _set_off(
    space: RealArray, score: FloatArray, free: BoolArray, taken: BoolArray, window: _Candidate
) -> ContrastRun | None:
    """The run that a window points to, its edges where the likelihood puts them; None where it is no delivery."""
    start, stop = window.start, window.stop
    floor, ceiling = _room(taken, start, stop)
    near = _near(free, start, stop)
    if len(near) < FEW:
        return None
    ratio = np.zeros(0)
    for _ in range(ROUNDS):
        was = start, stop
        away = space[start:stop].mean(axis=0) - space[near].mean(axis=0)
        reach = 2 * (stop - start)
        left, right = max(floor, start - reach), min(ceiling, stop + reach)
        along = space[left:right] @ away
        ratio = _likelihood_ratio(along[start - left : stop - left], space[near] @ away, along)
        first, last = _stretch(ratio, start - left, stop - left)
        start, stop = left + first, left + last
        near = _near(free, start, stop)
        if len(near) < FEW or stop - start < LEAST // 2:
            return None
        if was == (start, stop):
            break
    return _delivery(space, score, free, start, stop, window.log_p)


def _delivery(
    space: RealArray, score: FloatArray, free: BoolArray, start: int, stop: int, log_p: float
) -> ContrastRun | None:
    """The run from start to stop; None where what is beyond its neighbourhood's mix does not score as a delivery."""
    near = _near(free, start, stop)
    if len(near) < FEW:
        return None
    away = space[start:stop].mean(axis=0) - space[near].mean(axis=0)
    inside, outside = space[start:stop] @ away, space[near] @ away
    cut, excess, around = _beyond(inside, outside)
    if excess < EXCESS:
        return None
    above, mean = _scores_beyond(score[start:stop], score[near], excess)
    if not (above >= ABOVE and mean >= HIGH):
        return None
    members = start + np.flatnonzero(inside > cut)
    return ContrastRun(start, stop, members, excess, above, around, log_p)


def _room(taken: BoolArray, start: int, stop: int) -> tuple[int, int]:
    """How far a run may grow on both sides: to what was examined already, or to the list's end."""
    before = np.flatnonzero(taken[:start])
    after = np.flatnonzero(taken[stop:])
    return (int(before[-1]) + 1 if len(before) else 0, stop + int(after[0]) if len(after) else len(taken))


def _near(free: BoolArray, start: int, stop: int) -> IntArray:
    """The free rows nearest to a run, on both sides."""
    reach = max(NEAR, (stop - start) // 2)
    span = 4 * reach
    while True:
        left = max(0, start - span)
        before = left + np.flatnonzero(free[left:start])
        after = stop + np.flatnonzero(free[stop : stop + span])
        if (len(before) >= reach or left == 0) and (len(after) >= reach or stop + span >= len(free)):
            return np.concatenate((before[-reach:], after[:reach]))
        span *= 4


def _likelihood_ratio(inside: RealArray, outside: RealArray, along: RealArray) -> FloatArray:
    """(rows,) log-likelihood ratio of "in the run" against "nearby" of each follower, by bins of the discriminant."""
    edges = np.unique(np.quantile(np.concatenate((inside, outside)), np.linspace(0, 1, BINS + 1)[1:-1]))
    bins = len(edges) + 1

    def density(values: RealArray) -> FloatArray:
        held = np.bincount(np.searchsorted(edges, values), minlength=bins) + 1.0
        return np.asarray(held / held.sum(), dtype=np.float64)

    ratio = np.log(density(inside) / density(outside))
    return np.asarray(ratio[np.searchsorted(edges, along)], dtype=np.float64)


def _stretch(ratio: FloatArray, start: int, stop: int) -> tuple[int, int]:
    """The stretch around start..stop of the greatest sum (Page 1954)."""
    total = np.concatenate(([0.0], np.cumsum(ratio)))
    within = total[start : stop + 1]
    pivot = start + int((within - np.minimum.accumulate(within)).argmax())
    first = pivot - _climb(-total[pivot::-1])
    last = pivot + _climb(total[pivot:])
    return first, max(last, first + 1)


def _climb(total: FloatArray) -> int:
    """Where a sum of likelihood ratios is greatest before it falls by GAP for the first time."""
    fallen = np.flatnonzero(np.maximum.accumulate(total) - total > GAP)
    return int(total[: fallen[0] if len(fallen) else None].argmax())


def _beyond(inside: RealArray, outside: RealArray) -> tuple[float, float, float]:
    """The cut that sets a run off best: where it is, the run's excess above it, the neighbours' part above it."""
    cuts = np.unique(np.quantile(np.concatenate((inside, outside)), np.linspace(0.02, 0.98, 49)))
    over_in = (inside[:, None] > cuts).mean(axis=0)
    over_out = (outside[:, None] > cuts).mean(axis=0)
    gain = over_in - over_out
    best = int(gain.argmax())
    excess = float(gain[best] / (1 - over_out[best])) if over_out[best] < 1 else 0.0
    return float(cuts[best]), excess, float(over_out[best])


def _scores_beyond(inside: FloatArray, outside: FloatArray, excess: float) -> tuple[float, float]:
    """Of what is beyond the neighbourhood's mix: the chance to score above a neighbour, and the mean score.

    NaN where too few scores are known.
    """
    inside, outside = inside[~np.isnan(inside)], outside[~np.isnan(outside)]
    if len(inside) < LEAST // 2 or len(outside) < LEAST // 2:
        return math.nan, math.nan
    ranks = rankdata(np.concatenate((inside, outside)))[: len(inside)]
    whole = (ranks.sum() - len(inside) * (len(inside) + 1) / 2) / (len(inside) * len(outside))
    mean = outside.mean() + (inside.mean() - outside.mean()) / excess
    return float(min(1.0, 0.5 + (whole - 0.5) / excess)), float(mean)
