"""What the command line and the service ask of training: `train` and `evaluate` on named inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from zombiescope.detector import Artefact, Detector
from zombiescope.detector.artefact import digest
from zombiescope.domain import Refused
from zombiescope.errors import InputError, ModelError
from zombiescope.features import extract
from zombiescope.sources.files import read
from zombiescope_training import publish, sets, validate
from zombiescope_training.card import COLUMNS
from zombiescope_training.fit import Told, nobody
from zombiescope_training.labelled import Labelled, of_table
from zombiescope_training.metrics import measure
from zombiescope_training.recipe import Recipe
from zombiescope_training.rows import without_posts
from zombiescope_training.train import Trained, check, train

__all__ = ["Inputs", "evaluate_model", "evaluate_recipe", "gather", "set_names", "table_text", "train_model"]

# Seconds matter more than the last digit on a small sample: below this many rows a recipe is made lean.
SMALL = 3_000


@dataclass(frozen=True)
class Inputs:
    """Labelled records from sets and files, merged.

    sources: name, rows of each class and sha256 of each file, for the card. refused: rows that could not be read.
    dropped: rows left out when merging, by reason.
    """

    labelled: Labelled
    sources: tuple[Mapping[str, Any], ...]
    refused: tuple[Refused, ...]
    dropped: Mapping[str, int]


def set_names(root: Path) -> list[str]:
    """The published sets that are there."""
    return sets.names(root)


def gather(names: Sequence[str], root: Path, *, group: str = "label_source") -> Inputs:
    """Read every input: `set:NAME` under `root`, or a file of labelled records.

    group: the record field that tells vendors and studies apart.
    """
    tables: list[pa.Table] = []
    sources: list[Mapping[str, Any]] = []
    refused: list[Refused] = []
    for name in names:
        if name.startswith("set:"):
            table = sets.load(name, root)
            digests = sets.digest(name, root)
        else:
            table, bad = read(Path(name))
            refused.extend(bad)
            digests = {Path(name).name: digest(Path(name).read_bytes())}
        if group != "label_source":
            table = _grouped(table, group)
        tables.append(table)
        label = table["label"].to_pylist()
        sources.append(
            {
                "name": name if name.startswith("set:") else Path(name).name,
                "zombie": label.count("zombie"),
                "genuine": label.count("genuine"),
                "sha256": digests,
            }
        )
    merged, dropped = sets.merge(tables)
    return Inputs(of_table(merged), tuple(sources), tuple(refused), dropped)


def _grouped(table: pa.Table, group: str) -> pa.Table:
    if group not in table.column_names:
        raise InputError(f"--group {group}: the records have no such field")
    index = table.schema.get_field_index("label_source")
    return table.set_column(index, table.schema.field(index), table[group].cast(pa.string()))


def lean(recipe: Recipe, labelled: Labelled) -> Recipe:
    """The recipe for a sample of this size: leaves may be smaller where the sample is."""
    rows = len(labelled.zombie)
    if rows >= SMALL:
        return recipe
    # A leaf of 80 rows is a fortieth of a small sample's class: let it be as fine as it is on the published sets.
    return replace(recipe, leaf_rows=max(10, recipe.leaf_rows * rows // SMALL), seeds=1)


def train_model(
    names: Sequence[str],
    root: Path,
    out: Path,
    *,
    seed: int = 0,
    recipe: Recipe | None = None,
    group: str = "label_source",
    base: Artefact | None = None,
    current: Artefact | None = None,
    jobs: int = 2,
    told: Told = nobody,
) -> tuple[dict[str, Any], Inputs]:
    """Train on the inputs and write the model to `out`; its card. Nothing is activated.

    base: a model to go on from. current: a model to be compared with on the same rows.
    """
    inputs = gather(names, root, group=group)
    chosen = lean(recipe or Recipe(), inputs.labelled)
    texts = None
    if base is not None:
        if len(base.boosters) != chosen.folds:
            chosen = replace(chosen, folds=len(base.boosters))
        _same_inputs(base, chosen)
        texts = base.boosters
    trained: Trained = train(inputs.labelled, chosen, seed, base=texts, jobs=jobs, told=told)
    compared = _compare(trained, current) if current else None
    return publish.write(trained, out, inputs.sources, compared), inputs


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
    from zombiescope_training.fit import inputs as columns

    if tuple(base.card["inputs"]) != tuple(NAMES[k] for k in columns(recipe)):
        raise ModelError(
            f"--base {base.info.name}: it was given other features than this recipe gives",
            "Train afresh, without --base.",
        )


def evaluate_recipe(
    names: Sequence[str],
    root: Path,
    *,
    seed: int = 0,
    recipe: Recipe | None = None,
    group: str = "label_source",
    posts: bool = True,
    folds: int = 10,
    jobs: int = 2,
    told: Told = nobody,
) -> dict[str, Any]:
    """Cross-validate the recipe: a random split, and every vendor left out. Plain numbers, ready for JSON."""
    inputs = gather(names, root, group=group)
    labelled = inputs.labelled
    if not posts:
        labelled = Labelled(without_posts(labelled.table), labelled.zombie, labelled.groups)
    check(labelled)
    chosen = lean(recipe or Recipe(), labelled)
    random = validate.cross_validate(labelled, chosen, seed, folds=folds, jobs=jobs, told=told)
    left = validate.leave_vendor_out(labelled, chosen, seed, jobs=jobs, told=told)
    held, zombie = random.held, labelled.zombie
    return {
        "of": "recipe",
        "rows": {"zombie": int(zombie.sum()), "genuine": int((~zombie).sum())},
        "slices": {random.name: _figures(random), **{f"left out: {s.name}": _figures(s) for s in left}},
        "without_posts": {
            "auc_change": round((random.bare.auc or 0) - (random.posts.auc or 0), 5),
            "mean_score_change": {
                "zombie": round(float(held.bare[zombie].mean() - held.score[zombie].mean()), 5),
                "genuine": round(float(held.bare[~zombie].mean() - held.score[~zombie].mean()), 5),
            },
        },
        "refused": len(inputs.refused),
        "dropped": dict(inputs.dropped),
    }


def _figures(part: validate.Slice) -> dict[str, Any]:
    return {"with posts": part.posts.as_dict(), "without posts": part.bare.as_dict()}


def evaluate_model(
    names: Sequence[str],
    root: Path,
    artefact: Artefact,
    *,
    group: str = "label_source",
    posts: bool = True,
) -> dict[str, Any]:
    """Score the inputs with a model and hold the scores against the labels: in all, and for each group."""
    inputs = gather(names, root, group=group)
    labelled = inputs.labelled
    detector = Detector(artefact)
    seen = {"without posts": without_posts(labelled.table)}
    if posts and labelled.timeline.any():
        seen = {"with posts": labelled.table, **seen}
    slices: dict[str, dict[str, Any]] = {"all": {}}
    for how, table in seen.items():
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
    width = max(len(name) for name in result["slices"]) + 2
    lines = [
        f"{result['of']}: {result['rows']['zombie']} zombies, {result['rows']['genuine']} genuine accounts",
        "",
    ]
    lines.append(" " * (width + 15) + "".join(f"{c[:6]:>8}" for c in COLUMNS))
    for name, figures in result["slices"].items():
        for how, values in figures.items():
            cells = "".join("       -" if values[c] is None else f"{values[c]:8.4f}" for c in COLUMNS)
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
        lines += ["", "The random split flatters: quote the left-out figures beside it."]
    return "\n".join(lines) + "\n"
