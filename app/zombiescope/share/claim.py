"""A published claim held against the audit, and the audit in sentences that a newspaper can print."""

from __future__ import annotations

import math

from zombiescope.domain import Claim, Share, Span, Verdict
from zombiescope.errors import EstimateError

__all__ = ["CONSISTENT_WITHIN", "judge", "percent", "sentences", "verdict"]

CONSISTENT_WITHIN = 0.05  # a wider interval holds a claim without supporting it


def verdict(claim: float, low: float, high: float) -> Verdict:
    """What an interval says of a claimed share; one of the four always holds."""
    if claim > high:
        return "too high"
    if claim < low:
        return "too low"
    return "consistent" if (high - low) / 2 <= CONSISTENT_WITHIN else "cannot tell"


def judge(claim: float, share: Share) -> Claim:
    """The claim against the share's interval and, separately, against the whole-account bounds.

    Raises EstimateError for a claim that is not between 0 and 1.
    """
    if not 0 <= claim <= 1:
        raise EstimateError(f"A claimed share of {claim} is not between 0 and 1.", "Write 87% as 0.87.")
    whole = share.whole_account
    return Claim(
        value=claim,
        verdict=verdict(claim, share.low, share.high),
        whole_account_verdict=None if whole is None else verdict(claim, whole.low, whole.high),
    )


def percent(share: float) -> str:
    """A share for print, to a tenth of a point; "87%", never "87.0%"."""
    return f"{100 * share:.1f}".removesuffix(".0") + "%"


def sentences(share: Share, claim: Claim | None) -> tuple[str, ...]:
    """The finding as sentences that stand alone: the share, the whole account, the claim."""
    said = [_finding(share)]
    if share.whole_account is not None:
        said.append(
            "Counting every declared follower, also those that the platform does not show or that could not "
            f"be reached, between {_range(share.whole_account)} are zombies."
        )
    if claim is not None:
        said.append(_claim("of the followers that could be reached", claim.value, claim.verdict, share))
        if claim.whole_account_verdict is not None and share.whole_account is not None:
            said.append(
                _claim("of the whole account", claim.value, claim.whole_account_verdict, share.whole_account)
            )
    return tuple(said)


def _finding(share: Share) -> str:
    sure = percent(share.level)
    if share.estimate is None and share.low == 0 and share.high == 1:
        return "With this sample we cannot say what share of the followers are zombies."
    if share.estimate is None:
        return (
            f"With this sample we can say that between {_range(share)} of the followers that could be "
            "reached are zombies; a single figure would not be sound: these followers may differ from the "
            "accounts that the detector learned from."
        )
    if share.low == share.high:
        return f"Of the followers that could be reached, {percent(share.estimate)} are zombies."
    return (
        f"About {percent(share.estimate)} of the followers that could be reached are zombies; with {sure} "
        f"confidence the share is between {_range(share)}."
    )


def _claim(whom: str, value: float, found: Verdict, within: Share | Span) -> str:
    if found == "cannot tell":
        return (
            f"With this sample we cannot say whether {percent(value)} {whom} are zombies: anything between "
            f"{_range(within)} is possible."
        )
    judgement = "consistent with what we found" if found == "consistent" else found
    return (
        f"With this sample we can say that the claim of {percent(value)} is {judgement}: {whom} between "
        f"{_range(within)} are zombies."
    )


def _range(within: Share | Span) -> str:
    """The ends, rounded outwards to a tenth of a point: what is printed must hold what was found."""
    low = math.floor(round(1000 * within.low, 6)) / 1000
    high = math.ceil(round(1000 * within.high, 6)) / 1000
    return f"{percent(low)} and {percent(high)}"
