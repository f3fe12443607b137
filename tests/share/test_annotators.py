"""Several labellers: the shares that their answers leave possible hold the truth, however much they err."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from present import present
from zombiescope.domain import Interval, Labels, Span
from zombiescope.share import LabelledFollower
from zombiescope.share.annotators import if_as_published, latent_classes
from zombiescope.share.inputs import Scored
from zombiescope.share.label_answer import LabelAnswer, label_answer
from zombiescope.share.labels import gather

N = 1_000


def answers(
    share: float, errors: tuple[Any, ...], rng: np.random.Generator, *, each: int = 100, overlap: int = 30
) -> tuple[Any, ...]:
    """Labels of two people who err at the rates (missed, accused), and the truth of the list."""
    zombie = rng.random(N) < share
    rows = rng.choice(N, 2 * each - overlap, replace=False)
    labels = []
    for who, mine, (missed, accused) in zip(("ana", "bo"), (rows[:each], rows[-each:]), errors, strict=True):
        for row in mine:
            verdicts = rng.random() < (1 - missed if zombie[row] else accused)
            labels.append(LabelledFollower(int(row), "zombie" if verdicts else "genuine", who))
    return labels, zombie


def answer(labels: list[Any], *, low: float = 0.0, high: float = 1.0) -> LabelAnswer:
    scores = np.full(N, 0.5)
    return label_answer(
        Scored(scores, np.arange(N), listed=1_000_000, drawn=N),
        gather(labels, N),
        labels,
        composition=0.0,
        moved=scores,
        covariates=None,
        unlabelled=Span(low, high),
    )


@pytest.mark.parametrize("errors", [((0.33, 0.37), (0.33, 0.37)), ((0.1, 0.05), (0.25, 0.15))])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.87, 1.0])
def test_possible_shares_hold_the_truth(share: float, errors: tuple[Any, ...]) -> None:
    """Of labellers as bad as in the published experiment, and of better ones who differ."""
    rng = np.random.default_rng([int(100 * share), int(100 * errors[0][0])])
    rounds = 15
    held = 0
    for _ in range(rounds):
        span = present(latent_classes(answers(share, errors, rng)[0])).share
        held += span.low <= share <= span.high
    assert held >= rounds - 2


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_labellers_who_are_right_leave_a_narrow_span(share: float) -> None:
    """Two people without errors leave about what the number of labels leaves."""
    latent = latent_classes(answers(share, ((0, 0), (0, 0)), np.random.default_rng(4))[0])
    assert latent is not None
    assert latent.share.low <= share <= latent.share.high
    assert latent.share.high - latent.share.low < 0.2
    assert latent.overlap == 30


def test_three_labellers_narrow_what_two_leave_open() -> None:
    """Errors of three people can be told apart (Dawid & Skene 1979)."""
    rng = np.random.default_rng(5)
    zombie = rng.random(N) < 0.5
    widths = []
    for people in ("ab", "abc"):
        labels = [
            LabelledFollower(row, "zombie" if (rng.random() < 0.85) == zombie[row] else "genuine", who)
            for who in people
            for row in range(150)
        ]
        span = present(latent_classes(labels)).share
        widths.append(span.high - span.low)
        assert span.low <= 0.5 <= span.high
    assert widths[1] < widths[0] - 0.1


def test_errors_are_told_of_each_labeller() -> None:
    """One accuses more people than the other, and is seen to by three answers on each follower."""
    rng = np.random.default_rng(6)
    zombie = rng.random(N) < 0.5
    accused = {"ana": 0.02, "bo": 0.3, "cy": 0.02}
    labels = [
        LabelledFollower(row, "zombie" if zombie[row] or rng.random() < rate else "genuine", who)
        for who, rate in accused.items()
        for row in range(300)
    ]
    ana, bo, _ = present(latent_classes(labels)).errors
    assert ana.annotator == "ana"
    assert ana.accused.low <= 0.02 <= ana.accused.high < 0.15
    assert 0.15 < bo.accused.low < 0.3 < bo.accused.high < 0.45
    assert bo.missed.low == 0.0
    assert bo.missed.high < 0.1


def test_fewer_than_thirty_in_common_tell_nothing() -> None:
    """Nor do "cannot tell", or one labeller alone."""
    rng = np.random.default_rng(7)
    labels = answers(0.5, ((0, 0), (0, 0)), rng)[0]
    assert latent_classes(labels[:100]) is None
    taken_back = [LabelledFollower(one.index, None, "bo") for one in labels if one.annotator == "bo"]
    assert latent_classes([*labels, *taken_back]) is None


def test_disagreement_widens_the_headline_and_says_so() -> None:
    """The interval holds what errors leave possible; labellers who agree on all keep the narrow one."""
    rng = np.random.default_rng(8)
    sure = answer(answers(0.4, ((0, 0), (0, 0)), rng)[0])
    torn = answer(answers(0.4, ((0.05, 0.05), (0.05, 0.05)), rng)[0])
    assert sure.summary.if_labellers_err is None
    assert sure.headline == sure.summary.interval
    assert not sure.warnings
    assert present(torn.headline).low <= present(torn.summary.interval).low
    assert present(torn.headline).high >= present(torn.summary.interval).high
    assert "disagree" in torn.warnings[0]
    assert "latent classes" in torn.method
    assert msgspec.json.decode(msgspec.json.encode(torn.summary), type=Labels) == torn.summary


def test_labellers_who_tell_less_than_the_detector_do_not_carry_the_answer() -> None:
    """The narrower of two intervals that hold is taken."""
    labels = answers(0.5, ((0.33, 0.37), (0.33, 0.37)), np.random.default_rng(9))[0]
    given = answer(labels, low=0.3, high=0.7)
    assert given.headline is None
    assert "less than the detector" in given.warnings[0]


def test_labellers_who_err_alike_without_a_zombie_accuse_nobody() -> None:
    """Two people who each call 37% of genuine accounts zombies leave a share of 0 possible."""
    given = answer(answers(0.0, ((0.33, 0.37), (0.33, 0.37)), np.random.default_rng(10))[0])
    assert present(given.headline).low == 0.0


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.87, 1.0])
def test_what_if_of_the_published_experiment_holds_for_one_labeller(share: float) -> None:
    """One person who errs as people did there: their labels' interval is wrong, the what-if holds."""
    rng = np.random.default_rng([11, int(100 * share)])
    rounds = 100
    held = 0
    for _ in range(rounds):
        labels = [one for one in answers(share, ((0.33, 0.37),) * 2, rng)[0] if one.annotator == "ana"]
        what_if = answer(labels).summary.if_as_published
        assert what_if is not None
        held += what_if.low <= share <= what_if.high
    assert held >= 0.9 * rounds


def test_what_if_of_a_point() -> None:
    """Rogan and Gladen's correction: (.52 - .37)/(.67 - .37) is a half."""
    corrected = if_as_published(Interval(0.52, 0.4, 0.67))
    assert (corrected.estimate, corrected.low, corrected.high) == pytest.approx((0.5, 0.1, 1.0))
