"""The detector at work: features and ids in, calibrated scores out, and the templates that belong to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.detector.artefact import Artefact
from zombiescope.detector.folds import fold_of
from zombiescope.detector.views import View, view_weights
from zombiescope.domain import ModelInfo
from zombiescope.errors import ModelError
from zombiescope.features.catalogue import INDEX

__all__ = ["Detector", "FloatArray", "sigmoid"]

FloatArray = npt.NDArray[np.float64]


def sigmoid(z: FloatArray) -> FloatArray:
    """The logistic function, without overflow."""
    return np.exp(-np.logaddexp(0.0, -z))


class Detector:
    """A loaded model.

    A score is the probability that a follower is a zombie where half are (the balanced prior).
    """

    def __init__(self, artefact: Artefact) -> None:
        self.artefact = artefact
        self.inputs: tuple[str, ...] = tuple(artefact.card["inputs"])
        self._columns = np.array([INDEX[name] for name in self.inputs])
        try:
            self.slope = float(artefact.calibration["map"]["slope"])
            self.intercept = float(artefact.calibration["map"]["intercept"])
            self.operating_point = float(artefact.calibration["operating_point"])
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"model {artefact.info.name}: calibration.json lacks {error}") from None

    @property
    def info(self) -> ModelInfo:
        """Its name, version and sha256."""
        return self.artefact.info

    @cached_property
    def boosters(self) -> tuple[Any, ...]:
        """The fold models."""
        import lightgbm

        return tuple(lightgbm.Booster(model_str=text) for text in self.artefact.boosters)

    def raw(self, matrix: FloatArray, ids: Sequence[str]) -> FloatArray:
        """(rows,) log-odds before calibration, each from the fold model that its id chooses.

        matrix: (rows, features) as `features.extract` gives it.
        """
        return self._by_fold(matrix, ids, raw_score=True)

    def contributions(self, matrix: FloatArray, ids: Sequence[str]) -> FloatArray:
        """(rows, inputs + 1) TreeSHAP effects in calibrated log-odds (Lundberg et al. 2020); the last is the base.

        A row's effects and base add up to the log-odds of its score.
        """
        effects = self._by_fold(matrix, ids, pred_contrib=True) * self.slope
        effects[:, -1] += self.intercept
        return effects

    def score(self, matrix: FloatArray, ids: Sequence[str]) -> FloatArray:
        """(rows,) calibrated scores in (0, 1)."""
        return sigmoid(self.slope * self.raw(matrix, ids) + self.intercept)

    def _by_fold(self, matrix: FloatArray, ids: Sequence[str], **kind: bool) -> FloatArray:
        width = len(self.inputs) + 1
        out = np.zeros((len(ids), width) if "pred_contrib" in kind else len(ids))
        seen = np.ascontiguousarray(matrix[:, self._columns])
        folds = fold_of(ids, len(self.boosters))
        for k, booster in enumerate(self.boosters):
            mine = folds == k
            if mine.any():
                # One thread: LightGBM's default of all cores makes small predictions a hundred times slower.
                out[mine] = booster.predict(seen[mine], num_threads=1, **kind)
        return out

    def templates(self, sample: pa.Table) -> tuple[FloatArray, FloatArray]:
        """Scores of known zombies and of known genuine accounts, seen as the sample's followers are.

        sample: the followers, columns of `records.SCHEMA`. Out of fold, so that they compare with `score`.
        """
        held: Mapping[str, Any] = self.artefact.templates["views"]
        weights = self._weights(sample, held)
        return _mixed([(held[v]["zombie"], w) for v, w in weights.items()]), _mixed(
            [(held[v]["genuine"], w) for v, w in weights.items()]
        )

    def left_out(self, sample: pa.Table) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """Scores of each vendor's zombies, and of each study's genuine accounts, by models that never saw the group.

        With timelines where the sample has them. Of groups on the sample's own platform where there are any, else
        of all: a vendor of another platform says little of this one's. The unseen-vendor bounds are made of these.
        """
        posts = 1 - sample["recent_posts"].null_count / max(sample.num_rows, 1)
        platforms = sample["platform"].to_pylist()
        here = max(set(platforms), key=platforms.count) if platforms else ""
        out: list[dict[str, FloatArray]] = []
        for kind in ("vendors", "studies"):
            groups: Mapping[str, Any] = self.artefact.validation["left_out"][kind]
            own = {name: held for name, held in groups.items() if held["platform"] == here} or groups
            out.append(
                {
                    name: _mixed([(held["posts"], posts), (held["bare"], 1 - posts)])
                    for name, held in own.items()
                }
            )
        return out[0], out[1]

    def _weights(self, sample: pa.Table, held: Mapping[str, Any]) -> dict[str, float]:
        views = tuple(View(name, frozenset(view["absent"])) for name, view in sorted(held.items()))
        if not views:
            raise ModelError(
                f"model {self.info.name} holds no templates", "Train it again: `zombiescope train`."
            )
        return dict(view_weights(sample, views))


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
