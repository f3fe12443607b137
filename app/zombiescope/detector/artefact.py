"""The model artefact: text and JSON files in one folder, each with its sha256 in the card. No pickle.

models/NAME-VERSION/
  fold-K.txt         LightGBM's text form, one booster a fold, its seeds merged
  weibo-fold-K.txt   the same for a platform whose accounts have boosters of their own (`detector.parts`)
  calibration.json   raw log-odds to score; the operating point
  templates.json     typical values of people's features; tables for drift
  reference.json     features of known accounts by group, and which models score each group (`detector.reference`)
  left-out-G-fold-K.txt  the fold models of a training without group G
  validation.json    the metrics of every slice
  card.json, card.md what it is made of and what it cannot do
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from zombiescope.detector.parts import APART, fold_file
from zombiescope.domain import ModelInfo
from zombiescope.errors import ModelError
from zombiescope.features.catalogue import INDEX, SCHEMA_HASH

__all__ = ["FORM", "LEFT_OUT", "Artefact", "digest", "read"]

FORM = 4  # the artefact's form: bump when a reader of today could not read it

LEFT_OUT = "left-out-"  # how the files of models of groups left out begin


@dataclass(frozen=True)
class Artefact:
    """A model as read from its folder, checked against its card.

    boosters: LightGBM's text, one a fold, for each part ("" is the part of all platforms that have none of their
    own). left_out_texts: file name to LightGBM's text of the models of groups left out. The JSON files stand as parsed;
    reference.json, by far the largest, is parsed when it is asked for.
    """

    info: ModelInfo
    path: Path
    boosters: Mapping[str, tuple[str, ...]]
    calibration: Mapping[str, Any]
    templates: Mapping[str, Any]
    validation: Mapping[str, Any]
    card: Mapping[str, Any]
    left_out_texts: Mapping[str, str] = field(default_factory=dict)
    reference_json: bytes = b'{"groups": []}'

    @cached_property
    def reference(self) -> Mapping[str, Any]:
        """reference.json as parsed."""
        held: dict[str, Any] = json.loads(self.reference_json)
        return held


def digest(data: bytes) -> str:
    """The sha256 of a file's bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def read(path: Path) -> Artefact:
    """The artefact in the folder `path`.

    Raises ModelError where a file is missing, is not what the card says, or was made for other features.
    """
    name = path.name
    try:
        card_bytes = (path / "card.json").read_bytes()
        card: dict[str, Any] = json.loads(card_bytes)
        named: dict[str, str] = card["files"]
        held = {file: (path / file).read_bytes() for file in sorted(named)}
    except FileNotFoundError as error:
        missing = Path(error.filename or "").name
        raise ModelError(f"model {name}: {missing} is missing from {path}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"model {name}: card.json cannot be read ({error})") from None
    for file, data in held.items():
        if digest(data) != named[file]:
            raise ModelError(
                f"model {name}: {file} is not the file its card names (sha256 differs)",
                "Restore the folder from where it came; an altered model is never used.",
            )
    if card.get("form") != FORM or card.get("feature_schema") != SCHEMA_HASH:
        raise ModelError(
            f"model {name} was made for another version of the features",
            "Train it again with this version: `zombiescope train`.",
        )
    boosters = {part: _folds(held, part) for part in ("", *APART)}
    unknown = [name for name in card["inputs"] if name not in INDEX]
    if unknown or not boosters[""]:
        what = "no fold model" if not boosters[""] else f"unknown feature {unknown[0]}"
        raise ModelError(f"model {name}: {what}")
    return Artefact(
        info=ModelInfo(name=card["name"], version=card["version"], sha256=digest(card_bytes)),
        path=path,
        boosters={part: texts for part, texts in boosters.items() if texts},
        calibration=json.loads(held["calibration.json"]),
        templates=json.loads(held["templates.json"]),
        validation=json.loads(held["validation.json"]),
        card=card,
        left_out_texts={
            file: data.decode("utf-8") for file, data in held.items() if file.startswith(LEFT_OUT)
        },
        reference_json=held.get("reference.json", b'{"groups": []}'),
    )


def _folds(held: Mapping[str, bytes], part: str) -> tuple[str, ...]:
    """The texts of a part's fold models, in order."""
    texts: list[str] = []
    while (file := fold_file(part, len(texts))) in held:
        texts.append(held[file].decode("utf-8"))
    return tuple(texts)
