"""Evaluation: how good the recipe or a model is on labelled records, slice by slice, as plain numbers and as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from zombiescope.detector import Artefact, Detector
from zombiescope.errors import InputError
from zombiescope.features import extract
from zombiescope.records import Choices
from zombiescope_training.data.gathered import gather, lean, side_by_side
from zombiescope_training.data.labelled import Labelled
from zombiescope_training.data.rows import without_posts
from zombiescope_training.model.fit import ProgressCallback, nobody
from zombiescope_training.model.recipe import Recipe, validating
from zombiescope_training.model.train import check
from zombiescope_training.publish.card import COLUMNS
from zombiescope_training.validation import harness
from zombiescope_training.validation.harness import Left, Lists
from zombiescope_training.validation.metrics import measure

__all__ = ["LISTS", "evaluate_model", "evaluate_recipe", "figures", "table_text"]

HEADS = {
    "sensitivity": "sens",
    "specificity": "spec",
    "list_error": "list",
    "list_held": "held",
    "list_flagged": "foreign",
}
LISTS = {"error": "list_error", "held": "list_held", "flagged": "list_flagged"}


def evaluate_recipe(
    names: Sequence[str],
    root: Path,
    *,
    seed: int = 0,
    recipe: Recipe | None = None,
    group: str = "label_source",
    choices: Choices | None = None,
    posts: bool = True,
    groups: Sequence[str] = ("vendors", "studies"),
    until: int | None = None,
    quick: bool = True,
    folds: int = 10,
    jobs: int = 2,
    on_progress: ProgressCallback = nobody,
) -> dict[str, Any]:
    """Cross-validate the recipe: a random split, and groups left out. Plain numbers, ready for JSON.

    groups: of `harness.GROUPS`. until: the last year trained on where `years` are left out. quick: models of groups
    left out have two folds and one seed, as in training; else as many as the recipe says.
    """
    unknown = [name for name in groups if name not in harness.GROUPS]
    if unknown:
        raise InputError(
            f"--groups {unknown[0]}: there is no such group", f"Write {', '.join(harness.GROUPS)}."
        )
    inputs = gather(names, root, group=group, choices=choices)
    labelled = inputs.labelled
    if not posts:
        labelled = Labelled(without_posts(labelled.table), labelled.zombie, labelled.groups)
    check(labelled)
    chosen = lean(recipe or Recipe(), labelled)
    todo = [split for kind in groups for split in harness.splits(labelled, kind, seed, until)]
    short = validating(chosen) if quick else chosen
    with side_by_side(labelled):
        random = harness.random(labelled, chosen, seed, folds=folds, jobs=jobs, on_progress=on_progress)
        left = harness.run(labelled, todo, short, seed, jobs=jobs, on_progress=on_progress)
    held, zombie = random.slice.held, labelled.zombie
    return {
        "of": "recipe",
        "rows": {"zombie": int(zombie.sum()), "genuine": int((~zombie).sum())},
        "slices": {part.slice.name: figures(part) for part in (random, *left)},
        "without_posts": {
            "auc_change": round((random.slice.bare.auc or 0) - (random.slice.posts.auc or 0), 5),
            "mean_score_change": {
                "zombie": round(float(held.bare[zombie].mean() - held.score[zombie].mean()), 5),
                "genuine": round(float(held.bare[~zombie].mean() - held.score[~zombie].mean()), 5),
            },
        },
        "doubts": list(inputs.doubts),
        "refused": len(inputs.refused),
        "dropped": dict(inputs.dropped),
    }


def figures(part: Left) -> dict[str, Any]:
    """A slice's figures with posts and without: its metrics, and the error of whole audits of it."""
    return {
        "with posts": part.slice.posts.as_dict() | _lists(part.posts),
        "without posts": part.slice.bare.as_dict() | _lists(part.bare),
    }


def _lists(lists: Lists | None) -> dict[str, float | None]:
    values = {} if lists is None else asdict(lists)
    return {key: round(values[name], 5) if values else None for name, key in LISTS.items()}


def evaluate_model(
    names: Sequence[str],
    root: Path,
    artefact: Artefact,
    *,
    group: str = "label_source",
    choices: Choices | None = None,
    posts: bool = True,
) -> dict[str, Any]:
    """Score the inputs with a model and hold the scores against the labels: in all, and for each group."""
    inputs = gather(names, root, group=group, choices=choices)
    labelled = inputs.labelled
    detector = Detector(artefact)
    views = {"without posts": without_posts(labelled.table)}
    if posts and labelled.timeline.any():
        views = {"with posts": labelled.table, **views}
    slices: dict[str, dict[str, Any]] = {"all": {}}
    for how, table in views.items():
        score = detector.score(extract(table).matrix, table["id"].to_pylist())
        slices["all"][how] = measure(score, labelled.zombie, detector.operating_point).as_dict()
        for name in np.unique(labelled.groups):
            mine = labelled.groups == name
            figures = measure(score[mine], labelled.zombie[mine], detector.operating_point)
            slices.setdefault(str(name), {})[how] = figures.as_dict()
    trained = {source["name"] for source in artefact.card["sets"]}
    known = sorted({str(source["name"]) for source in inputs.sources} & trained)
    return {
        "of": f"{artefact.info.name}-{artefact.info.version}",
        "rows": {"zombie": int(labelled.zombie.sum()), "genuine": int((~labelled.zombie).sum())},
        "slices": slices,
        "trained_on": known,
        "refused": len(inputs.refused),
        "dropped": dict(inputs.dropped),
    }


def table_text(result: Mapping[str, Any]) -> str:
    """An evaluation as lines for a terminal."""
    columns = [*COLUMNS, *(LISTS.values() if result["of"] == "recipe" else ())]
    width = max(len(name) for name in result["slices"]) + 2
    lines = [
        f"{result['of']}: {result['rows']['zombie']} zombies, {result['rows']['genuine']} genuine accounts",
        "",
    ]
    lines.append(" " * (width + 15) + "".join(f"{HEADS.get(c, c):>8}" for c in columns))
    for name, figures in result["slices"].items():
        for how, values in figures.items():
            cells = "".join("       -" if values.get(c) is None else f"{values[c]:8.4f}" for c in columns)
            lines.append(f"{name:<{width}}{how:<15}{cells}")
    change = result.get("without_posts")
    if change:
        moved = change["mean_score_change"]
        lines += [
            "",
            f"Without posts the AUC changes by {change['auc_change']:+.4f}, the mean score of zombies by "
            f"{moved['zombie']:+.4f} and of genuine accounts by {moved['genuine']:+.4f}.",
        ]
    if result.get("trained_on"):
        lines += [
            "",
            f"The model was trained on {', '.join(result['trained_on'])}: these figures flatter it.",
        ]
    if result["of"] == "recipe":
        lines += [
            "",
            f"list: audits of {harness.DRAWN} followers drawn from the slice at shares "
            f"{', '.join(f'{share:g}' for share in harness.SHARES)}: mean |error|, how often the interval held the "
            "share, and how often the gate found the list foreign.",
            "The random split flatters: quote the left-out figures beside it.",
        ]
        lines += [f"Doubt: {doubt}" for doubt in result["doubts"]]
    return "\n".join(lines) + "\n"
