"""Drift: planted shifts are found, chance and another share of zombies are not."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from zombiescope.detector import drift
from zombiescope.features.catalogue import INDEX, NAMES

ROWS = 4_000
RNG = np.random.default_rng(5)
ZOMBIE = np.arange(ROWS) % 2 == 0
# A count that tells the classes apart, a flag that nearly all have, a share that is mostly 0.
VALUES = {
    "following_count": np.where(ZOMBIE, RNG.lognormal(6.5, 0.7, ROWS), RNG.lognormal(4.5, 1.0, ROWS)),
    "has_avatar": (RNG.random(ROWS) < 0.97).astype(float),
    "handle_digit_share": np.where(RNG.random(ROWS) < 0.7, 0.0, RNG.random(ROWS)),
}
TABLES = json.loads(json.dumps({name: drift.table_of(v, ZOMBIE) for name, v in VALUES.items()}))


def sample(n: int, share: float, seed: int) -> np.ndarray:
    """A feature matrix of n training-like accounts with a share of zombies; other features unknown."""
    rng = np.random.default_rng(seed)
    bought = rng.random(n) < share
    rows = np.where(bought, rng.choice(np.flatnonzero(ZOMBIE), n), rng.choice(np.flatnonzero(~ZOMBIE), n))
    matrix = np.full((n, len(NAMES)), np.nan)
    for name, values in VALUES.items():
        matrix[:, INDEX[name]] = values[rows]
    return matrix


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.87, 1.0])
@pytest.mark.parametrize("n", [100, 400, 1000])
def test_a_list_of_known_kinds_has_not_drifted_whatever_its_share(share: float, n: int) -> None:
    """A list with few or many zombies is unlike training's half and half, and like its two classes."""
    for seed in range(20):
        assert drift.compare({"": TABLES}, sample(n, share, seed)) == ()


def test_planted_drift_is_found_and_sorted() -> None:
    """Counts doubled twice and avatars gone are listed, furthest first; the untouched feature is not."""
    matrix = sample(400, 0.3, 1)
    matrix[:, INDEX["following_count"]] *= 8
    matrix[:, INDEX["has_avatar"]] = 0
    drifts = drift.compare({"": TABLES}, matrix)
    assert drifts is not None
    assert [d.feature for d in drifts] == ["has_avatar", "following_count"]
    assert all(d.psi > drift.MAJOR for d in drifts)


def test_a_value_of_its_own_is_seen() -> None:
    """Where most rows are 0, the zeros have a bin: a list without one drifts although no decile moved."""
    matrix = sample(400, 0.3, 1)
    matrix[:, INDEX["handle_digit_share"]] = 0.01
    drifts = drift.compare({"": TABLES}, matrix)
    assert drifts is not None
    assert [d.feature for d in drifts] == ["handle_digit_share"]


def test_too_few_known_values_say_nothing() -> None:
    """Below a hundred known values the index is mostly chance; unknown values are not counted as known."""
    matrix = sample(400, 0.3, 1)
    matrix[:, INDEX["has_avatar"]] = 0
    matrix[99:, INDEX["has_avatar"]] = np.nan
    assert drift.compare({"": TABLES}, matrix) == ()
    matrix[99, INDEX["has_avatar"]] = 0
    assert [d.feature for d in drift.compare({"": TABLES}, matrix) or ()] == ["has_avatar"]


def test_without_tables_there_is_no_answer() -> None:
    """None is not the same as no drift."""
    assert drift.compare(None, sample(200, 0.5, 0)) is None
    assert drift.compare({}, sample(200, 0.5, 0)) is None


def test_a_list_of_one_vendor_is_no_drift() -> None:
    """A list of one known vendor alone is a kind that training knew, though unlike the mean of all zombies."""
    rng = np.random.default_rng(0)
    vendors = np.where(np.arange(ROWS) % 4 == 0, "a", "b")
    values = np.where(ZOMBIE & (vendors == "a"), VALUES["following_count"] * 20, VALUES["following_count"])
    alone = rng.choice(values[ZOMBIE & (vendors == "a")], 400)
    assert drift.stability(drift.table_of(values, ZOMBIE), alone) > drift.MAJOR
    table = drift.table_of(values, ZOMBIE, vendors)
    assert set(table) == {"edges", "zombie: a", "zombie: b", "genuine: b"}
    assert drift.stability(table, alone) < 0.05


def test_a_platform_apart_has_tables_of_its_own() -> None:
    """Accounts of Weibo are held against those that trained its boosters, not against Twitter's."""
    matrix = sample(400, 0.3, 1)
    matrix[:, INDEX["following_count"]] *= 8
    matrix[:, INDEX["on_weibo"]] = 1
    own = {"following_count": drift.table_of(8 * VALUES["following_count"], ZOMBIE)}
    assert [d.feature for d in drift.compare({"": TABLES}, matrix) or ()] == ["following_count"]
    assert drift.compare({"": TABLES, "weibo": own}, matrix) == ()


@settings(max_examples=examples(60))
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=200),
    st.lists(st.floats(-1e9, 1e9), min_size=100, max_size=150),
)
def test_any_values_give_a_finite_index(known: list[float], sample_values: list[float]) -> None:
    """Whatever the values, a table's shares add up and the index is finite and not negative."""
    table = drift.table_of(np.array(known), np.arange(len(known)) % 2 == 0)
    for shares in (table["zombie"], table["genuine"]):
        assert len(shares) == len(table["edges"]) + 1
        assert sum(shares) == pytest.approx(1, abs=1e-4)
    index = drift.stability(table, np.array(sample_values))
    assert np.isfinite(index)
    assert index >= 0
