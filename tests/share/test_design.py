"""The design effect: what it is for alike lists, for blocks, for pages, for batches and for a census."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from share.simulated import binormal, templates
from zombiescope.arrays import BoolArray, FloatArray
from zombiescope.sampling import batches, draw
from zombiescope.share.design import effect
from zombiescope.share.moments import moments, move

LISTED, N, SHARE = 20_000, 800, 0.4


def scores_of(zombie: BoolArray, rng: np.random.Generator) -> FloatArray:
    return move(binormal(zombie, 0.99, rng), SHARE)


def blocks(rng: np.random.Generator) -> BoolArray:
    """A list with five bought runs, nearly pure, among organic followers."""
    chance = np.full(LISTED, 0.02)
    for start in (1000, 5000, 9000, 13_000, 17_000):
        chance[start : start + round(LISTED * (SHARE - 0.02) / 0.93 / 5)] = 0.95
    return rng.random(LISTED) < chance


def average(
    list_of: Callable[..., Any], places_of: Callable[..., Any], rounds: int = 40, **more: Any
) -> float:
    rng = np.random.default_rng(4)
    at = moments(templates(0.99, 1000, rng), SHARE)
    effects = []
    for _ in range(rounds):
        zombie = list_of(rng)
        places, extra = places_of(rng)
        moved = scores_of(zombie[places], rng)
        effects.append(effect(moved, SHARE, at, fraction=len(places) / LISTED, **extra, **more).design_effect)
    return float(np.mean(effects))


def stratified(rng: np.random.Generator) -> tuple[Any, ...]:
    return draw(LISTED, N, rng), {}


def test_alike_lists_have_no_design_effect() -> None:
    """Where order says nothing, position-stratified is as good as simple random sampling: about 1."""
    assert average(lambda rng: rng.random(LISTED) < SHARE, stratified) == pytest.approx(1.0, abs=0.06)


def test_blocks_make_the_sample_worth_more() -> None:
    """Bought blocks are what stratifying by position is for: the effect is under .5."""
    assert 0.2 < average(blocks, stratified) < 0.5


def test_pages_of_blocks_make_it_worth_less() -> None:
    """Followers of one page are alike, so the effect is well above the stratified one."""

    def paged(rng: np.random.Generator) -> tuple[Any, ...]:
        pages = np.sort(rng.choice(LISTED // 100, N // 100 * 2, replace=False))
        places = np.concatenate([page * 100 + np.sort(rng.choice(100, 50, replace=False)) for page in pages])
        return places, {"clusters": places // 100}

    assert average(blocks, paged) > 2 * average(blocks, stratified)


def test_batches_are_replicates() -> None:
    """Four pooled batches of 200 are as good as their own strata, not as the pooled sample's finer ones."""

    def pooled(rng: np.random.Generator) -> tuple[Any, ...]:
        drawn = [batch for batch, _ in zip(batches(LISTED, rng), range(N // 200), strict=False)]
        places = np.concatenate(drawn)
        replicate = np.repeat(np.arange(len(drawn)), [len(batch) for batch in drawn])
        order = np.argsort(places)
        return places[order], {"replicate": replicate[order]}

    assert 0.2 < average(blocks, stratified) <= average(blocks, pooled) + 0.03 < 0.6


def test_census_keeps_the_detectors_noise_alone() -> None:
    """Where everybody was drawn, composition has no variance left; misclassification has."""
    rng = np.random.default_rng(5)
    at = moments(templates(0.95, 1000, rng), SHARE)
    moved = scores_of(rng.random(500) < SHARE, rng)
    design = effect(moved, SHARE, at, fraction=1.0)
    noise = SHARE * at.var1 + (1 - SHARE) * at.var0
    assert design.composition == 0
    assert design.design_effect == pytest.approx(noise / (noise + SHARE * (1 - SHARE) * at.distance**2))


def test_one_follower_or_one_page_is_taken_as_a_random_draw() -> None:
    """Nothing can be learned of the design from one follower: the effect is the textbook's."""
    at = moments(templates(0.95, 100, np.random.default_rng(6)), 0.5)
    assert effect(np.array([0.3]), 0.5, at, fraction=0.0).composition == pytest.approx(1.0)
    page = np.zeros(3, dtype=np.int64)
    alone = effect(np.array([0.3, 0.2, 0.9]), 0.5, at, fraction=0.0, clusters=page)
    assert alone.composition == pytest.approx(1.0)
