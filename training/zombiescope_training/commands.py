"""What the command line and the service ask of training: `train` and `evaluate` on named inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from zombiescope.detector import Artefact, Detector
from zombiescope.detector.promotion import at_chance
from zombiescope.errors import ModelError
from zombiescope.features import extract
from zombiescope.records import Choices
from zombiescope_training.data.gathered import Inputs, gather, gather_beside, lean, set_names, side_by_side
from zombiescope_training.model.fit import ProgressCallback, nobody
from zombiescope_training.model.recipe import Recipe
from zombiescope_training.model.train import Trained, train
from zombiescope_training.publish import artefact
from zombiescope_training.validation.evaluate import evaluate_model, evaluate_recipe, table_text
from zombiescope_training.validation.metrics import measure

__all__ = ["Inputs", "evaluate_model", "evaluate_recipe", "gather", "set_names", "table_text", "train_model"]


def train_model(
    names: Sequence[str],
    root: Path,
    out: Path,
    *,
    seed: int = 0,
    recipe: Recipe | None = None,
    group: str = "label_source",
    choices: Choices | None = None,
    base: Artefact | None = None,
    beside: Sequence[str] = (),
    current: Artefact | None = None,
    jobs: int = 2,
    on_progress: ProgressCallback = nobody,
) -> tuple[dict[str, Any], Inputs]:
    """Train on the inputs and write the model to `out`; its card. Nothing is activated.

    choices: how files are read. base: a model to go on from. beside: inputs whose groups are only reference groups.
    current: a model to be compared with on the same rows.
    """
    inputs = gather(names, root, group=group, choices=choices)
    chosen = lean(recipe or Recipe(), inputs.labelled)
    if base is not None:
        if len(base.boosters[""]) != chosen.folds:
            chosen = replace(chosen, folds=len(base.boosters[""]))
        _same_inputs(base, chosen)
    others = gather_beside(beside, root) if beside else None
    with side_by_side(inputs.labelled):
        trained: Trained = train(
            inputs.labelled, chosen, seed, base=base, beside=others, jobs=jobs, on_progress=on_progress
        )
    compared = _compare(trained, current) if current else None
    doubts = (*inputs.doubts, *_chance(trained))
    return artefact.write(trained, out, inputs.sources, compared, doubts), inputs


def _chance(trained: Trained) -> tuple[str, ...]:
    """The doubt that labels are shuffled, where the model ranks at chance."""
    guesses = at_chance(
        {
            "random": artefact.figures(trained.random),
            "vendor_left_out": {part.name: artefact.figures(part) for part in trained.vendors},
        }
    )
    return (f"The model is of no use: {guesses}.",) if guesses else ()


def _compare(trained: Trained, current: Artefact) -> dict[str, Any]:
    """Both models on the new one's rows: the new one out of fold, the current one as it scores anybody.

    Where the current one was trained on the same accounts, its folds too are chosen by the account's id, so that it
    has not seen them either.
    """
    labelled = trained.labelled
    detector = Detector(current)
    score = detector.score(extract(labelled.table).matrix, labelled.table["id"].to_pylist())
    return {
        "with": f"{current.info.name}-{current.info.version}",
        "rows": len(score),
        "new": trained.random.posts.as_dict(),
        "current": measure(score, labelled.zombie, detector.operating_point).as_dict(),
    }


def _same_inputs(base: Artefact, recipe: Recipe) -> None:
    from zombiescope.features import NAMES
    from zombiescope_training.model.fit import inputs as columns

    if tuple(base.card["inputs"]) != tuple(NAMES[k] for k in columns(recipe)):
        raise ModelError(
            f"--base {base.info.name}: it was given other features than this recipe gives",
            "Train afresh, without --base.",
        )
