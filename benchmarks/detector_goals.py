"""The detector's goals: pairs of a vendor and a study left out, quiet people, missing fields, sets never trained on.

Each pair's model is trained without both; an account of the pair is scored by the fold that its id chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from zombiescope.features import FIELDS, extract, without_fields
from zombiescope_training.data import sets
from zombiescope_training.data.labelled import Labelled, of_table
from zombiescope_training.data.rows import quiet
from zombiescope_training.model.fit import FoldModels, fit
from zombiescope_training.model.recipe import Recipe
from zombiescope_training.validation.metrics import measure

__all__ = ["MASKS", "NEVER_TRAINED", "Figures", "elsewhere", "even", "pairs", "sample"]

FloatArray = npt.NDArray[np.float64]
ProgressCallback = Callable[[str, int, int], None]
Figures = Mapping[str, float]

TRAINED = tuple(name for name in sets.TRAINED if not name.startswith("set:weibo"))
NEVER_TRAINED = (
    "instagram-parma-2020/new",
    "instagram-parma-2020/old",
    "botometer-repository/verified-2019",
)
COUNTS = ("followers_count", "following_count", "posts_count")

# What is not known, by name.
MASKS: dict[str, frozenset[str]] = {
    "whole": frozenset(),
    "without posts": frozenset({"recent_posts"}),
    "counts only": frozenset(FIELDS) - set(COUNTS),
    **{f"without {name}": frozenset({name}) for name in FIELDS if name != "recent_posts"},
}


def sample(names: Sequence[str], root: Path) -> Labelled:
    """Published sets as one labelled sample."""
    return of_table(sets.merge([sets.load(name, root) for name in names])[0])


def even(hit: float, false: float) -> float:
    """MCC with both classes weighing the same. hit, false: rates of zombies and of people flagged."""
    spread = (hit + false) * (2 - hit - false)
    return (hit - false) / float(np.sqrt(spread)) if spread > 0 else 0.0


def pairs(
    root: Path, recipe: Recipe, seeds: Sequence[int], jobs: int, on_progress: ProgressCallback
) -> dict[tuple[str, str], dict[str, Figures]]:
    """(vendor, study) -> mask -> means over seeds of auc, mcc, found, flagged and quiet_flagged.

    quiet_flagged is NaN where a study has under 10 quiet people.
    """
    labelled = sample(TRAINED, root)
    matrix = extract(labelled.table).matrix
    todo = [(v, s) for v in labelled.vendors for s in labelled.studies]
    out: dict[tuple[str, str], dict[str, Figures]] = {}
    for n, (vendor, study) in enumerate(todo):
        on_progress("pairs left out", n, len(todo))
        tested = np.isin(labelled.groups, (vendor, study))
        train, test = np.flatnonzero(~tested), np.flatnonzero(tested)
        runs = [
            _measured(
                fit(labelled.take(train), recipe, seed, matrix=matrix[train], jobs=jobs),
                labelled.take(test),
                matrix[test],
                MASKS,
            )
            for seed in seeds
        ]
        out[vendor, study] = {mask: _mean([run[mask] for run in runs]) for mask in MASKS}
    return out


def elsewhere(
    root: Path, recipe: Recipe, seeds: Sequence[int], jobs: int, on_progress: ProgressCallback
) -> dict[str, Figures]:
    """Sets that no model is trained on: means over seeds of the whole recipe's figures, without posts."""
    labelled = sample(TRAINED, root)
    matrix = extract(labelled.table).matrix
    mask = {"without posts": MASKS["without posts"]}
    runs: list[dict[str, Figures]] = []
    for n, seed in enumerate(seeds):
        on_progress("sets never trained on", n, len(seeds))
        models = fit(labelled, recipe, seed, matrix=matrix, jobs=jobs)
        figures: dict[str, Figures] = {}
        for name in NEVER_TRAINED:
            other = sample([name], root)
            figures[name] = _measured(models, other, extract(other.table).matrix, mask)["without posts"]
        runs.append(figures)
    return {name: _mean([run[name] for run in runs]) for name in NEVER_TRAINED}


def _measured(
    models: FoldModels, labelled: Labelled, matrix: FloatArray, masks: Mapping[str, frozenset[str]]
) -> dict[str, Figures]:
    ids, zombie = labelled.table["id"].to_pylist(), labelled.zombie
    calm = quiet(matrix) & ~zombie
    curve = models.parts[""].curve
    out: dict[str, Figures] = {}
    for name, missing in masks.items():
        score = curve(models.raw_of(without_fields(matrix, missing), ids))
        auc = measure(score, zombie).auc
        flagged = score >= 0.5
        false = float(flagged[~zombie].mean())
        hit = float(flagged[zombie].mean()) if zombie.any() else float("nan")
        out[name] = {
            "auc": float("nan") if auc is None else auc,
            "mcc": even(hit, false),
            "found": hit,
            "flagged": false,
            "quiet": float(calm.sum()),
            "quiet_flagged": float(flagged[calm].mean()) if calm.sum() >= 10 else float("nan"),
        }
    return out


def _mean(runs: Sequence[Figures]) -> Figures:
    return {key: float(np.mean([run[key] for run in runs])) for key in runs[0]}
