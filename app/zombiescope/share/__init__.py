"""The zombie share: its estimate, interval, bounds, labels and claims (docs/method.md)."""

from __future__ import annotations

from zombiescope.share.assess import REFITS, Assessment, assess
from zombiescope.share.claim import verdict
from zombiescope.share.consistency import evidence_within
from zombiescope.share.defended import Defended, attainable, defended
from zombiescope.share.inputs import (
    COUNTS,
    LabelledFollower,
    Reference,
    ReferenceGroup,
    Scored,
    Stratum,
    Templates,
)
from zombiescope.share.label_answer import LEAST_LABELS, label_progress
from zombiescope.share.labels import LABELS_NEEDED, cohen_kappa, label_order, labels_for

__all__ = [
    "COUNTS",
    "LABELS_NEEDED",
    "LEAST_LABELS",
    "REFITS",
    "Assessment",
    "Defended",
    "LabelledFollower",
    "Reference",
    "ReferenceGroup",
    "Scored",
    "Stratum",
    "Templates",
    "assess",
    "attainable",
    "cohen_kappa",
    "defended",
    "evidence_within",
    "label_order",
    "label_progress",
    "labels_for",
    "verdict",
]
