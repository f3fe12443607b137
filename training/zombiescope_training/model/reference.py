"""The reference groups of an artefact: features of known accounts, and models of trainings that left each group out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zombiescope.arrays import FloatArray
from zombiescope.detector.artefact import LEFT_OUT
from zombiescope.detector.fold_assignment import fold_of
from zombiescope.detector.parts import APART, fold_file, part_of
from zombiescope.features import CATALOGUE, NAMES, extract
from zombiescope_training.data.labelled import Labelled
from zombiescope_training.model.fit import FoldModels
from zombiescope_training.validation.leave_one_out import Slice

__all__ = ["ROWS", "Reference", "reference"]


ROWS = 1_000  # accounts of a group, at most
LEAST = 20  # a smaller group says nothing
DIGITS = 3  # significant: enough for a tree, too few for a fingerprint


@dataclass(frozen=True)
class Reference:
    """What reference.json holds, and the texts of the models that it names."""

    groups: tuple[Mapping[str, Any], ...]
    texts: Mapping[str, str]


def reference(
    models: FoldModels,
    labelled: Labelled,
    matrix: FloatArray,
    vendors: Sequence[Slice],
    studies: Sequence[Slice],
    beside: Labelled | None = None,
) -> Reference:
    """The reference groups of a sample, vendors first, and those of another sample that the model never learns from.

    matrix: (rows, features) of the sample. vendors, studies: each with the models of a training that left it out. A
    group without such models, or whose part of the model would not exist without it, is scored out of fold by `models`.
    beside: groups kept out of training to widen what is known of vendors and studies never seen.
    """
    groups: list[Mapping[str, Any]] = []
    texts: dict[str, str] = {}
    _add(groups, texts, models, labelled, matrix, vendors, studies)
    if beside is not None:
        _add(groups, texts, models, beside, extract(beside.table).matrix, (), (), trained_on=False)
    return Reference(tuple(groups), texts)


def _add(
    groups: list[Mapping[str, Any]],
    texts: dict[str, str],
    models: FoldModels,
    labelled: Labelled,
    matrix: FloatArray,
    vendors: Sequence[Slice],
    studies: Sequence[Slice],
    *,
    trained_on: bool = True,
) -> None:
    """Add the groups of a sample, and the texts of their models; in place."""
    platforms = np.array(labelled.table["platform"].to_pylist(), dtype=np.str_)
    ids = np.array(labelled.table["id"].to_pylist(), dtype=object)
    for kind, names, slices in (
        ("vendor", labelled.vendors, vendors),
        ("study", labelled.studies, studies),
    ):
        trained = {one.name: one.models for one in slices}
        for name in names:
            rows = np.flatnonzero((labelled.groups == name) & (labelled.zombie == (kind == "vendor")))
            rows = np.random.default_rng(0).permutation(rows)[:ROWS]  # any head of them is a sample
            if len(rows) < LEAST:
                continue
            values, counts = np.unique(platforms[rows], return_counts=True)
            platform = str(values[np.argmax(counts)])
            part = part_of(platform, models.parts)
            apart = trained.get(name)
            left_out = apart is not None and part_of(platform, apart.parts) == part
            chosen = apart if apart is not None and left_out else models
            files = [
                f"{LEFT_OUT}{len(groups)}-{fold_file('', k)}" if left_out else fold_file(part, k)
                for k in range(len(chosen.parts[part].texts))
            ]
            if left_out:
                texts.update(zip(files, chosen.parts[part].texts, strict=True))
            curve = chosen.parts[part].curve
            groups.append(
                {
                    "name": name,
                    "kind": kind,
                    "platform": platform,
                    "trained": trained_on,
                    "left_out": left_out or not trained_on,
                    "curve": {"slope": curve.slope, "intercept": curve.intercept},
                    "models": files,
                    "fold": fold_of(ids[rows].tolist(), len(files)).tolist(),
                    "values": _values(matrix[rows], models),
                }
            )


def _values(matrix: FloatArray, models: FoldModels) -> dict[str, list[float | None]]:
    """The features that any model is given, by name, and those of the profile that a mask is made with."""
    given = set(models.columns)
    return {
        name: [_rounded(v) for v in matrix[:, j].tolist()]
        for j, name in enumerate(NAMES)
        if (j in given or not CATALOGUE[j].timeline) and name not in APART.values()
    }


def _rounded(value: float) -> float | None:
    if not np.isfinite(value):
        return None
    near = float(f"{value:.{DIGITS}g}")
    return int(near) if near == int(near) else near
