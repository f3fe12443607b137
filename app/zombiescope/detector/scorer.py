"""The detector at work: features and ids in, calibrated scores out, and the templates that belong to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.detector.artefact import Artefact
from zombiescope.detector.calibration import Curve, sigmoid
from zombiescope.detector.ensemble import Ensemble, ensemble
from zombiescope.detector.parts import chosen, fold_file, part_of
from zombiescope.detector.reference import GroupScores, ReferenceGroup, reference_groups
from zombiescope.domain import ModelInfo
from zombiescope.errors import ModelError
from zombiescope.features.catalogue import INDEX

__all__ = ["Curve", "Detector", "FloatArray", "Known", "sigmoid"]

FloatArray = npt.NDArray[np.float64]


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
        artefact = self.artefact
        texts = dict(artefact.left_out_texts)
        for part, held in artefact.boosters.items():
            texts.update({fold_file(part, k): text for k, text in enumerate(held)})
        return reference_groups(artefact.reference, texts, self.inputs)

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
        """How many vendors and how many studies of a platform the model was trained on and tested without."""
        held = self.artefact.validation["left_out"]
        vendors, studies = (
            sum(group["platform"] == platform for group in held[kind].values())
            for kind in ("vendors", "studies")
        )
        return vendors, studies

    def known(self, platform: str, missing: frozenset[str]) -> Known:
        """How the accounts that the model was trained on score, out of fold, at a list's own fields.

        platform: the followers'; the groups are those that the same part scores. missing: as in `reference_scores`.
        A group counts with at most as many rows as the artefact holds of it. Cached. Raises ModelError where the
        artefact holds no group of a class.
        """
        part = part_of(platform, self.curves)
        if (part, missing) not in self._known:
            rows: dict[str, list[FloatArray]] = {"vendor": [], "study": []}
            for group in self._reference:
                if part_of(group.platform, self.curves) == part and self._trained_on(group, part):
                    models, curve = self.boosters[part], self.curves[part]
                    rows[group.kind].append(group.scores_by(models, curve, missing))
            if not rows["vendor"] or not rows["study"]:
                raise ModelError(
                    f"model {self.info.name} holds no known accounts to compare with",
                    "Train it again: `zombiescope train`.",
                )
            self._known[part, missing] = Known(*(np.concatenate(rows[kind]) for kind in ("vendor", "study")))
        return self._known[part, missing]

    def _trained_on(self, group: ReferenceGroup, part: str) -> bool:
        """Whether the group trained the shipped models: not where these score it as one that they never saw."""
        return not (group.left_out and set(group.texts) <= set(self.artefact.boosters[part]))

    def left_out(self, sample: pa.Table) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """Scores of each vendor's zombies, and of each study's genuine accounts, by models that never saw the group.

        With timelines where the sample has them. Of groups on the sample's own platform where there are any, else
        on platforms scored by the same part: a vendor of Weibo says little of another platform's. A group that was
        the only one of its class there says nothing, and is left out here too. The unseen-vendor bounds are made of
        these.
        """
        posts = 1 - sample["recent_posts"].null_count / max(sample.num_rows, 1)
        platforms = sample["platform"].to_pylist()
        here = max(set(platforms), key=platforms.count) if platforms else ""
        part = part_of(here, self.curves)
        out: list[dict[str, FloatArray]] = []
        for kind in ("vendors", "studies"):
            near: dict[str, Any] = {
                name: held
                for name, held in self.artefact.validation["left_out"][kind].items()
                if not held["alone"] and part_of(held["platform"], self.curves) == part
            }
            own = {name: held for name, held in near.items() if held["platform"] == here} or near
            out.append(
                {
                    name: _mixed([(held["posts"], posts), (held["bare"], 1 - posts)])
                    for name, held in own.items()
                }
            )
        return out[0], out[1]


def _mixed(parts: Sequence[tuple[Sequence[float], float]]) -> FloatArray:
    """One sample of scores in which each part has its weight: as many rows as the parts allow, evenly taken."""
    parts = [(scores, weight) for scores, weight in parts if weight > 0 and len(scores)]
    if not parts:
        return np.zeros(0)
    total = sum(weight for _, weight in parts)
    rows = min(len(scores) * total / weight for scores, weight in parts)
    taken = []
    for scores, weight in parts:
        count = max(1, round(rows * weight / total))
        # Scores stand in the order of the training rows' hash, so the first ones are a random sample.
        taken.append(np.asarray(scores, dtype=np.float64)[:count])
    return np.sort(np.concatenate(taken))
