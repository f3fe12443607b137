"""`zombiescope evaluate LABELLED...`: how good a model, or the recipe, is on labelled records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from zombiescope.cli import options
from zombiescope.cli.file_choices import choices_from, decided, file_options
from zombiescope.cli.output import deliver

__all__ = ["command"]


@click.command("evaluate")
@click.argument("labelled", nargs=-1, required=True)
@click.option(
    "--model", help="Score this model (a name or a folder); without it the recipe is cross-validated."
)
@click.option(
    "--group", default="label_source", show_default=True, help="The field that names vendor or study."
)
@click.option(
    "--groups",
    default="vendors,studies",
    show_default=True,
    help="What is left out in turn, of vendors, studies, pairs (a vendor with a study) and years (older sets train, "
    "newer ones test), with commas between.",
)
@click.option("--until", type=int, help="The last year that is trained on, where --groups has years.")
@click.option("--no-posts", is_flag=True, help="Leave the timelines out.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the cross-validation.")
@options.jobs
@file_options
@options.form("text", "json")
def command(
    labelled: tuple[str, ...],
    model: str | None,
    group: str,
    groups: str,
    until: int | None,
    no_posts: bool,
    seed: int,
    jobs: int,
    form: str,
    **given: Any,
) -> None:
    """Test a model on labelled records, or cross-validate the recipe: a random 10-fold split, and each vendor and
    study left out.

    LABELLED is a file of records with `label` and `label_source`, or set:NAME of the published sets under
    ZOMBIESCOPE_DATA.
    """
    from zombiescope import wiring
    from zombiescope.cli.progress import progress

    settings = wiring.settings()
    training = wiring.training_commands()
    choices = choices_from(given)
    for name in labelled:
        if not name.startswith("set:"):
            choices = decided(Path(name), choices)
    if model:
        result = training.evaluate_model(
            labelled,
            settings.data,
            wiring.artefact(settings, model),
            group=group,
            posts=not no_posts,
            choices=choices,
        )
    else:
        with progress() as on_progress:
            result = training.evaluate_recipe(
                labelled,
                settings.data,
                seed=seed,
                group=group,
                choices=choices,
                groups=[name.strip() for name in groups.split(",") if name.strip()],
                until=until,
                posts=not no_posts,
                jobs=jobs,
                on_progress=on_progress,
            )
    text = json.dumps(result, ensure_ascii=False, indent=2) if form == "json" else training.table_text(result)
    deliver(text, None)
