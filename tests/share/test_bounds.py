"""Bounds: unseen vendors, followers not reached, followers not listed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from share.simulated import templates
from zombiescope.domain import Span
from zombiescope.share import Templates, Validation
from zombiescope.share.bounds import (
    LEAST_OF_WORST,
    MOST_OF_WORST,
    WIDTH,
    Cut,
    choose_cut,
    unseen_vendor,
    whole_account,
    whole_frame,
)
from zombiescope.share.critical import wilson


def test_unseen_vendor_is_the_formula():
    """low = (a_lo - f_hi)/(1 - f_hi), high = a_hi/s_lo, with Wilson's ends of the flagged share."""
    scores = np.array([0.9] * 60 + [0.1] * 140)
    low, high = wilson(60, 200)
    found = unseen_vendor(scores, Cut(0.5, 0.45, 0.05))
    assert found.low == pytest.approx((low - 0.05) / 0.95)
    assert found.high == pytest.approx(high / 0.45)


def test_cut_allows_half_the_worst_sensitivity_and_the_worst_study():
    """Half of Wilson's low end of the worst vendor; twice Wilson's high end of the worst study."""
    known = Templates(np.full(1000, 0.9), np.linspace(0, 0.4, 1000))
    vendors = {"easy": np.full(400, 0.95), "hard": np.array([0.95] * 300 + [0.01] * 100)}
    studies = {"one": np.full(300, 0.01), "two": np.array([0.01] * 270 + [0.95] * 30)}
    cut = choose_cut(known, Validation(vendors, studies))
    assert cut.sensitivity == pytest.approx(LEAST_OF_WORST * wilson(300, 400)[0])
    assert cut.false_positives == pytest.approx(MOST_OF_WORST * wilson(30, 300)[1])


def test_without_a_left_out_vendor_there_is_no_upper_bound():
    """Templates say nothing of vendors that training never saw: the upper bound is 1."""
    known = templates(0.95, 300, np.random.default_rng(1))
    cut = choose_cut(known, Validation({}, {"a study": known.genuine}))
    assert unseen_vendor(np.full(100, 0.01), cut).high == 1.0


def test_the_widest_net_that_stays_narrow_enough():
    """A good detector affords a permissive cut; a poor one gets the cut with the narrowest bounds there are."""
    rng = np.random.default_rng(2)
    taken = {}
    for auc in (0.8, 0.999):
        known = templates(auc, 2000, rng)
        cut = choose_cut(known, Validation({"a": known.zombie, "b": known.zombie}, {"c": known.genuine}))
        taken[auc] = float(np.mean(known.genuine >= cut.at))
        widths = [
            unseen_vendor(
                np.where(np.arange(400) < 400 * share, 1.0, 0.0),
                Cut(0.5, cut.sensitivity, cut.false_positives),
            )
            for share in (0.1, 0.5, 1.0)
        ]
        if auc == 0.999:
            assert np.mean([bounds.high - bounds.low for bounds in widths]) <= WIDTH + 0.1
    assert taken[0.999] > taken[0.8]


def test_design_effect_widens_and_never_narrows():
    """Clustered samples widen the bounds; a design effect below one is not taken as more followers."""
    cut, scores = Cut(0.5, 0.45, 0.05), np.array([0.9] * 60 + [0.1] * 140)
    plain = unseen_vendor(scores, cut)
    wide, narrow = (unseen_vendor(scores, cut, design_effect=d) for d in (10.0, 0.1))
    assert wide.low < plain.low < plain.high < wide.high
    assert narrow == plain


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 500), st.integers(1, 500), st.integers(0, 5000))
def test_whole_frame_holds_every_answer_of_the_missing(one, other, scored, drawn, beyond):
    """Whatever those not reached are, the frame's share is within bounds that are within [0, 1]."""
    low, high = sorted((one, other))
    scored = min(scored, drawn)
    found = whole_frame(Span(low, high), scored=scored, drawn=drawn, listed=drawn + beyond)
    rate = scored / drawn
    assert 0 <= found.low <= rate * low + 1e-12
    assert rate * high + (1 - rate) - 1e-12 <= found.high <= 1 + 1e-12


def test_census_knows_its_response_rate():
    """Where every listed follower was drawn the response rate has no sampling error."""
    found = whole_frame(Span(0.4, 0.5), scored=90, drawn=100, listed=100)
    assert (found.low, found.high) == pytest.approx((0.36, 0.55))


def test_whole_account():
    """Declared followers that are not listed may be anything; fewer declared than listed change nothing."""
    frame = Span(0.2, 0.4)
    half = whole_account(frame, listed=500, declared=1000)
    assert half is not None
    assert (half.low, half.high) == pytest.approx((0.1, 0.7))
    assert whole_account(frame, listed=500, declared=400) == frame
    assert whole_account(frame, listed=500, declared=0) == frame
    assert whole_account(frame, listed=500, declared=None) is None


def test_wilson_is_the_inverted_score_test():
    """The ends are the shares whose score test is exactly at its critical value."""
    low, high = wilson(7, 40)
    for end in (low, high):
        assert (7 / 40 - end) ** 2 / (end * (1 - end) / 40) == pytest.approx(3.841458820694124)
    assert wilson(0, 40)[0] == 0.0
    assert wilson(40, 40)[1] == 1.0
    assert wilson(0, 0) == (0.0, 1.0)
