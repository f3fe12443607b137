"""A published claim held against the audit."""

from __future__ import annotations

from zombiescope.domain import Claim, Share, Span, Verdict
from zombiescope.errors import EstimateError

__all__ = ["ASSUMING", "CONSISTENT_WITHIN", "judge", "verdict"]

# What the best estimate assumes, after its figure.
ASSUMING = {
    "labels": " as best estimate",
    "deliveries": " with what stands together in the follow order",
    "known kinds": " if the fakes are of kinds that the detector knows",
}
CONSISTENT_WITHIN = 0.05  # a wider interval holds a claim without supporting it


def verdict(claim: float, low: float, high: float, narrow: Span | None = None) -> Verdict:
    """What an interval says of a claimed share; one of the four always holds.

    narrow: an interval inside [low, high] that holds under an assumption; a claim inside it is consistent where its
    half-width is at most `CONSISTENT_WITHIN`. None: [low, high] itself is what a claim is held against.
    """
    if claim > high:
        return "too high"
    if claim < low:
        return "too low"
    near = narrow or Span(low, high)
    supported = near.low <= claim <= near.high and (near.high - near.low) / 2 <= CONSISTENT_WITHIN
    return "consistent" if supported else "cannot tell"


def judge(claim: float, share: Share) -> Claim:
    """The claim against the share's defended interval and, separately, against the whole-account bounds.

    Raises EstimateError for a claim that is not between 0 and 1.
    """
    if not 0 <= claim <= 1:
        raise EstimateError(f"A claimed share of {claim} is not between 0 and 1.", "Write 87% as 0.87.")
    whole = share.whole_account
    known = share.if_known if share.assumes != "labels" else None
    return Claim(
        value=claim,
        verdict=verdict(claim, share.low, share.high, None if known is None else Span(known.low, known.high)),
        whole_account_verdict=None if whole is None else verdict(claim, whole.low, whole.high),
    )
