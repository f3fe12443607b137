"""The types that a store takes and returns: audits with their inputs, their lines in a list, labels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.domain import Audit, Label, Status
from zombiescope.errors import InputError
from zombiescope.share import Reference, Scored, Templates

__all__ = [
    "Claimed",
    "LabelRow",
    "ModelRow",
    "NoSuchAudit",
    "StoredAudit",
    "Summary",
    "TrainingState",
    "Unfinished",
    "WorkerRow",
]

TrainingState = Literal["queued", "running", "done", "failed"]


@dataclass(frozen=True)
class StoredAudit:
    """A finished audit with all that is needed to show it, and to estimate it again with labels.

    rows: the scored followers' records (`records.SCHEMA`), in the order of `audit.followers`.
    features: (rows, features) float64 of the same followers, columns `features.catalogue.NAMES`; None where they
    were kept under another catalogue, so that they are to be extracted from the rows again.
    """

    audit: Audit
    rows: pa.Table
    scored: Scored
    templates: Templates
    reference: Reference
    features: npt.NDArray[np.float64] | None


@dataclass(frozen=True)
class Summary:
    """One audit as a list of audits shows it."""

    id: str
    account: str
    status: Status
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class Claimed:
    """An audit that a run has taken on.

    request: what was asked, as JSON. model, money, origin: as begun (`Audits.begin`). starts: how often it was
    taken on before without being handed back. first: whether it never was before. tenant: whose it is.
    """

    audit: Audit
    request: bytes
    model: str | None
    money: float
    origin: str | None
    starts: int
    started_at: datetime
    first: bool
    tenant: str = "default"


@dataclass(frozen=True)
class WorkerRow:
    """A process that works at jobs. form: of the jobs it knows. beat: counts up while it lives."""

    id: str
    form: str
    host: str
    pid: int
    beat: int
    seen_at: datetime


@dataclass(frozen=True)
class ModelRow:
    """A model in training, or trained, through the service.

    state: queued, running, done or failed. by: whose key asked for it. progress: what is being done, for people.
    """

    name: str
    state: TrainingState
    by: str
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    base: str | None = None
    progress: str | None = None
    error: str | None = None
    model: str | None = None


@dataclass(frozen=True)
class LabelRow:
    """One person's verdict on one follower of an audit; label None is "cannot tell"."""

    follower: str
    label: Label | None
    annotator: str
    at: datetime
    note: str = ""


class NoSuchAudit(InputError):
    """No audit of that id is stored."""

    status = 404
    advice = "Give the id of a stored audit."


class Unfinished(InputError):
    """The audit has no answer: it is still going on, or it failed."""

    status = 409
    advice = "Wait until the audit is done."
