"""`zombiescope demo`: audit the sample embassy offline, with the known truth beside the answer."""

from __future__ import annotations

import sys
from pathlib import Path

import click

__all__ = ["command"]

ACCOUNT = "sample:canada"
CLAIM = 0.87


@click.command("demo")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    default="report.html",
    show_default=True,
    help="Where the report goes.",
)
def command(output: str) -> None:
    """Audit the sample embassy offline, print the answer beside the truth, and write a report."""
    from zombiescope import wiring
    from zombiescope.cli.audit import perform
    from zombiescope.cli.output import deliver, write_whole
    from zombiescope.report import render
    from zombiescope.usecases.audit import AuditRequest

    outcome = perform(AuditRequest(account=ACCOUNT, claim=CLAIM), None)
    truth = wiring.truth(ACCOUNT, wiring.settings())
    colour = sys.stdout.isatty()
    text = render(
        outcome.audit, outcome.rows, form="text", truth=truth, command="zombiescope demo", colour=colour
    )
    page = render(
        outcome.audit,
        outcome.rows,
        form="html",
        truth=truth,
        command="zombiescope demo",
        reference=outcome.reference,
    )
    deliver(text, None)
    write_whole(Path(output), page)
    click.echo(f"The report with its pictures is in {output}: open it in a browser.")
