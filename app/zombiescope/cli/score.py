"""`zombiescope score INPUT... -o OUTPUT`: each record's score, for files of any size, here or on a cluster."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from zombiescope.cli import options

if TYPE_CHECKING:
    from zombiescope.domain import RejectedRow

__all__ = ["command"]

SHOWN = 5  # rejected rows named one by one


@click.command("score")
@click.argument("sources", metavar="INPUT...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="OUTPUT",
    help="Where to: .jsonl, .csv (also .gz, .zst) or .parquet; - is standard output.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "parquet"]),
    default="jsonl",
    show_default=True,
    help="The form of standard output.",
)
@click.option("--explain", is_flag=True, help="Give the records their reasons.")
@click.option(
    "--explain-above",
    type=click.FloatRange(0, 1),
    metavar="SCORE",
    help="Give their reasons to records of this score and above.",
)
@click.option("--resume", is_flag=True, help="Go on with an interrupted run of the same inputs.")
@click.option(
    "--jobs", type=click.IntRange(min=0), default=1, show_default=True, help="Inputs at once; 0: one a core."
)
@click.option("--engine", type=click.Choice(["local", "dask"]), default="local", show_default=True)
@click.option("--scheduler", metavar="URL", help="The Dask scheduler, as tcp://HOST:8786.")
@options.as_of
@options.model
def command(
    sources: tuple[str, ...],
    output: str,
    form: str,
    explain: bool,
    explain_above: float | None,
    resume: bool,
    jobs: int,
    engine: str,
    scheduler: str | None,
    as_of: datetime | None,
    model: str | None,
) -> None:
    """Score the followers in JSONL, CSV or Parquet files: a row a record, in order.

    INPUT is a file, a folder, a glob, a URL such as s3://bucket/key, or - for standard input; several are scored one
    after the other into one output.

    `score` is the probability of a zombie where half are; `zombie` is whether it reaches the model's operating point.
    Counting those does not give the share of zombies: that is what `zombiescope audit file:INPUT` is for.

    The output appears when it is complete. Rejected rows are listed with line and reason in OUTPUT.rejected.jsonl. An
    interrupted run leaves its working folder OUTPUT.part, from which --resume goes on.
    """
    from zombiescope import wiring
    from zombiescope.cli.progress import progress
    from zombiescope.usecases.scoring import Options, Step, find_inputs, score_inputs
    from zombiescope.usecases.scoring.inputs import estimated_rows
    from zombiescope.wiring.scoring import scoring_engine

    detector = wiring.detector(wiring.settings(), model)
    inputs = find_inputs(sources)
    options = Options(at=as_of, reasons_from=0.0 if explain and explain_above is None else explain_above)
    rows = shown = 0

    def rejected(row: RejectedRow) -> None:
        nonlocal shown
        shown += 1
        if shown <= SHOWN:
            field = f"{row.field}: " if row.field else ""
            click.echo(f"rejected: {row.where}: {field}{row.reason}", err=True)

    with progress() as report_progress:
        total = estimated_rows(inputs)

        def step(done: Step) -> None:
            nonlocal rows
            rows += done.rows
            report_progress("scoring records", rows, total if total and total > rows else None)

        summary = score_inputs(
            inputs,
            output,
            scoring_engine(detector, engine=engine, scheduler=scheduler, jobs=jobs),
            options,
            model=detector.info.sha256,
            resume=resume,
            form=f".{form}",
            on_step=step,
            on_rejected=rejected,
        )
    where = "standard output" if output == "-" else output
    listed = f" (listed in {summary.rejected_file})" if summary.rejected_file else ""
    click.echo(
        f"{summary.rows} records scored into {where}, {summary.rejected} rows rejected{listed}", err=True
    )
    if summary.late_posts:
        click.echo(
            f"{summary.late_posts} posts are later than the date of their record and were left out", err=True
        )
