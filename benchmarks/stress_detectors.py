"""Detectors that never saw a pair of a vendor and a study: the shipped recipe trained without them, kept in a folder.

The reference groups of such a detector are scored by models that left out the pair and the group, as the shipped
model's groups are by models that left out the group. A model of three groups left out serves the three pairs of them.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from zombiescope.detector import Detector
from zombiescope.detector.calibration import Curve
from zombiescope.features import extract
from zombiescope_training.data.labelled import Labelled
from zombiescope_training.model.assembled import assembled
from zombiescope_training.model.fit import FoldModels, Part, fit
from zombiescope_training.model.recipe import Recipe
from zombiescope_training.model.reference import reference
from zombiescope_training.validation.leave_one_out import HeldOut, Slice, slice_of

__all__ = ["GroupName", "LeftOutDetectors", "progress_line"]

FloatArray = npt.NDArray[np.float64]
# Kind and name: a study and a vendor may come from one set.
GroupName = tuple[str, str]
ProgressCallback = Callable[[str, int, int], None]


@dataclass(frozen=True)
class LeftOutDetectors:
    """Trains and keeps them.

    labelled: what the shipped model is trained on. cache: folder of the trained models; they are found again as long
    as sample, features, recipe and seed are the same. beside: reference groups that no model is trained on.
    """

    labelled: Labelled
    recipe: Recipe
    seed: int
    cache: Path
    jobs: int = 1
    beside: Labelled | None = None
    _models: dict[frozenset[GroupName], FoldModels] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def matrix(self) -> FloatArray:
        """(rows, features) of the sample."""
        return extract(self.labelled.table).matrix

    @cached_property
    def trained(self) -> tuple[GroupName, ...]:
        """The groups of the sample, vendors first."""
        vendors = [("vendor", name) for name in self.labelled.vendors]
        return (*vendors, *(("study", name) for name in self.labelled.studies))

    @cached_property
    def key(self) -> str:
        """Names what a model depends on."""
        digest = hashlib.sha256(self.matrix.tobytes())
        digest.update(
            json.dumps([asdict(self.recipe), self.seed, self.labelled.groups.tolist()], default=str).encode()
        )
        return digest.hexdigest()[:16]

    def train(
        self,
        pairs: Iterable[tuple[GroupName, GroupName]],
        on_progress: ProgressCallback = lambda what, done, of: None,
    ) -> None:
        """Train all models that the pairs need and that are not in the cache."""
        from joblib import Parallel, delayed

        needed = dict.fromkeys(chain.from_iterable(self._needed(*pair) for pair in pairs))
        todo = [out for out in needed if out not in self._models and not self._file(out).is_file()]
        done = Parallel(n_jobs=min(self.jobs, max(len(todo), 1)), return_as="generator")(
            delayed(self._fit)(out) for out in todo
        )
        self.cache.mkdir(parents=True, exist_ok=True)
        for number, (out, models) in enumerate(zip(todo, done, strict=True)):
            self._file(out).write_text(_text(models), "utf-8")
            on_progress("training without pairs", number + 1, len(todo))

    def detector(self, vendor: GroupName, study: GroupName) -> Detector:
        """The detector without both, with the reference groups that are left."""
        out = frozenset({vendor, study}) & set(self.trained)
        models = self._held(out)
        rows = np.flatnonzero(~self._rows(out))
        own = self.labelled.take(rows)
        left = [one for one in self.trained if one not in out]
        slices: Mapping[str, list[Slice]] = {"vendor": [], "study": []}
        for kind, name in left:
            without = out | {(kind, name)}
            if self._trainable(without):
                slices[kind].append(self._slice(name, own, self._held(without)))
        groups = reference(
            models, own, self.matrix[rows], slices["vendor"], slices["study"], self._beside({vendor, study})
        )
        return assembled(models, groups)

    def _beside(self, out: Collection[GroupName]) -> Labelled | None:
        """The groups that are never trained on, without those of the pair."""
        if self.beside is None:
            return None
        one = self.beside
        gone = np.zeros(len(one.zombie), dtype=bool)
        for kind, name in out:
            gone |= (one.groups == name) & (one.zombie == (kind == "vendor"))
        return None if gone.all() else one.take(~gone)

    def _needed(self, vendor: GroupName, study: GroupName) -> list[frozenset[GroupName]]:
        out = frozenset({vendor, study}) & set(self.trained)
        return [out, *(more for one in self.trained if self._trainable(more := out | {one}) and more != out)]

    def _rows(self, out: Collection[GroupName]) -> npt.NDArray[np.bool_]:
        """(rows,) True where left out."""
        mask = np.zeros(len(self.labelled.zombie), dtype=bool)
        for kind, name in out:
            mask |= (self.labelled.groups == name) & (self.labelled.zombie == (kind == "vendor"))
        return mask

    def _trainable(self, out: frozenset[GroupName]) -> bool:
        return len(np.unique(self.labelled.zombie[~self._rows(out)])) == 2

    def _fit(self, out: frozenset[GroupName]) -> FoldModels:
        rows = np.flatnonzero(~self._rows(out))
        return fit(self.labelled.take(rows), self.recipe, self.seed, matrix=self.matrix[rows])

    def _held(self, out: frozenset[GroupName]) -> FoldModels:
        if out not in self._models:
            if self._file(out).is_file():
                self._models[out] = _parsed(self._file(out).read_text("utf-8"))
            else:
                self._models[out] = self._fit(out)
        return self._models[out]

    def _file(self, out: frozenset[GroupName]) -> Path:
        name = hashlib.sha256(repr(sorted(out)).encode()).hexdigest()[:16]
        return self.cache / f"{self.key}-{name}.json"

    def _slice(self, name: str, own: Labelled, models: FoldModels) -> Slice:
        """A group left out, with its models; the figures of a slice are not used here."""
        nobody = HeldOut(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
        return replace(slice_of(name, own, nobody), models=models)


def _text(models: FoldModels) -> str:
    parts = {name: asdict(part) for name, part in models.parts.items()}
    return json.dumps({"parts": parts, "columns": models.columns})


def _parsed(text: str) -> FoldModels:
    held = json.loads(text)
    parts = {name: Part(tuple(part["texts"]), Curve(**part["curve"])) for name, part in held["parts"].items()}
    return FoldModels(parts, tuple(held["columns"]))


def progress_line(what: str, done: int, of: int) -> None:
    """Progress as lines."""
    sys.stderr.write(f"{what}: {done} of {of}\n")
