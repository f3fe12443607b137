"""The zombie share: its estimate, interval, bounds, labels and claims (docs/method.md)."""

from __future__ import annotations

from zombiescope.share.assess import REFITS, Assessment, assess
from zombiescope.share.claim import judge, percent, sentences, verdict
from zombiescope.share.inputs import LabelledFollower, Scored, Templates, Validation
from zombiescope.share.labels import ENOUGH, cohen_kappa, label_order

__all__ = [
    "ENOUGH",
    "REFITS",
    "Assessment",
    "LabelledFollower",
    "Scored",
    "Templates",
    "Validation",
    "assess",
    "cohen_kappa",
    "judge",
    "label_order",
    "percent",
    "sentences",
    "verdict",
]
