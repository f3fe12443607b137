"""`zombiescope train LABELLED... --out models/NAME`: a model of one's own."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from zombiescope.cli import options
from zombiescope.cli.file_choices import choices_from, decided, file_options

if TYPE_CHECKING:
    from zombiescope.detector import Artefact
    from zombiescope.settings import Settings

__all__ = ["command", "report_rows"]


@click.command("train")
@click.argument("labelled", nargs=-1)
@click.option(
    "--from-audits", is_flag=True, help="Take the followers labelled in stored audits, besides LABELLED."
)
@click.option(
    "--vendor",
    "vendors",
    multiple=True,
    metavar="[ACCOUNT=]NAME",
    help="Who sold the zombies of the audits (of one account).",
)
@click.option("--out", type=click.Path(file_okay=False), required=True, help="The folder of the new model.")
@click.option(
    "--group", default="label_source", show_default=True, help="The field that names vendor or study."
)
@click.option("--base", help="Go on from this model (a name or a folder) instead of starting afresh.")
@click.option("--seed", type=int, default=0, show_default=True, help="Same data and seed: same bytes.")
@options.jobs
@file_options
def command(
    labelled: tuple[str, ...],
    from_audits: bool,
    vendors: tuple[str, ...],
    out: str,
    group: str,
    base: str | None,
    seed: int,
    jobs: int,
    **given: Any,
) -> None:
    """Train a model on labelled records and validate it; nothing is activated.

    LABELLED is a file of records with `label` and `label_source`, or set:NAME of the published sets under
    ZOMBIESCOPE_DATA. Several are merged.
    """
    if not labelled and not from_audits:
        raise click.UsageError("give LABELLED or --from-audits")
    from zombiescope import wiring
    from zombiescope.cli.progress import progress

    settings = wiring.settings()
    training = wiring.training_commands()
    choices = choices_from(given)
    for name in labelled:
        if not name.startswith("set:"):
            choices = decided(Path(name), choices)
    with TemporaryDirectory() as folder:
        names = (*labelled, *([_of_audits(settings, vendors, Path(folder))] if from_audits else ()))
        with progress() as on_progress:
            _, inputs = training.train_model(
                names,
                settings.data,
                Path(out),
                seed=seed,
                group=group,
                choices=choices,
                base=wiring.artefact(settings, base) if base else None,
                current=_current(settings),
                jobs=jobs,
                on_progress=on_progress,
            )
    report_rows(inputs)
    click.echo((Path(out) / "card.md").read_text("utf-8"))
    click.echo(
        f"The model is in {out}. To use it: zombiescope models activate {out}",
        err=True,
    )


def _of_audits(settings: Settings, vendors: tuple[str, ...], folder: Path) -> str:
    """A file of the followers labelled in stored audits; says how many there are."""
    import pyarrow.parquet as pq

    from zombiescope import wiring
    from zombiescope.usecases.labelled_audits import NEEDED, labelled_audits, vendors_by_account

    with wiring.store(settings) as store:
        sample = labelled_audits(store, vendors=vendors_by_account(vendors))
    labels = sample.rows["label"].to_pylist()
    counts = {label: labels.count(label) for label in ("zombie", "genuine")}
    click.echo(
        f"{counts['zombie']} zombies and {counts['genuine']} genuine followers of {sample.audits} labelled audits "
        f"({NEEDED} of each make a model)",
        err=True,
    )
    for reason, rows in sample.dropped.items():
        if rows:
            click.echo(f"left out: {rows} labelled followers ({reason})", err=True)
    path = folder / "labelled-in-audits.parquet"
    pq.write_table(sample.rows, path)
    return str(path)


def _current(settings: Settings) -> Artefact | None:
    """The model in use, to compare with; None where there is none."""
    from zombiescope import wiring
    from zombiescope.errors import ModelError

    try:
        return wiring.artefact(settings, None)
    except ModelError:
        return None


def report_rows(inputs: object) -> None:
    """Say on stderr which rows were not used, and why, and what is doubtful of the sample."""
    refused = getattr(inputs, "refused", ())
    for row in refused[:5]:
        click.echo(f"refused: {row.where}: {row.field + ': ' if row.field else ''}{row.reason}", err=True)
    if len(refused) > 5:
        click.echo(f"refused: {len(refused)} rows in all", err=True)
    for reason, rows in getattr(inputs, "dropped", {}).items():
        click.echo(f"left out: {rows} rows ({reason})", err=True)
    unlabelled = getattr(getattr(inputs, "labelled", None), "unlabelled", 0)
    if unlabelled:
        click.echo(f"left out: {unlabelled} rows (no label)", err=True)
    for doubt in getattr(inputs, "doubts", ()):
        click.echo(f"doubt: {doubt}", err=True)
