"""A fast part of the goals that benchmarks/share.py measures in full."""

from __future__ import annotations

import numpy as np
import pytest

from present import present
from share.simulated import binormal, reference, sample, templates
from zombiescope.sampling import batches, draw, stop
from zombiescope.share import Reference, Scored, assess
from zombiescope.share.critical import wilson
from zombiescope.share.pacc import apacc

NONE = Reference()


@pytest.mark.parametrize(
    ("share", "bias", "error"),
    [(0.02, 0.002, 0.008), (0.1, 0.002, 0.0125), (0.5, 0.002, 0.018), (0.87, 0.002, 0.0135)],
)
def test_point_is_near_the_best_there_is(share: float, bias: float, error: float) -> None:
    """G2: at n = 1,000 and AUC .95 bias and mean error are within the goals, give or take the draw."""
    rng = np.random.default_rng(1)
    off = np.empty(600)
    for audit in range(len(off)):
        known = templates(0.95, 1000, rng)
        off[audit] = present(apacc(binormal(rng.random(1000) < share, 0.95, rng), known).share) - share
    noise = 2.5 * off.std() / len(off) ** 0.5
    assert abs(off.mean()) <= bias + noise
    assert np.abs(off).mean() <= error + noise


@pytest.mark.parametrize(("share", "ratio"), [(0.1, 0.92), (0.5, 0.72)])
def test_bought_blocks_narrow_the_interval(share: float, ratio: float) -> None:
    """G4: on bought blocks the interval beats a perfect classifier under random sampling, and holds."""
    rng = np.random.default_rng(2)
    listed, n, rounds = 20_000, 1000, 60
    bought = round(listed * (share - 0.02) / 0.93) // 5
    held, wide, perfect = 0, 0.0, 0.0
    for _ in range(rounds):
        chance = np.full(listed, 0.02)
        for block in range(5):
            start = block * listed // 5 + int(rng.integers(0, listed // 5 - bought))
            chance[start : start + bought] = 0.95
        zombie = rng.random(listed) < chance
        places = draw(listed, n, rng)
        known = templates(0.99, 1000, rng)
        scored = Scored(binormal(zombie[places], 0.99, rng), places, listed, n)
        estimate = assess(scored, known, NONE, rng=rng, gate_refits=0).known_kinds
        held += estimate.low <= zombie.mean() <= estimate.high
        low, high = wilson(rng.binomial(n, share), n)
        wide, perfect = wide + estimate.high - estimate.low, perfect + high - low
    assert held / rounds >= 0.88
    assert wide <= (ratio + 0.04) * perfect


def test_stopping_at_a_margin_keeps_the_interval_honest() -> None:
    """Batches drawn until the half-width is .04: the interval that is reported then still holds the share."""
    rng = np.random.default_rng(3)
    rounds, held, drawn_in_all = 80, 0, 0
    for _ in range(rounds):
        known = templates(0.97, 1500, rng)
        zombie = rng.random(20_000) < 0.3
        scores = binormal(zombie, 0.97, rng)
        places, replicate = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        for number, batch in enumerate(batches(len(zombie), rng)):
            places = np.concatenate([places, batch])
            replicate = np.concatenate([replicate, np.full(len(batch), number)])
            order = np.argsort(places)
            scored = Scored(
                scores[places[order]], places[order], len(zombie), len(places), replicate=replicate[order]
            )
            assessment = assess(scored, known, NONE, rng=rng, gate_refits=0)
            inside = assessment.known_kinds
            reason = stop(
                0.04,
                low=inside.low,
                high=inside.high,
                endless_margin=0.0,
                drawn=len(places),
                listed=len(zombie),
                sample=1000,
            )
            if reason:
                break
        assert reason == "margin reached"
        held += inside.low <= zombie.mean() <= inside.high
        drawn_in_all += len(places)
    assert held / rounds >= 0.89
    assert drawn_in_all / rounds < 1000


def test_a_sound_list_gets_a_best_estimate() -> None:
    """A list of known kinds has a point inside the defended interval, and says what it assumes."""
    rng = np.random.default_rng(4)
    known = templates(0.97, 1000, rng)
    large = sample(binormal(rng.random(900) < 0.5, 0.97, rng))
    share = assess(large, known, reference(0.97, large, rng), rng=rng).share
    assert share.assumes == "known kinds"
    known_kinds = present(share.if_known)
    assert share.low <= known_kinds.low <= present(share.estimate) <= known_kinds.high <= share.high
    assert share.estimate == pytest.approx(0.5, abs=0.06)
