"""Claims: one of four verdicts, which never contradict the interval that is printed."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zombiescope.domain import Interval, Share, Span
from zombiescope.errors import EstimateError
from zombiescope.share import verdict
from zombiescope.share.claim import judge

UNIT = st.floats(0, 1)


def share(low: float, high: float, estimate: float | None = None, whole: Span | None = None) -> Share:
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
def test_verdicts_are_exhaustive_and_exclusive(claim: float, one: float, other: float) -> None:
    """Above: too high. Below: too low. Inside and narrow: consistent. Inside and wide: cannot tell."""
    low, high = sorted((one, other))
    judgement = verdict(claim, low, high)
    assert (judgement == "too high") == (claim > high)
    assert (judgement == "too low") == (claim < low)
    assert (judgement == "consistent") == (low <= claim <= high and (high - low) / 2 <= 0.05)
    assert judgement in ("too high", "too low", "consistent", "cannot tell")


def test_whole_account_is_judged_by_itself() -> None:
    """A claim may be too high for the reached followers and still be possible for the whole account."""
    judgement = judge(0.87, share(0.4, 0.45, 0.42, whole=Span(0.2, 0.9)))
    assert (judgement.verdict, judgement.whole_account_verdict) == ("too high", "cannot tell")
    assert judge(0.42, share(0.4, 0.45, 0.42)).whole_account_verdict is None


@pytest.mark.parametrize("claim", [-0.1, 1.2, 87.0, float("nan")])
def test_a_claim_must_be_a_share(claim: float) -> None:
    """87 for 87% is refused with how to write it."""
    with pytest.raises(EstimateError):
        judge(claim, share(0.4, 0.45))


@given(UNIT, UNIT, UNIT, UNIT, UNIT, st.sampled_from(["known kinds", "deliveries", "labels", None]))
def test_a_verdict_never_contradicts_the_interval_beside_it(
    claim: float, one: float, other: float, at: float, reach: float, assumes: str | None
) -> None:
    """A claim inside the printed interval is never too high or too low, whatever is said of known kinds."""
    low, high = sorted((one, other))
    middle = low + at * (high - low)
    known = Interval(middle, max(low, middle - reach / 10), min(high, middle + reach / 10))
    measured = msgspec.structs.replace(share(low, high, middle), if_known=known, assumes=assumes)
    judgement = judge(claim, measured).verdict
    assert (judgement in ("too high", "too low")) == (not low <= claim <= high)
    if judgement == "consistent" and assumes != "labels":
        assert known.low <= claim <= known.high
