"""Statements of one audit that would contradict each other are reconciled or withheld here, before they are printed."""

from __future__ import annotations

from msgspec.structs import replace

from zombiescope.domain import Evidence, Interval, Share, Span
from zombiescope.share.defended import Defended
from zombiescope.share.estimate import Estimate

__all__ = ["MOST", "dormant_within", "evidence_within", "if_known_within", "part_within", "refusal"]


MOST = 0.5  # of the followers: what holds for so many decides of the whole


def refusal(bounds: Defended) -> str | None:
    """Why most of the followers cannot be judged without labels; None where they can."""
    if bounds.refused < MOST:
        return None
    if bounds.refusal == "counts":
        return "fewer than two of the three counts (followers, following, posts) are known of these followers"
    return f"the model knows no accounts on {' and '.join(bounds.platforms)}"


def if_known_within(estimate: Estimate | None, bounds: Defended) -> tuple[Interval | None, str | None]:
    """The estimate if the fakes are of known kinds, inside the defended interval; else why it is withheld.

    Its interval is cut to the defended one: both hold if the fakes are of known kinds.
    """
    if estimate is None:
        return None, "no follower was reached"
    if bounds.refused >= MOST:
        return None, refusal(bounds)
    if bounds.blind >= MOST:
        return None, "the detector cannot tell these followers apart with the fields they have"
    if estimate.point is None:
        return None, "the model's templates do not tell zombies from genuine accounts"
    if not estimate.sound:
        return None, (
            "the followers do not look like a mixture of the accounts that the detector knows "
            f"(p = {estimate.p_value:.3g})"
        )
    if not bounds.low <= estimate.point <= bounds.high:
        return None, "it lies outside the interval that is defended for vendors and people never seen"
    return Interval(estimate.point, max(estimate.low, bounds.low), min(estimate.high, bounds.high)), None


def part_within(part: float | None, weight: float, whole: Span) -> float | None:
    """The share of a part of the list (a block, a family) as printed beside the whole's interval.

    part: its estimate. weight: its part of the list, 0 to 1. None where the whole's limits rule the estimate out: the
    zombies of the part alone would be more than `whole.high`, or its genuine accounts more than 1 - `whole.low`.
    """
    if part is None or part * weight > whole.high or (1 - part) * weight > 1 - whole.low:
        return None
    return part


def evidence_within(evidence: Evidence, share: Share) -> Evidence:
    """The evidence with the shares of its blocks and families as the whole's interval lets them stand.

    A part's share assumes known kinds of fakes; where the whole's estimate by the same assumption is withheld, the
    parts' are too.
    """
    whole = Span(share.low, share.high)

    def part(one: float | None, followers: int) -> float | None:
        if share.if_known is None or not evidence.examined:
            return None
        return part_within(one, followers / evidence.examined, whole)

    families = evidence.families
    return replace(
        evidence,
        blocks=tuple(replace(one, share=part(one.share, one.followers)) for one in evidence.blocks),
        sign_ups=tuple(replace(one, share=part(one.share, one.followers)) for one in evidence.sign_ups),
        families=None
        if families is None
        else tuple(replace(one, share=part(one.share, one.followers)) for one in families),
    )


def dormant_within(dormant: Interval, silent: Interval, share: Share) -> Interval:
    """The dormant share beside the zombie share of the whole: no more than its genuine accounts hold.

    All silent followers that are not zombies are dormant, so the dormant are at least the silent less all zombies, and
    at most the genuine.
    """
    high = min(dormant.high, 1 - share.low)
    low = min(max(dormant.low, silent.low - share.high), high)
    estimate = dormant.estimate
    return Interval(None if estimate is None else min(max(estimate, low), high), low, high)
