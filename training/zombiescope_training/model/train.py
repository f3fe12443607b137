"""Training whole: fold models, templates and the validation that travels with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from zombiescope.detector import Artefact
from zombiescope.errors import TrainingError
from zombiescope.features import extract
from zombiescope_training.data.labelled import Labelled
from zombiescope_training.model.continuation import with_parts, with_reference, with_templates
from zombiescope_training.model.fit import FoldModels, ProgressCallback, fit, nobody
from zombiescope_training.model.recipe import Recipe
from zombiescope_training.model.reference import Reference, reference
from zombiescope_training.model.templates import drift_tables, typical
from zombiescope_training.validation import leave_one_out
from zombiescope_training.validation.leave_one_out import Slice

__all__ = ["LEAST_ROWS", "Trained", "check", "train"]

LEAST_ROWS = 100  # a class with fewer rows can be neither learnt nor tested


@dataclass(frozen=True)
class Trained:
    """A model and all that its folder will hold but the card.

    reference: each group's features and the models that never saw it.
    random: figures of the shipped fold models on the rows each held out. vendors: each vendor left out, against its
    platform's people out of fold. studies: each study's genuine accounts left out.
    """

    models: FoldModels
    recipe: Recipe
    seed: int
    labelled: Labelled
    templates: dict[str, Any]
    random: Slice
    vendors: list[Slice]
    studies: list[Slice]
    reference: Reference


def check(labelled: Labelled) -> None:
    """Raises TrainingError where a class has too few rows to be learnt and tested."""
    zombies, genuine = int(labelled.zombie.sum()), int((~labelled.zombie).sum())
    if min(zombies, genuine) < LEAST_ROWS:
        raise TrainingError(
            f"{zombies} zombies and {genuine} genuine accounts are too few to train on",
            f"Label at least {LEAST_ROWS} of each, or go on from a model with --base.",
        )


def train(
    labelled: Labelled,
    recipe: Recipe,
    seed: int,
    *,
    base: Artefact | None = None,
    beside: Labelled | None = None,
    jobs: int = 1,
    on_progress: ProgressCallback = nobody,
) -> Trained:
    """Train on a labelled sample and validate on what was left out.

    base: a model to go on from; its boosters are continued, its reference groups stay beside the new. beside: reference
    groups that are not trained on.
    """
    check(labelled)
    matrix = extract(labelled.table).matrix
    models = fit(
        labelled,
        recipe,
        seed,
        matrix=matrix,
        base=base.boosters if base else None,
        jobs=jobs,
        on_progress=on_progress,
    )
    score, bare = leave_one_out.score_both(models, labelled.table)
    random = leave_one_out.slice_of(
        f"random {recipe.folds}-fold", labelled, leave_one_out.HeldOut(np.arange(len(score)), score, bare)
    )
    # By the whole recipe: the models of groups left out are shipped, to score these groups as audits score followers.
    vendors = leave_one_out.leave_vendor_out(labelled, recipe, seed, jobs=jobs, on_progress=on_progress)
    studies = leave_one_out.leave_study_out(labelled, recipe, seed, jobs=jobs, on_progress=on_progress)
    groups = reference(models, labelled, matrix, vendors, studies, beside)
    tables = {"form": 3, "typical": typical(labelled), "drift": drift_tables(models, labelled)}
    if base is not None:
        models = with_parts(models, base)
        tables, groups = with_templates(tables, base), with_reference(groups, base)
    return Trained(models, recipe, seed, labelled, tables, random, vendors, studies, groups)
