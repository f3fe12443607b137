"""Shares, intervals, labels, drift and claims. No I/O."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = ["Claim", "Crowd", "Crowded", "Drift", "Interval", "Labels", "Share", "Span", "Verdict"]

Verdict = Literal["consistent", "too high", "too low", "cannot tell"]


class Span(msgspec.Struct, frozen=True):
    """An interval without a point: bounds."""

    low: float
    high: float


class Interval(msgspec.Struct, frozen=True):
    """A share with its interval; `estimate` is None where only bounds can be given."""

    estimate: float | None
    low: float
    high: float


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """The zombie share of the reached frame, with all its bounds. Shares are between 0 and 1."""

    estimate: float | None
    low: float
    high: float
    level: float
    method: str
    in_domain: bool | None
    unseen_vendor: Span | None
    whole_frame: Span | None
    whole_account: Span | None
    warnings: tuple[str, ...] = ()


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """The human labels that the share leans on."""

    count: int
    annotators: int
    kappa: float | None


class Drift(msgspec.Struct, frozen=True):
    """How far one feature of the sample has moved from training: the population stability index."""

    feature: str
    psi: float


class Crowded(msgspec.Struct, frozen=True):
    """A feature that a crowd shares: the share of the list, and of known genuine accounts, who have it as they do."""

    feature: str
    here: float
    known: float


class Crowd(msgspec.Struct, frozen=True):
    """Followers whom the detector takes for people and who stand together, unlike known people: a reason to look."""

    followers: tuple[str, ...]
    features: tuple[Crowded, ...]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A published claim held against the interval, and against the whole-account bounds."""

    value: float
    verdict: Verdict
    whole_account_verdict: Verdict | None
