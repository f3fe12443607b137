"""Crowding: a crowd of a kind that nobody knows is ranked first, known people are no crowd."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zombiescope.detector import drift
from zombiescope.detector.local_density import crowd, crowding
from zombiescope.features.catalogue import INDEX, NAMES

ROWS = 3_000
RNG = np.random.default_rng(8)
COUNTS = ("followers_count", "following_count", "posts_count", "likes_count")
TRAINED = {name: RNG.normal(6 + k, 2, ROWS) for k, name in enumerate(COUNTS)}
STUDIES = np.array(["study a", "study b"])[np.arange(ROWS) % 2]
ZOMBIE = np.arange(ROWS) % 3 == 0
TABLES = {"": {name: drift.table_of(v, ZOMBIE, STUDIES) for name, v in TRAINED.items()}}


def people(n: int, seed: int) -> np.ndarray:
    """Features of n people like those of training."""
    rng = np.random.default_rng(seed)
    rows = rng.choice(np.flatnonzero(~ZOMBIE), n)
    matrix = np.full((n, len(NAMES)), np.nan)
    for name, values in TRAINED.items():
        matrix[:, INDEX[name]] = values[rows]
    return matrix


def with_crowd(n: int, crowded: int, seed: int) -> np.ndarray:
    """The same, the first `crowded` of them of one kind: all counts in a narrow corner that people seldom are in."""
    matrix = people(n, seed)
    rng = np.random.default_rng(seed + 1)
    for k, name in enumerate(COUNTS[:3]):
        matrix[:crowded, INDEX[name]] = rng.normal(10 + k, 0.3, crowded)
    return matrix


@pytest.mark.parametrize("crowded", [60, 200])
def test_a_crowd_is_ranked_first(crowded: int) -> None:
    ratios = crowding(TABLES, with_crowd(400, crowded, 1), COUNTS)
    assert ratios is not None
    above = (ratios[:crowded, None] > ratios[None, crowded:]).mean()
    assert above > 0.97


def test_the_ratio_is_that_of_its_definition() -> None:
    """Follower by follower, feature by feature, as one would count by hand."""
    matrix = with_crowd(150, 30, 2)
    matrix[3, INDEX["likes_count"]] = np.nan
    ratios_of_all = crowding(TABLES, matrix, COUNTS)
    assert ratios_of_all is not None
    for i in (0, 3, 77):
        ratios = []
        for name in COUNTS:
            table, values = TABLES[""][name], matrix[:, INDEX[name]]
            if math.isnan(values[i]):
                continue
            bins = [sum(v > e for e in table["edges"]) for v in values if not math.isnan(v)]
            mine = sum(values[i] > e for e in table["edges"])
            here = (bins.count(mine) - 1 + 0.5) / (len(bins) - 1 + 0.5 * (len(table["edges"]) + 1))
            known = np.mean([shares[mine] for kind, shares in table.items() if kind.startswith("genuine")])
            ratios.append(math.log(here / max(known, drift.FLOOR)))
        assert ratios_of_all[i] == pytest.approx(np.mean(ratios), abs=1e-12)


def test_those_who_score_as_people_are_named_with_what_they_share() -> None:
    matrix, ids = with_crowd(400, 120, 3), [str(i) for i in range(400)]
    scores = np.where(np.arange(400) < 20, 0.9, 0.1)
    crowd_named = crowd(TABLES, matrix, COUNTS, scores, ids)
    assert crowd_named is not None
    assert {int(i) for i in crowd_named.followers} <= set(range(20, 120))
    assert len(crowd_named.followers) == 10
    assert {one.feature for one in crowd_named.features} <= set(COUNTS[:3])
    for one in crowd_named.features:
        assert one.here > 3 * one.known


def test_people_alone_are_no_crowd() -> None:
    matrix = people(600, 4)
    assert crowd(TABLES, matrix, COUNTS, np.full(600, 0.1), [str(i) for i in range(600)]) is None


def test_nothing_is_said_where_nothing_is_known() -> None:
    matrix, ids = with_crowd(50, 20, 5), [str(i) for i in range(50)]
    scores = np.full(50, 0.1)
    assert crowding(None, matrix, COUNTS) is None
    assert crowding({}, matrix, COUNTS) is None
    assert crowding({"": {}}, matrix, COUNTS) is None
    assert crowd(TABLES, matrix, COUNTS, scores, ids) is None  # too few followers
    many = with_crowd(300, 100, 5)
    assert (
        crowd(TABLES, many, COUNTS, np.ones(300), [str(i) for i in range(300)]) is None
    )  # none scores as people
    unknown = np.full_like(many, np.nan)
    assert crowd(TABLES, unknown, COUNTS, np.zeros(300), [str(i) for i in range(300)]) is None
