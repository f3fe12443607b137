"""Bounds for followers that were drawn and not reached, and for those that the list does not show."""

from __future__ import annotations

from zombiescope.domain import Span
from zombiescope.share.critical import wilson

__all__ = ["whole_account", "whole_frame"]


def whole_frame(reached: Span, *, scored: int, drawn: int, listed: int, level: float = 0.95) -> Span:
    """Bounds on the frame's share when nothing is known of those drawn and not reached.

    [r L, r U + (1 - r)] with the response rate r at its lower limit (Manski 2003; Imbens & Manski 2004,
    conservative). r has sampling error only as far as the list was sampled: none in a census.
    """
    left = 1 - drawn / listed
    rate = scored / drawn
    if left > 0:
        rate = wilson(scored / left, drawn / left, level)[0]
    return Span(rate * reached.low, rate * reached.high + (1 - rate))


def whole_account(frame: Span, *, listed: int, declared: int | None) -> Span | None:
    """Bounds on the declared followers' share when nothing is known of those the list does not show.

    None where the platform declares no count.
    """
    if declared is None:
        return None
    shown = min(1.0, listed / declared) if declared > 0 else 1.0
    return Span(shown * frame.low, shown * frame.high + (1 - shown))
