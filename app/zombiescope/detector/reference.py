"""Reference groups: known vendors and studies, scored by models that never saw them, at any list's own fields.

The artefact holds each group's features (rounded; no text, no id) and the fold models of a training that left the
group out. At audit time the fields that a list lacks are masked and the rows scored, so that a follower is compared
with groups that are seen as it is. reference.json has one entry a group:

  name, kind ("vendor" or "study"), platform
  trained    whether the model learnt from the group; one that it did not is scored by the model itself
  left_out   false where nothing was left to train on without the group: then its rows are scored out of fold
  curve      slope and intercept of the calibration learnt without the group
  models     the files of its fold models, one of which scores each row
  fold       (rows,) which of them; the same fold of the model held the row out, where it learnt from the group
  values     feature name -> (rows,) values, null where not known
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from zombiescope.arrays import BoolArray, FloatArray
from zombiescope.detector.artefact import Artefact
from zombiescope.detector.calibration import Curve
from zombiescope.detector.ensemble import Ensemble, ensemble
from zombiescope.detector.parts import fold_file
from zombiescope.features.catalogue import CATALOGUE, INDEX, NAMES
from zombiescope.features.fields import FIELDS, known_fields, without_fields
from zombiescope.features.quiet import quiet

__all__ = ["GroupScores", "ReferenceGroup", "groups_of_artefact", "reference_groups"]

Kind = Literal["vendor", "study"]


@dataclass(frozen=True)
class GroupScores:
    """Scores of one group's accounts by models that never saw it, as a list with the same fields would be scored.

    kind: a vendor's accounts are zombies, a study's genuine. scores: (rows,) calibrated, in (0, 1). left_out: False
    where a model without the group could not be trained (the only vendor or study of a platform that has a part of its
    own): its scores are out of fold, and flatter. quiet: (rows,) True of quiet accounts (`features.quiet`), told by the
    counts that the list has.
    """

    name: str
    kind: Kind
    platform: str
    scores: FloatArray
    left_out: bool = True
    quiet: BoolArray | None = None


@dataclass(frozen=True)
class ReferenceGroup:
    """A group's features and the models of a training that left it out.

    matrix: (rows, features) with the catalogue's columns. fold: (rows,) which of `texts` scores a row. inputs: the
    catalogue's columns that the models are given.
    """

    name: str
    kind: Kind
    platform: str
    trained: bool
    left_out: bool
    curve: Curve
    texts: tuple[str, ...]
    fold: npt.NDArray[np.int64]
    matrix: FloatArray
    inputs: tuple[int, ...]

    @cached_property
    def models(self) -> tuple[Ensemble, ...]:
        """Its fold models, parsed once."""
        return tuple(ensemble(text, len(self.inputs)) for text in self.texts)

    def scored(self, missing: frozenset[str]) -> GroupScores:
        """Its scores with the record fields `missing` not known."""
        scores = self.scores_by(self.models, self.curve, missing)
        few = quiet(without_fields(self.matrix, missing))
        return GroupScores(self.name, self.kind, self.platform, scores, self.left_out, few)

    def comparable(self, missing: frozenset[str]) -> BoolArray:
        """(rows,) whether a row knows every record field of the models' that followers without `missing` know."""
        read = {field for k in self.inputs for field in CATALOGUE[k].needs}
        fields = [k for k, name in enumerate(FIELDS) if name in read and name not in missing]
        return np.asarray(known_fields(self.matrix)[:, fields].all(axis=1), dtype=bool)

    def scores_by(self, models: Sequence[Ensemble], curve: Curve, missing: frozenset[str]) -> FloatArray:
        """(rows,) scores by other fold models of as many folds, each row's by the fold that its id chooses.

        By the models that audits use this is the out-of-fold score of a group that they were trained on.
        """
        inputs = np.ascontiguousarray(without_fields(self.matrix, missing)[:, self.inputs])
        raw = np.zeros(len(inputs))
        for k, model in enumerate(models):
            rows = np.flatnonzero(self.fold == k)
            if len(rows):
                raw[rows] = model.predict(inputs[rows])
        return curve(raw)


def groups_of_artefact(artefact: Artefact) -> tuple[ReferenceGroup, ...]:
    """The reference groups of an artefact, parsed."""
    texts = dict(artefact.left_out_texts)
    for part, boosters in artefact.boosters.items():
        texts.update({fold_file(part, k): text for k, text in enumerate(boosters)})
    return reference_groups(artefact.reference, texts, tuple(artefact.card["inputs"]))


def reference_groups(
    held: Mapping[str, Any], texts: Mapping[str, str], inputs: Sequence[str]
) -> tuple[ReferenceGroup, ...]:
    """The groups of an artefact.

    held: reference.json as parsed. texts: file name -> LightGBM's text. inputs: names of the models' features.
    """
    columns = tuple(INDEX[name] for name in inputs)
    return tuple(_group(group, texts, columns) for group in held["groups"])


def _group(group: Mapping[str, Any], texts: Mapping[str, str], columns: tuple[int, ...]) -> ReferenceGroup:
    fold = np.array(group["fold"], dtype=np.int64)
    matrix = np.full((len(fold), len(NAMES)), np.nan)
    for name, values in group["values"].items():
        matrix[:, INDEX[name]] = np.array(values, dtype=np.float64)
    return ReferenceGroup(
        name=group["name"],
        kind=group["kind"],
        platform=group["platform"],
        trained=group["trained"],
        left_out=group["left_out"],
        curve=Curve(group["curve"]["slope"], group["curve"]["intercept"]),
        texts=tuple(texts[file] for file in group["models"]),
        fold=fold,
        matrix=matrix,
        inputs=columns,
    )
