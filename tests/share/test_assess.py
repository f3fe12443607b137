"""The whole assessment: its edges, its properties, and that it holds the truth as often as it says."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from present import present
from share.simulated import binormal, reference, sample, templates
from zombiescope.domain import Interval
from zombiescope.errors import EstimateError
from zombiescope.share import LabelledFollower, Reference, ReferenceGroup, Scored, Templates, assess
from zombiescope.share.assess import Assessment
from zombiescope.share.critical import wilson

NONE = Reference()


def seeded(number: int = 0) -> np.random.Generator:
    return np.random.default_rng(number)


def shares(answer: Assessment) -> list[float]:
    """Every number that an assessment prints."""
    spans = [answer.share, answer.share.if_known, answer.share.whole_frame, answer.share.whole_account]
    spans += [answer.dormant, answer.unknown, answer.known_kinds]
    ends = [end for span in spans if span is not None for end in (span.low, span.high)]
    points = [s.estimate for s in (answer.share, answer.dormant, answer.unknown) if s is not None]
    posterior: list[float] = answer.posterior.tolist()
    return ends + [point for point in points if point is not None] + posterior


def sound(answer: Assessment) -> bool:
    """No NaN, nothing outside [0, 1], points within their intervals."""
    assert all(0 <= value <= 1 for value in shares(answer))
    if answer.share.estimate is not None:
        assert answer.share.low <= answer.share.estimate <= answer.share.high
    return True


EDGES = {
    "one follower": [0.7],
    "two alike": [0.5, 0.5],
    "all zero": [0.0] * 50,
    "all one": [1.0] * 50,
    "all the same": [0.37] * 400,
    "only the extremes": [0.0, 1.0] * 30,
}
MODELS = {
    "of one row": Templates(np.array([0.9]), np.array([0.1])),
    "of one row, alike": Templates(np.array([0.5]), np.array([0.5])),
    "perfect": Templates(np.ones(100), np.zeros(100)),
    "the wrong way round": Templates(np.linspace(0, 0.4, 50), np.linspace(0.6, 1, 50)),
    "good": templates(0.95, 200, seeded(1)),
}


@pytest.mark.parametrize("scores", EDGES.values(), ids=EDGES)
@pytest.mark.parametrize("known", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize("census", [False, True], ids=["sample", "census"])
def test_edges_give_numbers(scores: list[float], known: Templates, census: bool) -> None:
    """However small, uniform or extreme the sample and the templates, every figure is a number in [0, 1]."""
    silent = np.where(np.arange(len(scores)) % 3 == 0, 1.0, 0.0)
    scored = sample(scores, listed=len(scores) if census else None, silent=silent, declared=10**6)
    assert sound(assess(scored, known, NONE, rng=seeded(), claim=0.5, gate_refits=19))


def test_templates_that_tell_nothing_give_no_point() -> None:
    """Where both classes score alike the answer is [0, 1], with the reason."""
    assessment = assess(sample([0.5] * 30), MODELS["of one row, alike"], NONE, rng=seeded())
    assert assessment.share.estimate is None
    assert (assessment.share.low, assessment.share.high) == (0.0, 1.0)
    assert "do not tell" in present(assessment.share.withheld)


def test_nobody_reached_is_an_answer() -> None:
    """When every drawn follower was skipped the share may be anything, and the unknown share is 1."""
    nobody = np.empty(0, dtype=np.int64)
    scored = Scored(np.empty(0), nobody, 900, 30, declared=900, skipped=np.arange(30))
    assessment = assess(scored, MODELS["good"], NONE, rng=seeded(), claim=0.87)
    assert sound(assessment)
    assert (assessment.share.estimate, assessment.share.low, assessment.share.high) == (None, 0.0, 1.0)
    assert assessment.unknown.estimate == 1.0
    assert present(assessment.claim).verdict == "cannot tell"
    assert assessment.design_effect is None
    assert "could be reached" in assessment.share.warnings[0]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Templates(np.empty(0), np.array([0.1])), "no zombie rows"),
        (lambda: Templates(np.array([0.9]), np.empty(0)), "no genuine rows"),
        (lambda: Templates(np.array([1.2]), np.array([0.1])), "not between 0 and 1"),
        (lambda: sample([0.5, math.nan]), "row 1"),
        (lambda: Scored(np.array([0.5]), np.array([0]), 0, 1), "empty"),
        (lambda: Scored(np.array([0.5]), np.array([0]), 10, 3), "are not the 3 drawn"),
        (lambda: Scored(np.array([0.5, 0.5]), np.array([4, 2]), 10, 2), "list order"),
        (lambda: sample([0.5, 0.5], silent=np.zeros(3)), "silent has 3 rows"),
        (lambda: ReferenceGroup("x", "study", "x", np.array([-1.0])), "reference group x"),
    ],
)
def test_what_does_not_fit_is_a_clear_error(build: Callable[..., Any], message: str) -> None:
    """Bad parts are refused where they are made, naming what and where."""
    with pytest.raises(EstimateError, match=message):
        build()


@settings(max_examples=examples(40))
@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=120),
    st.integers(0, 30),
    st.integers(0, 3000),
    st.one_of(st.none(), st.integers(0, 5000)),
    st.integers(0, 2**32),
)
def test_any_sample_gives_sound_numbers(
    scores: list[float], skipped: int, beyond: int, declared: int | None, seed: int
) -> None:
    """Bounds nest: the frame's bounds hold what the reached share and the response rate allow."""
    drawn = len(scores) + skipped
    scored = Scored(
        np.array(scores),
        np.arange(len(scores)),
        drawn + beyond,
        drawn,
        declared=declared,
        skipped=np.arange(len(scores), drawn),
    )
    assessment = assess(scored, MODELS["good"], NONE, rng=seeded(seed), gate_refits=9)
    assert sound(assessment)
    frame, account = assessment.share.whole_frame, assessment.share.whole_account
    assert frame is not None
    assert (account is None) == (declared is None)
    if account is not None:
        assert account.low <= frame.low + 1e-12
        assert account.high >= frame.high - 1e-12


