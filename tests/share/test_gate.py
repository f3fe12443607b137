"""The gate: quiet on sound lists, loud on followers of another kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from share.simulated import binormal, templates
from zombiescope.arrays import BoolArray, FloatArray
from zombiescope.share import Templates
from zombiescope.share.gate import FAILS_AT, goodness_of_fit
from zombiescope.share.mixture import Tables, tables


def rejected(rounds: int, share: float, make: Callable[..., Any], seed: int) -> float:
    rng = np.random.default_rng(seed)
    count = 0
    for _ in range(rounds):
        known = templates(0.97, 800, rng)
        zombie = rng.random(600) < share
        count += goodness_of_fit(tables(make(zombie, rng), known), rng) <= FAILS_AT
    return count / rounds


def test_sound_lists_pass() -> None:
    """Followers of the templates' kinds are flagged in about one of a hundred audits, at the edges too."""
    for share in (0.0, 0.3, 1.0):
        assert rejected(200, share, lambda zombie, rng: binormal(zombie, 0.97, rng), 1) <= 0.03


def test_another_kind_of_zombie_is_flagged() -> None:
    """Zombies that score between the classes, as none of the templates do, are noticed at share .3."""

    def unseen(zombie: BoolArray, rng: np.random.Generator) -> FloatArray:
        return np.where(zombie, rng.uniform(0.3, 0.7, len(zombie)), binormal(zombie, 0.97, rng))

    assert rejected(40, 0.3, unseen, 2) >= 0.95


def test_nothing_to_test_passes() -> None:
    """With one bin, or nobody in the sample, there is nothing to reject."""
    rng = np.random.default_rng(3)
    one_score = Templates(np.full(5, 0.5), np.full(5, 0.5))
    assert goodness_of_fit(tables(np.full(9, 0.5), one_score), rng) == 1.0
    nobody = Tables(np.zeros(2), np.array([1.0, 2]), np.array([2.0, 1]))
    assert goodness_of_fit(nobody, rng) == 1.0


def test_same_seed_same_p_value() -> None:
    """The bootstrap is driven by the generator that is passed in, and by nothing else."""
    known = templates(0.9, 200, np.random.default_rng(4))
    at = tables(np.random.default_rng(5).random(300), known)
    one, two = (goodness_of_fit(at, np.random.default_rng(6)) for _ in range(2))
    assert one == two
