"""The detector at work: features and ids in, calibrated scores out, and the templates that belong to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from zombiescope.arrays import FloatArray
from zombiescope.detector.artefact import Artefact
from zombiescope.detector.calibration import Curve, sigmoid
from zombiescope.detector.ensemble import Ensemble, ensemble
from zombiescope.detector.parts import chosen, part_of
from zombiescope.detector.reference import GroupScores, ReferenceGroup, groups_of_artefact
from zombiescope.domain import ModelInfo
from zombiescope.errors import ModelError
from zombiescope.features.catalogue import INDEX

__all__ = ["Curve", "Detector", "FloatArray", "Known", "sigmoid"]


OF_GROUP = 500  # rows of a group among the known, at most: a large study does not stand for all people
LEAST = 100  # rows of a class that have all fields of the followers, or all are taken


@dataclass(frozen=True)
class Known:
    """How known accounts score, seen as a list's followers are, each by the fold that did not see it.

    zombie, genuine: (rows,) of all groups.
    """

    zombie: FloatArray
    genuine: FloatArray


class Detector:
    """A loaded model.

    A score is the probability that a follower is a zombie where half are (the balanced prior).
    """

    def __init__(self, artefact: Artefact) -> None:
        self.artefact = artefact
        self.inputs: tuple[str, ...] = tuple(artefact.card["inputs"])
        self._reference_scores: dict[frozenset[str], tuple[GroupScores, ...]] = {}
        self._known: dict[tuple[str, frozenset[str]], Known] = {}
        self._columns = np.array([INDEX[name] for name in self.inputs])
        try:
            maps = {"": artefact.calibration["map"], **artefact.calibration.get("apart", {})}
            self.curves = {
                part: Curve(float(maps[part]["slope"]), float(maps[part]["intercept"]))
                for part in artefact.boosters
            }
            self.operating_point = float(artefact.calibration["operating_point"])
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"model {artefact.info.name}: calibration.json lacks {error}") from None

    @property
    def info(self) -> ModelInfo:
        """Its name, version and sha256."""
        return self.artefact.info

    @cached_property
    def boosters(self) -> Mapping[str, tuple[Ensemble, ...]]:
        """The fold models of each part."""
        return {
            part: tuple(ensemble(text, len(self.inputs)) for text in texts)
            for part, texts in self.artefact.boosters.items()
        }

    def contributions(self, matrix: FloatArray, ids: Sequence[str]) -> FloatArray:
        """(rows, inputs + 1) TreeSHAP effects in calibrated log-odds (Lundberg et al. 2020); the last is the base.

        A row's effects and base add up to the log-odds of its score. A feature that is not known has no effect: what
        the trees do where it is missing is a part of the row's base.
        """
        out = np.zeros((len(ids), len(self.inputs) + 1))
        for curve, rows, booster, inputs in self._chosen(matrix, ids):
            effects = booster.contributions(inputs) * curve.slope
            effects[:, -1] += curve.intercept
            unknown = np.isnan(inputs)
            effects[:, -1] += np.where(unknown, effects[:, :-1], 0.0).sum(axis=1)
            effects[:, :-1][unknown] = 0.0
            out[rows] = effects
        return out

    def score(self, matrix: FloatArray, ids: Sequence[str]) -> FloatArray:
        """(rows,) calibrated scores in (0, 1).

        matrix: (rows, features) as `features.extract` gives it.
        """
        out = np.zeros(len(ids))
        for curve, rows, booster, inputs in self._chosen(matrix, ids):
            out[rows] = curve(booster.predict(inputs))
        return out

    def _chosen(
        self, matrix: FloatArray, ids: Sequence[str]
    ) -> Iterator[tuple[Curve, npt.NDArray[np.int64], Ensemble, FloatArray]]:
        """Each booster with its part's curve, the rows it scores and what it sees of them."""
        for part, rows, booster in chosen(matrix, ids, self.boosters):
            yield self.curves[part], rows, booster, np.ascontiguousarray(matrix[np.ix_(rows, self._columns)])

    @cached_property
    def _reference(self) -> tuple[ReferenceGroup, ...]:
        """The artefact's reference groups, parsed once."""
        return groups_of_artefact(self.artefact)

    def reference_scores(self, missing: frozenset[str]) -> tuple[GroupScores, ...]:
        """Scores of each vendor's and study's accounts, by models that never saw the group, at a list's own fields.

        missing: record fields that the followers lack, as `features.missing_fields` gives them ("recent_posts" among
        them). Calibrated as the shipped model is. Empty where the artefact holds no group. Cached by `missing`.
        """
        if missing not in self._reference_scores:
            scored = tuple(group.scored(missing) for group in self._reference)
            self._reference_scores[missing] = scored
        return self._reference_scores[missing]

    def groups_of(self, platform: str) -> tuple[int, int]:
        """How many vendors and how many studies of a platform the model knows."""
        here = [group.kind for group in self._reference if group.platform == platform]
        return here.count("vendor"), here.count("study")

    def known(self, platform: str, missing: frozenset[str]) -> Known:
        """How the accounts that the model was trained on score, out of fold, at a list's own fields.

        platform: the followers'; the groups are those that the same part scores. missing: as in `reference_scores`.
        Of groups that have all fields which the followers have, where there are such, at most `OF_GROUP` rows each.
        Cached. Raises ModelError where the artefact holds no group of a class.
        """
        part = part_of(platform, self.curves)
        if (part, missing) not in self._known:
            zombie, genuine = (self._out_of_fold(part, missing, kind) for kind in ("vendor", "study"))
            if len(zombie) == 0 or len(genuine) == 0:
                raise ModelError(
                    f"model {self.info.name} holds no known accounts to compare with",
                    "Train it again: `zombiescope train`.",
                )
            self._known[part, missing] = Known(zombie, genuine)
        return self._known[part, missing]

    def _out_of_fold(self, part: str, missing: frozenset[str], kind: str) -> FloatArray:
        """Scores of the groups of a kind that a part learnt from, by the fold models that did not see the rows."""
        own = [
            group
            for group in self._reference
            if group.trained and group.kind == kind and part_of(group.platform, self.curves) == part
        ]
        scores = [group.scores_by(self.boosters[part], self.curves[part], missing) for group in own]
        alike = [one[group.comparable(missing)][:OF_GROUP] for one, group in zip(scores, own, strict=True)]
        if sum(map(len, alike)) < LEAST:  # nobody has all these fields: as far as they have them
            alike = [one[:OF_GROUP] for one in scores]
        return np.concatenate([np.zeros(0), *alike])
