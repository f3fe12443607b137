"""The short form of the stress table: the shipped model's own reference groups, pair by pair, without any data set.

The artefact holds accounts of each group and models that never saw the group. A list is made of a vendor's and a
study's accounts, each scored by the models that left it out, and held against the other groups. Unlike in the long
form these were trained with the other group of the pair, so this flatters a little; it takes seconds.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.stress_audits import LEAST_PEOPLE, Case, ScoredSide, StressAudit, audits
from benchmarks.stress_groups import FAULTS, Fault
from zombiescope.detector import Artefact, Detector, GroupScores
from zombiescope.detector.parts import part_of
from zombiescope.features import CATALOGUE, FIELDS, INDEX

__all__ = ["reference_audits", "without"]

# The artefact holds ages, not dates: the faults of a date cannot be made from it.
UNDATED = [fault for fault in FAULTS if not fault.late]


def without(artefact: Artefact, names: Collection[tuple[str, str]]) -> Artefact:
    """The artefact without some reference groups, by kind and name."""
    groups = [one for one in artefact.reference["groups"] if (one["kind"], one["name"]) not in names]
    return replace(artefact, reference_json=json.dumps({"groups": groups}).encode())


def reference_audits(
    artefact: Artefact,
    seed: int,
    *,
    shares: Sequence[float],
    sizes: Sequence[int],
    faults: Sequence[Fault] = UNDATED,
) -> list[StressAudit]:
    """Audits of each vendor with each study that the artefact's models left out."""
    whole = Detector(artefact)
    groups = [one for one in whole.reference_scores(frozenset()) if one.left_out]
    lacks = {(one["kind"], one["name"]): _lacks(one["values"]) for one in artefact.reference["groups"]}
    rows: list[StressAudit] = []
    for number, (vendor, study) in enumerate(
        (vendor, study)
        for vendor in groups
        for study in groups
        if (vendor.kind, study.kind) == ("vendor", "study")
        and part_of(vendor.platform, whole.curves) == part_of(study.platform, whole.curves)
    ):
        pair = [(one.kind, one.name) for one in (vendor, study)]
        detector = Detector(without(artefact, pair))
        for place, fault in enumerate(faults):
            missing = fault.hidden | lacks[pair[0]] | lacks[pair[1]]
            seen = {(one.kind, one.name): one for one in whole.reference_scores(missing)}
            zombie, genuine = (_side(seen[name], study.platform, missing) for name in pair)
            if fault.quiet:
                few = genuine.quiet
                genuine = ScoredSide(genuine.scores[few], genuine.patterns[: few.sum()], few[few])
            if len(genuine.scores) < LEAST_PEOPLE:
                continue
            one = Case(vendor.name, study.name, fault, detector, zombie, genuine)
            rng = np.random.default_rng([seed, number, place])
            rows += audits(one, rng, shares=shares, sizes=sizes)
    return rows


def _side(group: GroupScores, platform: str, missing: frozenset[str]) -> ScoredSide:
    few = np.zeros(len(group.scores), dtype=bool) if group.quiet is None else group.quiet
    return ScoredSide(group.scores, ((platform, missing),) * len(few), few)


def _lacks(values: Mapping[str, Sequence[Any]]) -> frozenset[str]:
    """Record fields that no account of a group has, told by the features that the artefact holds."""
    empty = {name: all(value is None for value in column) for name, column in values.items()}
    fields = set()
    for name in FIELDS:
        features = [empty[feature] for feature in empty if name in CATALOGUE[INDEX[feature]].needs]
        if features and all(features):
            fields.add(name)
    return frozenset(fields)
