"""`zombiescope score INPUT -o OUTPUT`: each record's score, for files of any size."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from zombiescope.cli.param_types import DATE

__all__ = ["command"]

SHOWN = 5  # refused rows named one by one


@click.command("score")
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "target",
    metavar="OUTPUT",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to: .jsonl, .csv or .parquet.",
)
@click.option("--explain", is_flag=True, help="Give each record its reasons (slow: some 10 ms a record).")
@click.option("--as-of", type=DATE, help="Date of the data, where the records carry none.")
@click.option("--model", help="A model's name, or its folder.")
def command(source: Path, target: Path, explain: bool, as_of: datetime | None, model: str | None) -> None:
    """Score the followers in a JSONL, CSV or Parquet file: a row a record, in order.

    `score` is the probability of a zombie where half are; `zombie` is whether it reaches the model's operating point.
    Counting those does not give the share of zombies: that is what `zombiescope audit file:INPUT` is for.
    """
    from zombiescope import wiring
    from zombiescope.cli.progress import progress
    from zombiescope.usecases.file_scoring import score_file

    detector = wiring.detector(wiring.settings(), model)
    rows = refused = late = 0
    with progress() as told:
        for done in score_file(source, target, detector, at=as_of, reasons=explain):
            for row in done.refused[: max(SHOWN - refused, 0)]:
                field = f"{row.field}: " if row.field else ""
                click.echo(f"refused: {row.where}: {field}{row.reason}", err=True)
            rows, refused, late = done.rows, refused + len(done.refused), late + done.late_posts
            told("scoring records", rows, None)
    click.echo(f"{rows} records scored into {target}, {refused} rows refused", err=True)
    if late:
        click.echo(f"{late} posts are later than the date of their record and were left out", err=True)
