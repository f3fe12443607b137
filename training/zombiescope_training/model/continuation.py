"""Going on from a model: its boosters are continued, and what it knew of vendors and people stays beside the new.

The base's rows are not at hand but for its reference groups, which stay; those that it learnt from are scored by the
continued fold models as templates, since no tree that was added has seen them either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zombiescope.detector import Artefact, Detector
from zombiescope.detector.artefact import LEFT_OUT
from zombiescope_training.model.fit import FoldModels, Part
from zombiescope_training.model.reference import Reference

__all__ = ["with_parts", "with_reference", "with_templates"]


def with_parts(models: FoldModels, base: Artefact) -> FoldModels:
    """The models with those parts of the base that the new sample says nothing of, as they are."""
    curves = Detector(base).curves
    older_parts = {
        part: Part(texts, curves[part]) for part, texts in base.boosters.items() if part not in models.parts
    }
    return FoldModels({**models.parts, **older_parts}, models.columns)


def with_templates(new: Mapping[str, Any], base: Artefact) -> dict[str, Any]:
    """The new model's templates.json, with the base's drift tables of parts that are not new."""
    return {**new, "drift": {**base.templates.get("drift", {}), **new["drift"]}}


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
