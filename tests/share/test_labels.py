"""Labels: which count, how far annotators agree, and an interval that holds whatever the detector does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from present import present
from share.simulated import binormal
from zombiescope.domain import Label
from zombiescope.errors import EstimateError
from zombiescope.share import LabelledFollower, cohen_kappa, label_order
from zombiescope.share.labels import gather, ppi

Z: Label = "zombie"
G: Label = "genuine"


def test_two_annotators_who_disagree_count_half() -> None:
    """Zombie to one and genuine to the other is half a zombie; the last word of each counts."""
    gathered = gather(
        [
            LabelledFollower(4, Z, "ana"),
            LabelledFollower(4, G, "bo"),
            LabelledFollower(1, Z, "ana"),
            LabelledFollower(1, G, "ana"),
        ],
        n=5,
    )
    assert gathered.index.tolist() == [1, 4]
    assert gathered.zombie.tolist() == [0.0, 0.5]
    assert (gathered.summary.count, gathered.summary.annotators) == (2, 2)


def test_cannot_tell_is_dropped_and_counted() -> None:
    """'Cannot tell' is no label; followers outside the sample are none either."""
    gathered = gather([LabelledFollower(0, None, "ana"), LabelledFollower(None, Z, "ana")], n=3)
    assert (gathered.summary.count, gathered.undecided, gathered.outside) == (0, 1, 1)


def test_label_of_no_row_is_an_error() -> None:
    """A label that points past the sample belongs to another audit."""
    with pytest.raises(EstimateError, match="row 7 of a sample of 3"):
        gather([LabelledFollower(7, Z, "ana")], n=3)


def test_kappa_of_a_known_table() -> None:
    """Cohen's kappa of 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no is .4."""
    pairs: list[tuple[Label, Label]] = [(Z, Z)] * 20 + [(Z, G)] * 5 + [(G, Z)] * 10 + [(G, G)] * 15
    assert cohen_kappa(pairs) == pytest.approx(0.4)
    assert cohen_kappa([]) is None
    assert cohen_kappa([(Z, Z)] * 9) is None


def test_order_to_label_is_a_permutation() -> None:
    """Every follower comes up once, so any first k are a random draw."""
    assert sorted(label_order(50, np.random.default_rng(1)).tolist()) == list(range(50))


def simulate(
    share: float, k: int, detector: Callable[..., Any], rng: np.random.Generator, n: int = 1000
) -> tuple[Any, ...]:
    zombie = rng.random(n) < share
    moved = detector(zombie, rng)
    chosen = np.sort(rng.choice(n, k, replace=False))
    labels = [LabelledFollower(int(i), Z if zombie[i] else G, "ana") for i in chosen]
    return ppi(moved, gather(labels, n), listed=1000 * n, drawn=n), zombie[chosen]


DETECTORS = {
    "good": lambda zombie, rng: binormal(zombie, 0.97, rng),
    "blind": lambda zombie, rng: rng.random(len(zombie)),
    "wrong way round": lambda zombie, rng: 1 - binormal(zombie, 0.97, rng),
    "sure of everything": lambda zombie, rng: np.ones(len(zombie)),
}


@pytest.mark.parametrize("name", DETECTORS)
@pytest.mark.parametrize("share", [0.02, 0.5, 1.0])
def test_ppi_covers_whatever_the_detector_does(name: str, share: float) -> None:
    """With 100 labels the interval holds the truth in about 95 of 100 audits, whatever the detector."""
    rng = np.random.default_rng(11)
    held = errors = alone = 0.0
    rounds = 200
    for _ in range(rounds):
        scores, labels = simulate(share, 100, DETECTORS[name], rng)
        held += scores.low <= share <= scores.high
        errors += abs(scores.estimate - share) / rounds
        alone += abs((labels.sum() + 2) / 104 - share) / rounds
    assert held / rounds >= 0.91
    # Useless scores cost next to nothing; good ones pay.
    assert errors <= alone * 1.06 + 1e-9
    if name == "good" and share == 0.5:
        assert errors < 0.75 * alone


def test_a_list_labelled_whole_is_exact() -> None:
    """Where every listed follower is labelled there is nothing left to estimate."""
    labels = gather([LabelledFollower(i, Z if i < 3 else G, "ana") for i in range(10)], 10)
    estimate = ppi(np.full(10, 0.5), labels, listed=10, drawn=10)
    assert (estimate.low, estimate.estimate, estimate.high) == (0.3, 0.3, 0.3)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=60), st.integers(0, 1000))
def test_interval_holds_its_point(rows: list[Any], beyond: int) -> None:
    """Always numbers, in [0, 1], low <= point <= high."""
    labels = gather([LabelledFollower(i, Z if z else G, "ana") for i, (_, z) in enumerate(rows)], len(rows))
    estimate = ppi(np.array([s for s, _ in rows]), labels, listed=len(rows) + beyond, drawn=len(rows))
    assert 0 <= estimate.low <= present(estimate.estimate) <= estimate.high <= 1


def test_pages_widen_the_interval() -> None:
    """Followers of few pages say less: the first phase takes the design's factor, and t the pages' freedom."""
    labels = gather([LabelledFollower(i, Z if i % 2 else G, "ana") for i in range(40)], 400)
    moved = np.full(400, 0.5)
    plain, paged = (
        ppi(moved, labels, listed=9000, drawn=400, composition=composition) for composition in (0.0, 20.0)
    )
    few = ppi(moved, labels, listed=9000, drawn=400, composition=20.0, pages=3)
    assert few.high > paged.high > plain.high
    spread = ppi(moved, labels, listed=9000, drawn=400, composition=0.2)
    assert spread == plain


def test_no_label_is_a_clear_error() -> None:
    """Without a label there is nothing to lean on."""
    with pytest.raises(EstimateError, match="labelled"):
        ppi(np.full(3, 0.5), gather([], 3), listed=10, drawn=3)
