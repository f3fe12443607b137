"""Claims: one of four verdicts, and sentences that stand alone in a newspaper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zombiescope.domain import Share, Span
from zombiescope.errors import EstimateError
from zombiescope.share import percent, verdict
from zombiescope.share.claim import judge, sentences

UNIT = st.floats(0, 1)


def share(low, high, estimate=None, whole=None):
    return Share(
        estimate=estimate,
        low=low,
        high=high,
        level=0.95,
        method="a method",
        whole_frame=None,
        whole_account=whole,
    )


@given(UNIT, UNIT, UNIT)
def test_verdicts_are_exhaustive_and_exclusive(claim, one, other):
    """Above: too high. Below: too low. Inside and narrow: consistent. Inside and wide: cannot tell."""
    low, high = sorted((one, other))
    judgement = verdict(claim, low, high)
    assert (judgement == "too high") == (claim > high)
    assert (judgement == "too low") == (claim < low)
    assert (judgement == "consistent") == (low <= claim <= high and (high - low) / 2 <= 0.05)
    assert judgement in ("too high", "too low", "consistent", "cannot tell")


def test_whole_account_is_judged_by_itself():
    """A claim may be too high for the reached followers and still be possible for the whole account."""
    judgement = judge(0.87, share(0.4, 0.45, 0.42, whole=Span(0.2, 0.9)))
    assert (judgement.verdict, judgement.whole_account_verdict) == ("too high", "cannot tell")
    assert judge(0.42, share(0.4, 0.45, 0.42)).whole_account_verdict is None


@pytest.mark.parametrize("claim", [-0.1, 1.2, 87.0, float("nan")])
def test_a_claim_must_be_a_share(claim):
    """87 for 87% is refused with how to write it."""
    with pytest.raises(EstimateError):
        judge(claim, share(0.4, 0.45))


@pytest.mark.parametrize(
    ("value", "text"), [(0.87, "87%"), (0.874, "87.4%"), (0, "0%"), (1, "100%"), (0.0004, "0%"), (0.05, "5%")]
)
def test_percent(value, text):
    """To a tenth of a point, without an empty decimal."""
    assert percent(value) == text


def test_sentences_name_the_claim_and_the_interval():
    """Each sentence holds its own figures and says what it is a share of."""
    measured = share(0.4, 0.45, 0.42, whole=Span(0.2, 0.9))
    lines = sentences(measured, judge(0.87, measured))
    assert len(lines) == 4
    assert "42%" in lines[0]
    assert "etween 40% and 45%" in lines[0]
    assert "20% and 90%" in lines[1]
    assert "we can say that the claim of 87% is too high" in lines[2]
    assert "we cannot say whether 87% of the whole account are zombies" in lines[3]
    assert all(sentence.endswith(".") for sentence in lines)


def test_printed_ends_are_rounded_outwards():
    """What is printed holds what was found: an upper limit of .04% is not printed as 0%."""
    assert "etween 0% and 0.1%" in sentences(share(0.0, 0.0004, 0.0001), None)[0]
    assert "etween 87.1% and 90%" in sentences(share(0.8719, 0.9, 0.88), None)[0]


def test_sentences_without_a_point():
    """Bounds are given as bounds, and a sample that says nothing says so."""
    assert "single figure would not be sound" in sentences(share(0.2, 0.6), None)[0]
    assert sentences(share(0.0, 1.0), None) == (
        "With this sample we cannot say what share of the followers are zombies.",
    )
    assert (
        "consistent with what we found" in sentences(share(0.4, 0.45, 0.42), judge(0.41, share(0.4, 0.45)))[1]
    )
