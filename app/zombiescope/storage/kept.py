"""What a store takes and gives back: audits with what they were made of, their lines in a list, labels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.domain import Audit, Label, Status
from zombiescope.errors import InputError
from zombiescope.share import Scored, Templates, Validation

__all__ = ["Kept", "LabelRow", "NoSuchAudit", "Summary", "Unfinished"]


@dataclass(frozen=True)
class Kept:
    """A finished audit with all that is needed to show it, and to estimate it again with labels.

    rows: the scored followers' records (`records.SCHEMA`), in the order of `audit.followers`.
    features: (rows, features) float64 of the same followers, columns `features.catalogue.NAMES`.
    """

    audit: Audit
    rows: pa.Table
    scored: Scored
    templates: Templates
    validation: Validation
    features: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Summary:
    """One audit as a list of audits shows it."""

    id: str
    account: str
    status: Status
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class LabelRow:
    """One person's verdict on one follower of an audit; label None is "cannot tell"."""

    follower: str
    label: Label | None
    annotator: str
    at: datetime
    note: str = ""


class NoSuchAudit(InputError):
    """No audit of that id is kept."""

    status = 404
    advice = 'Give an audit\'s id, the beginning of one, or "last".'


class Unfinished(InputError):
    """The audit has no answer: it is still going on, or it failed."""

    status = 409
    advice = "Wait until the audit is done."
