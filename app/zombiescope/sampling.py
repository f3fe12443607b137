"""Which followers to fetch: position-stratified draws, batches, and when to stop drawing.

A place is a follower's index in the frame's list, 0 first. Every draw gives each place the same chance, so
that the sample's mean estimates the frame's; it only spreads the draws over the list, because bought
followers arrive in blocks and neighbours are alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt

from zombiescope.errors import EstimateError

__all__ = [
    "BATCH",
    "StopReason",
    "batches",
    "draw",
    "name",
    "stop",
]

BATCH = 200

Places = npt.NDArray[np.int64]
StopReason = Literal["margin reached", "frame exhausted", "out of reach by drawing"]


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


def name(listed: int, drawn: int, *, complete: bool, batched: bool = False) -> str:
    """The design in words, for the report's `sample.design`."""
    if drawn >= listed:
        words = "census"
    elif batched:
        words = f"position-stratified batches of {BATCH}"
    else:
        words = "position-stratified"
    return words if complete else f"{words} of the visible window"


def stop(
    margin: float, *, low: float, high: float, endless_margin: float, drawn: int, listed: int, sample: int
) -> StopReason | None:
    """Why a `--margin` audit draws no further batch, or None to go on.

    margin: the half-width asked for. low, high: the reported interval, which is of Wilson's kind and so is
    not empty at shares 0 and 1, where a Wald interval would stop after one batch (Frey 2010).
    endless_margin: the half-width that an endless sample would still have; where it is above the margin, as many as
    without one (`sample`) are drawn.
    """
    if (high - low) / 2 <= margin:
        return "margin reached"
    if drawn >= listed:
        return "frame exhausted"
    if endless_margin > margin and drawn >= sample:
        return "out of reach by drawing"
    return None
