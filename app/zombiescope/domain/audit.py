"""An audit: the JSON of the command line and of the service. No I/O."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from zombiescope.domain.evidence import Evidence
from zombiescope.domain.follower import learn
from zombiescope.domain.frame import AccountInfo, Frame, Sample
from zombiescope.domain.share import Claim, Crowd, Drift, FieldsKnown, Interval, Labels, Sensitivity, Share

__all__ = ["SCHEMA", "Audit", "Cost", "FollowerScore", "ModelInfo", "Progress", "Reason", "Status"]

SCHEMA = 2  # of new audits
Status = Literal["queued", "running", "done", "failed", "cancelled"]


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a follower got its score. `effect` is in log-odds, where effects add up."""

    feature: str
    value: float | None
    effect: float
    text: str


class FollowerScore(msgspec.Struct, frozen=True, kw_only=True):
    """One scored follower. `score` is at the balanced prior; `posterior` at the audit's share.

    local_score: how much the follower is like those in the list's deliveries (0 to 1), for sorting and for choosing
    whom to look at: no fact about a person. None where there are no deliveries or the list's own detector fails its
    check.
    """

    id: str
    handle: str | None
    position: int
    score: float
    posterior: float | None
    reasons: tuple[Reason, ...] | None = None
    local_score: float | None = None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an audit has come."""

    followers: int = 0
    of: int | None = None
    requests: int = 0


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit cost: requests sent, seconds of wall clock, money in US dollars."""

    requests: int = 0
    seconds: float = 0.0
    money: float = 0.0


class ModelInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Which detector scored the followers; `sha256` is of its card."""

    name: str
    version: str
    sha256: str


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """All of one account's audit as of a date: the JSON of the command line and of the service."""

    schema: int = SCHEMA  # audits of schema 1 are read and shown as they were
    id: str
    status: Status
    created_at: datetime
    finished_at: datetime | None = None
    error: str | None = None
    simulated: bool = False
    progress: Progress | None = None
    cost: Cost | None = None
    account: AccountInfo | None = None
    as_of: datetime | None = None
    model: ModelInfo | None = None
    frame: Frame | None = None
    sample: Sample | None = None
    share: Share | None = None
    dormant: Interval | None = None
    unknown: Interval | None = None
    labels: Labels | None = None
    fields: FieldsKnown | None = None
    sensitivity: tuple[Sensitivity, ...] | None = None
    drift: tuple[Drift, ...] | None = None
    crowd: Crowd | None = None
    claim: Claim | None = None
    evidence: Evidence | None = None
    followers: tuple[FollowerScore, ...] | None = None


learn(Audit)