def test_same_seed_same_assessment() -> None:
    """An audit can be rerun to the digit."""
    scored = sample(binormal(seeded(2).random(300) < 0.4, 0.95, seeded(3)))
    one, two = (assess(scored, MODELS["good"], NONE, rng=seeded(4)) for _ in range(2))
    assert (one.share, one.gate) == (two.share, two.gate)


def test_a_level_must_be_a_share() -> None:
    """95 for 95% is refused with how to write it."""
    with pytest.raises(EstimateError, match="level of 95"):
        assess(sample([0.5]), MODELS["good"], NONE, rng=seeded(), level=95)


def test_a_higher_level_is_wider() -> None:
    """At 99% every interval and bound is at least as wide as at 90%."""
    scored = sample(binormal(seeded(2).random(300) < 0.4, 0.95, seeded(3)))
    narrow, wide = (assess(scored, MODELS["good"], NONE, rng=seeded(4), level=level) for level in (0.9, 0.99))
    for one, other in (
        (narrow.known_kinds, wide.known_kinds),
        (narrow.share, wide.share),
        (narrow.unknown, wide.unknown),
    ):
        assert other.low <= one.low <= one.high <= other.high


def test_single_page_says_nothing_of_the_others() -> None:
    """A sample from one page has no measure of its own error: [0, 1]."""
    page = np.zeros(40, dtype=np.int64)
    assessment = assess(sample(np.linspace(0, 1, 40), clusters=page), MODELS["good"], NONE, rng=seeded())
    assert (assessment.known_kinds.low, assessment.known_kinds.high) == (0.0, 1.0)
    assert any("1 pages" in warning for warning in assessment.share.warnings)


def test_a_failed_gate_withholds_the_best_estimate() -> None:
    """Followers of no known kind: the defended interval stands, without a point, and the reason is given."""
    rng = seeded(5)
    known = templates(0.97, 800, rng)
    scored = sample(
        np.where(rng.random(600) < 0.4, rng.uniform(0.3, 0.7, 600), binormal(np.zeros(600), 0.97, rng))
    )
    share = assess(scored, known, reference(0.97, scored, rng), rng=rng).share
    assert share.estimate is None
    assert share.if_known is None
    assert share.assumes is None
    assert "do not look like a mixture" in present(share.withheld)


def test_labels_take_the_headline_from_thirty_on() -> None:
    """29 labels are counted and wait; with 30 the share is PPI++, whatever the gate said."""
    rng = seeded(6)
    zombie = rng.random(500) < 0.4
    scored = sample(binormal(zombie, 0.95, rng))
    labels = [LabelledFollower(i * 7, "zombie" if zombie[i * 7] else "genuine", "ana") for i in range(30)]
    few = assess(scored, MODELS["good"], NONE, rng=seeded(), labels=labels[:29])
    enough = assess(scored, MODELS["good"], NONE, rng=seeded(), labels=labels)
    assert "PPI++" not in few.share.method
    assert any("29 followers are labelled" in warning for warning in few.share.warnings)
    assert enough.share.method == "PPI++, 30 labels"
    assert present(enough.labels).count == 30


