"""Publishing: a trained model written as the artefact's files, each named with its sha256 in the card."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from zombiescope.detector.artefact import FORM, digest
from zombiescope.detector.parts import fold_file
from zombiescope.errors import TrainingError
from zombiescope.features import NAMES, SCHEMA_HASH
from zombiescope_training.model.assembled import assembled, calibration
from zombiescope_training.model.train import Trained
from zombiescope_training.publish.card import markdown, sections
from zombiescope_training.validation.leave_one_out import Slice

__all__ = ["figures", "name_and_version", "write"]


def name_and_version(out: Path) -> tuple[str, str]:
    """The model's name and version from its folder's name: NAME-VERSION, the version starting with a digit."""
    match = re.fullmatch(r"([A-Za-z0-9._-]+?)-(\d[A-Za-z0-9._]*)", out.name)
    if match:
        return match[1], match[2]
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", out.name):
        raise TrainingError(
            f"{out.name!r} is no model name", "Name the folder with letters, digits, dot, dash or underscore."
        )
    return out.name, "1"


def write(
    trained: Trained,
    out: Path,
    sets: Sequence[Mapping[str, Any]],
    compared: Mapping[str, Any] | None = None,
    checks: Sequence[str] = (),
) -> dict[str, Any]:
    """Write the model's folder; the card.

    sets: what it was trained on: name, rows of each class, sha256 of each file. compared: figures of this and of
    another model on the same rows. checks: what is doubtful of the sample. No date and no machine is written: the
    same data, seed, platform and pins give the same bytes.
    """
    name, version = name_and_version(out)
    parts = trained.models.parts
    files = {fold_file(part, k): text for part in parts for k, text in enumerate(parts[part].texts)}
    files["calibration.json"] = _json(calibration(trained.models))
    files["templates.json"] = _json(trained.templates)
    files.update(trained.reference.texts)
    files["reference.json"] = _json({"groups": list(trained.reference.groups)})
    files["validation.json"] = _json(
        {
            "form": FORM,
            "random": figures(trained.random),
            "vendors": {part.name: figures(part) for part in trained.vendors},
            "studies": {part.name: figures(part) for part in trained.studies},
        }
    )
    labelled = trained.labelled
    card: dict[str, Any] = {
        "form": FORM,
        "name": name,
        "version": version,
        "feature_schema": SCHEMA_HASH,
        "inputs": [NAMES[k] for k in trained.models.columns],
        "sets": list(sets),
        "rows": {"zombie": int(labelled.zombie.sum()), "genuine": int((~labelled.zombie).sum())},
        "vendors": list(labelled.vendors),
        "studies": list(labelled.studies),
        "recipe": asdict(trained.recipe),
        "seed": trained.seed,
        "split": {
            "random": f"{trained.recipe.folds} folds by CRC-32 of the account id",
            "left_out": "each vendor, against its platform's people out of fold; each study's genuine accounts",
        },
        "metrics": {
            "random": figures(trained.random),
            "vendor_left_out": {part.name: figures(part) for part in trained.vendors},
            "study_left_out": {part.name: figures(part) for part in trained.studies},
        },
        **({"compared": dict(compared)} if compared else {}),
        **sections(trained, assembled(trained.models, trained.reference), checks),
        "files": {file: digest(text.encode("utf-8")) for file, text in sorted(files.items())},
    }
    files["card.json"] = _json(card, indent=1)
    files["card.md"] = markdown(card)
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*fold-*.txt"):
        old.unlink()
    for file, text in files.items():
        (out / file).write_bytes(text.encode("utf-8"))
    return card


def figures(part: Slice) -> dict[str, Any]:
    """A slice's figures with posts and without, as a card has them."""
    return {"with posts": part.posts.as_dict(), "without posts": part.bare.as_dict()}


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=indent, allow_nan=False) + "\n"
