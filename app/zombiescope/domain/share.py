"""Shares, intervals, labels, drift and claims. No I/O."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = [
    "Assumption",
    "Claim",
    "Crowd",
    "Crowded",
    "Drift",
    "FieldsKnown",
    "Interval",
    "LabellerErrors",
    "Labels",
    "Sensitivity",
    "Share",
    "Span",
    "Verdict",
]

Assumption = Literal["labels", "deliveries", "known kinds"]
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
    """The zombie share of the reached frame, with all its bounds. Shares are between 0 and 1.

    low, high: the interval that the audit defends: it allows for vendors and people never seen, or comes from labels.
    estimate: the best estimate inside it, None where it is withheld; assumes: what it stands on; withheld: why there
    is none. if_known: estimate and interval if the fakes are of known kinds, None where withheld. refused: why these
    followers cannot be judged without labels, whatever their scores: low and high then say nothing.
    in_domain, unseen_vendor: of audits of schema 1 alone, whose `low` and `high` assumed known kinds of fakes where
    in_domain is not False.
    """

    estimate: float | None
    low: float
    high: float
    level: float
    method: str
    assumes: Assumption | None = None
    withheld: str | None = None
    if_known: Interval | None = None
    refused: str | None = None
    whole_frame: Span | None
    whole_account: Span | None
    warnings: tuple[str, ...] = ()
    in_domain: bool | msgspec.UnsetType | None = msgspec.UNSET
    unseen_vendor: Span | msgspec.UnsetType | None = msgspec.UNSET


class Sensitivity(msgspec.Struct, frozen=True, kw_only=True):
    """The defended interval if one thing were otherwise. what: completes "if ..." or "without ..."."""

    what: str
    low: float
    high: float


class FieldsKnown(msgspec.Struct, frozen=True, kw_only=True):
    """Which record fields the followers have. missing: of every follower.

    not_understood: columns of the file that no field was read from.
    """

    known: tuple[str, ...]
    missing: tuple[str, ...]
    not_understood: tuple[str, ...] = ()


class LabellerErrors(msgspec.Struct, frozen=True, kw_only=True):
    """One labeller's error rates that fit the shares the answers leave possible: zombies missed, people accused."""

    annotator: str
    missed: Span
    accused: Span


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """The human labels of a sample, and the share as they give it.

    count: followers labelled. kappa: Cohen's. overlap: followers that two or more labelled. interval: the share at this
    number of labels, taken for right; None below ten. anytime: a confidence sequence, for whoever looks at the interval
    after each label and stops when it pleases. with_20_more: its half-width that 20 further labels would be expected
    to give. if_labellers_err: the shares that the answers leave possible where two people labelled 30 followers and do
    not agree on all of them; errors: each labeller's over these shares. if_as_published: `interval` if labellers erred
    as in a published experiment (Cresci et al. 2017).
    """

    count: int
    annotators: int
    kappa: float | None
    overlap: int = 0
    interval: Interval | None = None
    anytime: Span | None = None
    with_20_more: float | None = None
    if_labellers_err: Span | None = None
    errors: tuple[LabellerErrors, ...] = ()
    if_as_published: Interval | None = None


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