def test_warnings_of_the_frame() -> None:
    """A window, an unknown declared count and a list longer than declared are all said."""
    scores = binormal(np.zeros(50), 0.95, seeded(7))
    window = assess(sample(scores, complete=False), MODELS["good"], NONE, rng=seeded()).share
    assert any("window" in warning for warning in window.warnings)
    assert any("declared follower count is unknown" in warning for warning in window.warnings)
    assert window.whole_account is None
    short = assess(sample(scores, declared=10), MODELS["good"], NONE, rng=seeded()).share
    assert any("declares 10 followers but lists" in warning for warning in short.warnings)
    assert short.whole_account == short.whole_frame


def test_dormant_needs_known_activity() -> None:
    """Unknown activity counts on neither side and is said; with none known there is no dormant share."""
    scores = binormal(np.zeros(100), 0.95, seeded(8))
    half = np.repeat([1.0, 0.0, np.nan], [30, 30, 40])
    assessment = assess(sample(scores, silent=half), MODELS["good"], NONE, rng=seeded())
    assert present(assessment.dormant).low <= 0.5 <= present(assessment.dormant).high
    assert any("activity of 40 of 100" in warning for warning in assessment.share.warnings)
    unknown = assess(sample(scores, silent=np.full(100, np.nan)), MODELS["good"], NONE, rng=seeded())
    assert unknown.dormant is None
    active = assess(sample(scores, silent=np.zeros(100)), MODELS["good"], NONE, rng=seeded())
    assert present(active.dormant).estimate == 0.0
    assert present(active.dormant).high < 0.05


def test_census_knows_who_is_unknown() -> None:
    """Where all were drawn the unknown share is exact."""
    scored = Scored(np.full(90, 0.1), np.arange(90), 100, 100, skipped=np.arange(90, 100))
    assert assess(scored, MODELS["good"], NONE, rng=seeded()).unknown == Interval(0.1, 0.1, 0.1)


def test_posterior_is_the_score_at_the_share() -> None:
    """Posteriors keep the order of the scores and average to about the share."""
    rng = seeded(9)
    scores = binormal(rng.random(2000) < 0.1, 0.95, rng)
    known = templates(0.95, 2000, rng)
    assessment = assess(sample(scores), known, reference(0.95, sample(scores), rng), rng=rng)
    assert (np.diff(assessment.posterior[np.argsort(scores)]) >= 0).all()
    assert assessment.posterior.mean() == pytest.approx(assessment.share.estimate, abs=0.02)


@pytest.mark.parametrize(("auc", "n"), [(0.9, 400), (0.99, 1000)])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 1.0])
def test_interval_covers(auc: float, n: int, share: float) -> None:
    """G1, a fast part: each audit with templates of its own, the interval holds the truth in at least 94%."""
    rng = seeded(10)
    rounds, held, wide, perfect = 150, 0, 0.0, 0.0
    for _ in range(rounds):
        known = templates(auc, 1000, rng)
        assessment = assess(
            sample(binormal(rng.random(n) < share, auc, rng)), known, NONE, rng=rng, gate_refits=0
        )
        inside = assessment.known_kinds
        held += inside.low <= share <= inside.high
        low, high = wilson(rng.binomial(n, share), n)
        wide, perfect = wide + inside.high - inside.low, perfect + high - low
    # .94 less two standard errors of the simulation.
    assert held / rounds >= 0.90
    if auc == 0.99 and share == 0.5:
        assert wide <= 1.25 * perfect


def test_an_assessment_is_fast() -> None:
    """Under 50 ms at n = 1,000 beside the gate, under a second with it (in processor time)."""
    rng = seeded(11)
    known = templates(0.95, 1000, rng)
    scored = sample(binormal(rng.random(1000) < 0.3, 0.95, rng))
    assess(scored, known, NONE, rng=rng)
    for refits, limit in ((0, 0.05), (199, 1.0)):
        times = []
        for _ in range(5):
            start = time.process_time()
            assess(scored, known, NONE, rng=rng, gate_refits=refits)
            times.append(time.process_time() - start)
        assert min(times) < limit
