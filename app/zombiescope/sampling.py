"""Which followers to fetch: position-stratified draws, batches, pages, and when to stop drawing.

A place is a follower's index in the frame's list, 0 first. Every draw gives each place the same chance, so
that the sample's mean estimates the frame's; it only spreads the draws over the list, because bought
followers arrive in blocks and neighbours are alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from zombiescope.errors import EstimateError

__all__ = [
    "BATCH",
    "Paged",
    "StopReason",
    "batches",
    "confidence_sequence",
    "draw",
    "draw_pages",
    "name",
    "stop",
]

BATCH = 200
LEAST_PAGES = 50

Places = npt.NDArray[np.int64]
StopReason = Literal["margin reached", "frame exhausted", "template error"]


@dataclass(frozen=True)
class Paged:
    """A sample of a list that can only be paged.

    places: (n,) int64, ascending. clusters: (n,) int64, the page of each, from 0.
    """

    places: Places
    clusters: Places


def draw(listed: int, n: int, rng: np.random.Generator) -> Places:
    """One place at random in each of `n` equal strata of a list of `listed` places, ascending.

    Every place has the chance n/listed exactly, also where a stratum's border cuts a place in two: such a
    place is drawn at most once, by Deville's conditional probabilities (Deville 1998; Chauvet 2012). With n
    >= listed all places are drawn.

    Raises EstimateError where there is nothing to draw from or nothing to draw.
    """
    if listed < 1:
        raise EstimateError(
            "The follower list is empty.", "Audit an account with at least one listed follower."
        )
    if n < 1:
        raise EstimateError(f"A sample of {n} followers was asked for.", "Ask for at least one follower.")
    if n >= listed:
        return np.arange(listed, dtype=np.int64)
    # In units of 1/n of a place a stratum is `listed` long and a place is n long: whole numbers, so that no
    # rounding moves a border.
    chosen = np.empty(n, dtype=np.int64)
    last = -1
    for stratum, (coin, spot) in enumerate(rng.random((n, 2)).tolist()):
        start = stratum * listed
        first, before = divmod(start, n)
        if before:
            here = n - before
            if first != last and coin * (listed - before) < here:
                chosen[stratum] = last = first
                continue
            start += here
        # Of what is left of the stratum every unit has the same chance.
        left = (stratum + 1) * listed - start
        last = (start + min(int(spot * left), left - 1)) // n
        chosen[stratum] = last
    return chosen


def batches(listed: int, rng: np.random.Generator, size: int = BATCH) -> Iterator[Places]:
    """Draws of `size` places, each position-stratified over the places not drawn before, until none are left.

    Pooled, they are replicates: the variance is taken within each (STATISTICS: `--margin`).
    """
    rest = np.arange(listed, dtype=np.int64)
    while True:
        picked = draw(len(rest), size, rng)
        yield rest[picked]
        if len(picked) == len(rest):
            return
        rest = np.delete(rest, picked)


def draw_pages(listed: int, page: int, n: int, rng: np.random.Generator, *, few: int = 4) -> Paged:
    """About `n` places on at least 50 pages of `page` places, `few` of each, for a list one can only page.

    Pages are drawn through their places, one in each of equal strata of the list, so a short last page is
    drawn as rarely as it should be; a page hit twice gives twice as many. Where there are no more than 50
    pages all are used. Fewer profiles of more pages cost more requests and are worth it: followers of a
    page arrived together.
    """
    if page < 1 or few < 1:
        raise EstimateError(
            "A page and the draw from it hold at least one follower each.", "Correct the page size."
        )
    total = -(-listed // page)
    wanted = max(LEAST_PAGES, math.ceil(n / few))
    if n >= listed or wanted >= total:
        places = draw(listed, n, rng)
        return Paged(places, places // page)
    pages, hits = np.unique(draw(listed, wanted, rng) // page, return_counts=True)
    each = max(1, round(n / wanted))
    places = np.concatenate(
        [
            first + draw(min(page, listed - first), int(times) * each, rng)
            for first, times in zip((pages * page).tolist(), hits.tolist(), strict=True)
        ]
    )
    return Paged(places, places // page)


def name(listed: int, drawn: int, *, complete: bool, paged: bool = False, batched: bool = False) -> str:
    """The design in words, for the report's `sample.design`."""
    if drawn >= listed:
        words = "census"
    elif paged:
        words = "stratified pages"
    elif batched:
        words = f"position-stratified batches of {BATCH}"
    else:
        words = "position-stratified"
    return words if complete else f"{words} of the visible window"


def stop(
    margin: float, *, low: float, high: float, template_margin: float, drawn: int, listed: int
) -> StopReason | None:
    """Why a `--margin` audit draws no further batch, or None to go on.

    margin: the half-width asked for. low, high: the reported interval, which is of Wilson's kind and so is
    not empty at shares 0 and 1, where a Wald interval would stop after one batch (Frey 2010).
    template_margin: the half-width that an endless sample would still have.
    """
    if (high - low) / 2 <= margin:
        return "margin reached"
    if drawn >= listed:
        return "frame exhausted"
    if template_margin > margin:
        return "template error"
    return None


def confidence_sequence(successes: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Limits for a proportion that hold at every look at once, so that a threshold may be watched.

    The beta-binomial mixture with a uniform prior: the shares p at which the mixture's likelihood ratio stays
    under 1/(1 - level) (Robbins 1970; Howard et al. 2021). Draws without replacement only tighten it. With no
    trials: (0, 1).

    Raises EstimateError where successes are not within the trials.
    """
    if not 0 <= successes <= trials:
        raise EstimateError(f"{successes} successes of {trials} trials cannot be.")
    failures = trials - successes
    mixture = math.lgamma(successes + 1) + math.lgamma(failures + 1) - math.lgamma(trials + 2)
    limit = mixture + math.log(1 - level)

    def inside(p: float) -> bool:
        log_p = successes * math.log(p) if successes else 0.0
        log_q = failures * math.log1p(-p) if failures else 0.0
        return log_p + log_q > limit

    def border(within: float, without: float) -> float:
        for _ in range(60):
            middle = (within + without) / 2
            if inside(middle):
                within = middle
            else:
                without = middle
        return without

    peak = successes / trials if trials else 0.5
    low = border(peak, 0.0) if successes else 0.0
    high = border(peak, 1.0) if failures else 1.0
    return low, high
