"""Two models on the accounts that both hold as reference groups, each scored by fold models that never saw the group.

A card's figures are those of its own training files. The reference groups are in the artefacts themselves, so two
models of different files are compared as well, on the groups whose accounts are the same in both, and on no others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import rankdata

from zombiescope.arrays import FloatArray
from zombiescope.detector.artefact import Artefact
from zombiescope.detector.reference import GroupScores, ReferenceGroup, groups_of_artefact

__all__ = ["Figures", "on_common_reference"]

Figures = Mapping[str, float]
_LEAST = 20  # accounts of a group: the AUC of fewer is noise
_EVERY_FIELD: frozenset[str] = frozenset()


def on_common_reference(new: Artefact, current: Artefact) -> tuple[str, Figures, Figures] | None:
    """What the accounts are, and each model's lowest AUC of a common vendor against the common studies.

    None where the two hold no common vendor or no common study that both left out.
    """
    ours, theirs = groups_of_artefact(new), groups_of_artefact(current)
    pairs = [(a, b) for a in ours for b in theirs if _same_accounts(a, b)]
    vendors, studies = ([pair for pair in pairs if pair[0].kind == kind] for kind in ("vendor", "study"))
    if not vendors or not studies:
        return None
    figures = [
        {
            "auc": _lowest_auc(
                [pair[which].scored(_EVERY_FIELD) for pair in vendors],
                [pair[which].scored(_EVERY_FIELD) for pair in studies],
            )
        }
        for which in (0, 1)
    ]
    accounts = f"the worst of {len(vendors)} vendors that both hold, against {len(studies)} studies"
    return accounts, figures[0], figures[1]


def _same_accounts(a: ReferenceGroup, b: ReferenceGroup) -> bool:
    """Whether the groups are the same accounts, seen alike: every feature that both models are given is equal."""
    if (a.name, a.kind, a.platform) != (b.name, b.kind, b.platform) or not (a.left_out and b.left_out):
        return False
    if len(a.matrix) != len(b.matrix) or len(a.matrix) < _LEAST:
        return False
    both = sorted(set(a.inputs) & set(b.inputs))
    return bool(both) and np.array_equal(a.matrix[:, both], b.matrix[:, both], equal_nan=True)


def _lowest_auc(vendors: Sequence[GroupScores], studies: Sequence[GroupScores]) -> float:
    genuine = np.concatenate([study.scores for study in studies])
    return min(_auc(vendor.scores, genuine) for vendor in vendors)


def _auc(zombie: FloatArray, genuine: FloatArray) -> float:
    """The probability that a zombie scores above a genuine account (Mann-Whitney, ties a half)."""
    ranks = rankdata(np.concatenate([zombie, genuine]))[: len(zombie)]
    return float((ranks.mean() - (len(zombie) + 1) / 2) / len(genuine))
