"""A trained model as a detector, without a folder: what audits would score and estimate with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zombiescope.detector import Artefact, Detector
from zombiescope.domain import ModelInfo
from zombiescope.features import NAMES
from zombiescope_training.model.fit import FoldModels
from zombiescope_training.model.reference import Reference

__all__ = ["OPERATING_POINT", "assembled", "calibration"]

OPERATING_POINT = 0.5


def calibration(models: FoldModels) -> dict[str, Any]:
    """What calibration.json holds: each part's curve, and the operating point."""
    maps = {
        name: {"kind": "platt", "slope": part.curve.slope, "intercept": part.curve.intercept}
        for name, part in models.parts.items()
    }
    return {"map": maps.pop(""), "apart": maps, "operating_point": OPERATING_POINT}


def assembled(models: FoldModels, groups: Reference | None = None) -> Detector:
    """The detector of some fold models and their reference groups; it has no name and no validation."""
    return Detector(
        Artefact(
            info=ModelInfo(name="unpublished", version="0", sha256=""),
            path=Path("unpublished"),
            boosters={name: part.texts for name, part in models.parts.items()},
            calibration=calibration(models),
            templates={},
            validation={},
            card={"inputs": [NAMES[k] for k in models.columns]},
            left_out_texts=groups.texts if groups else {},
            reference_json=json.dumps({"groups": list(groups.groups) if groups else []}).encode(),
        )
    )
