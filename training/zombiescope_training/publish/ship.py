"""Makes the models that ship: `python -m zombiescope_training.publish.ship`, ZOMBIESCOPE_DATA at the published sets.

`followers` is trained on the published sets and is what audits use. `sample` is trained on simulated followers, for
audits of simulated accounts alone: those resemble no real vendor, and the real model would rightly say so.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from zombiescope_training.commands import train_model
from zombiescope_training.data import sets
from zombiescope_training.data.labelled import of_table
from zombiescope_training.model.recipe import CHOOSING, STUDY_REVEALING, Recipe
from zombiescope_training.model.train import train
from zombiescope_training.publish.artefact import write
from zombiescope_training.simulate.practice import practice

__all__ = ["NAME", "SAMPLE", "SEED", "main"]

NAME = "followers-3"
SAMPLE = "sample-3"
SEED = 20161201
JOBS = 2


def on_progress(what: str, done: int, of: int) -> None:
    """Progress as lines."""
    sys.stderr.write(f"{what}: {done} of {of}\n")


def ship_followers(models: Path, root: Path) -> None:
    """The model of real accounts."""
    train_model(
        sets.TRAINED,
        root,
        models / NAME,
        seed=SEED,
        beside=sets.BESIDE,
        jobs=JOBS,
        on_progress=on_progress,
    )


def ship_sample(models: Path) -> None:
    """The model of simulated accounts."""
    labelled = of_table(practice())
    # Simulated vendors post as their parameters say, in training as in the lists: here posts are worth learning.
    recipe = Recipe(exclude=(*STUDY_REVEALING, *CHOOSING), depth=2)
    model = train(labelled, recipe, SEED, jobs=JOBS, on_progress=on_progress)
    source = {
        "name": "simulated follower lists (zombiescope_training.simulate.practice)",
        "zombie": int(labelled.zombie.sum()),
        "genuine": int((~labelled.zombie).sum()),
        "sha256": {},
    }
    write(model, models / SAMPLE, [source])


def main() -> None:
    """Train both into models/ of the checkout, or the one named on the command line."""
    models = Path(__file__).resolve().parents[3] / "models"
    asked = sys.argv[1:] or [SAMPLE, NAME]
    if SAMPLE in asked:
        ship_sample(models)
    if NAME in asked:
        ship_followers(models, Path(os.environ.get("ZOMBIESCOPE_DATA", "../shared/data")))
    (models / "CURRENT").write_text(NAME + "\n", "utf-8")


if __name__ == "__main__":
    main()
