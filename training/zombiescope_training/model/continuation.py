"""Going on from a model: its boosters are continued, and what it knew of vendors and people stays beside the new.

The base's rows are not at hand, so its templates are kept as it scored them. Trees that are added move such accounts a
little; as kinds of their own they are one more way in which known accounts may score, and the gate says where a list
fits none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zombiescope.detector import Artefact, Detector
from zombiescope.detector.artefact import LEFT_OUT
from zombiescope_training.model.fit import FoldModels, Part
from zombiescope_training.model.reference import Reference
from zombiescope_training.model.templates import MOST

__all__ = ["with_left_out", "with_parts", "with_reference", "with_templates"]


def with_parts(models: FoldModels, base: Artefact) -> FoldModels:
    """The models with those parts of the base that the new sample says nothing of, as they are."""
    curves = Detector(base).curves
    older_parts = {
        part: Part(texts, curves[part]) for part, texts in base.boosters.items() if part not in models.parts
    }
    return FoldModels({**models.parts, **older_parts}, models.columns)


def with_templates(new: Mapping[str, Any], base: Artefact) -> dict[str, Any]:
    """The new model's templates.json with the base's views, and its drift tables of parts that are not new."""
    held = base.templates
    views = dict(new["views"])
    for name, old in held["views"].items():
        views[name] = _merged(views[name], old, base.info.name) if name in views else old
    return {**new, "views": views, "drift": {**held.get("drift", {}), **new["drift"]}}


def _merged(new: Mapping[str, Any], old: Mapping[str, Any], base: str) -> dict[str, Any]:
    """One view of both: rows of each take turns, so that any head of them is of both; the base's kinds by its name."""
    out = dict(new)
    for label in ("zombie", "genuine"):
        one, other = new[label]["rows"], old[label]["rows"]
        least = min(len(one), len(other))
        turns = [score for pair in zip(one[:least], other[:least], strict=True) for score in pair]
        out[label] = {
            "rows": (turns + one[least:] + other[least:])[:MOST],
            "kinds": {
                **{f"{base}: {kind}": rows for kind, rows in old[label]["kinds"].items()},
                **new[label]["kinds"],
            },
        }
    return out


def with_left_out(new: Mapping[str, Any], base: Artefact) -> dict[str, Any]:
    """Groups left out of the new model's training and of the base's; of a group in both, the new one's."""
    held = base.validation["left_out"]
    return {kind: {**held[kind], **new[kind]} for kind in ("vendors", "studies")}


def with_reference(new: Reference, base: Artefact) -> Reference:
    """The new reference groups and those of the base that are not new, each scored by the models of its training."""
    texts = dict(new.texts)
    groups = list(new.groups)
    known = {(group["name"], group["kind"]) for group in groups}
    for group in base.reference["groups"]:
        if (group["name"], group["kind"]) in known:
            continue
        files = []
        for file in group["models"]:
            if file in base.left_out_texts:
                name = f"{LEFT_OUT}{len(groups)}-fold-{file.rpartition('-')[2]}"
                texts[name] = base.left_out_texts[file]
                files.append(name)
            else:
                files.append(file)
        groups.append({**group, "models": files})
    return Reference(tuple(groups), texts)
