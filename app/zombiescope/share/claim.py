"""A published claim held against the audit, and the audit in sentences that a newspaper can print."""

from __future__ import annotations

import math

from zombiescope.domain import Claim, Interval, Share, Span, Verdict
from zombiescope.errors import EstimateError

__all__ = ["ASSUMING", "CONSISTENT_WITHIN", "judge", "percent", "sentences", "verdict"]

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


def percent(share: float) -> str:
    """A share for print, to a tenth of a point; "87%", never "87.0%"."""
    return f"{100 * share:.1f}".removesuffix(".0") + "%"


def sentences(share: Share, claim: Claim | None) -> tuple[str, ...]:
    """The finding as sentences that stand alone: the share, the whole account, the claim."""
    lines = [_finding(share)]
    if share.whole_account is not None:
        lines.append(
            "Counting every declared follower, also those that the platform does not show or that could not "
            f"be reached, between {_range(share.whole_account)} are zombies."
        )
    if claim is not None:
        lines.append(_claim("of the followers that could be reached", claim.value, claim.verdict, share))
        if claim.whole_account_verdict is not None and share.whole_account is not None:
            lines.append(
                _claim("of the whole account", claim.value, claim.whole_account_verdict, share.whole_account)
            )
    return tuple(lines)


def _finding(share: Share) -> str:
    if share.low <= 0 and share.high >= 1:
        return "With this sample we cannot say what share of the followers are zombies."
    if share.estimate is not None and share.low == share.high:
        return f"Of the followers that could be reached, {percent(share.estimate)} are zombies."
    defended = f"Between {_range(share)} of the followers that could be reached are zombies"
    if share.assumes == "labels":
        defended = (
            f"By people's labels, between {_range(share)} of the followers that could be reached are zombies"
        )
    if share.estimate is None:
        return f"{defended}; a single figure would not be sound: {share.withheld or 'none was made'}."
    return f"{defended}; {percent(share.estimate)}{ASSUMING.get(share.assumes or '', '')}."


def _claim(whom: str, value: float, judgement: Verdict, within: Share | Span) -> str:
    if judgement == "cannot tell":
        return (
            f"With this sample we cannot say whether {percent(value)} {whom} are zombies: anything between "
            f"{_range(within)} is possible."
        )
    if judgement == "consistent" and isinstance(within, Share) and within.assumes == "known kinds":
        return (
            f"The claim of {percent(value)} is consistent with what we found{ASSUMING['known kinds']}: {whom} then "
            f"between {_range(within.if_known or within)} are zombies."
        )
    verdict = "consistent with what we found" if judgement == "consistent" else judgement
    return (
        f"With this sample we can say that the claim of {percent(value)} is {verdict}: {whom} between "
        f"{_range(within)} are zombies."
    )


def _range(within: Share | Span | Interval) -> str:
    """The ends, rounded outwards to a tenth of a point: what is printed must hold what was found."""
    low = math.floor(round(1000 * within.low, 6)) / 1000
    high = math.ceil(round(1000 * within.high, 6)) / 1000
    return f"{percent(low)} and {percent(high)}"
