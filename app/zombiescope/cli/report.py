"""`zombiescope report AUDIT`: a stored audit's report again, in another form or language, or one chart of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zombiescope.cli import options
from zombiescope.cli.options import naming

if TYPE_CHECKING:
    from zombiescope.storage import StoredAudit

__all__ = ["command"]

# The names of report/charts.py, which is too heavy to import for --help; a test holds them together.
CHARTS = ("share", "follow-order", "scores", "sensitivity", "bounds")


@click.command("report")
@click.argument("audit")
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "text", "json", "csv", "embed"]),
    default="html",
    show_default=True,
)
@click.option(
    "--chart", type=click.Choice(CHARTS), help="This chart alone, as SVG, PNG or CSV by the file's ending."
)
@naming
@options.output
def command(
    audit: str,
    form: str,
    chart: str | None,
    lang: str,
    name: str | None,
    title: str | None,
    output: str | None,
) -> None:
    """Write the report of a stored AUDIT: an id, the beginning of one, or "last".

    \b
    zombiescope report last -o report.html --lang zh --name "Embassy of Canada"
    zombiescope report last --chart share -o share.svg
    zombiescope report last --format embed -o embed.html
    """
    from zombiescope import wiring
    from zombiescope.cli.output import deliver
    from zombiescope.report import render

    settings = wiring.settings()
    with wiring.store(settings) as store:
        stored = store.audits.stored_audit(store.audits.find(audit))
    if chart is not None:
        _chart(stored, chart, lang, output)
        return
    truth = None if stored.audit.account is None else wiring.truth(stored.audit.account.ref, settings)
    text = render(
        stored.audit,
        stored.rows,
        form=form,  # type: ignore[arg-type]
        truth=truth,
        lang=lang,
        name=name,
        title=title,
        reference=stored.reference,
    )
    deliver(text, output)


def _chart(stored: StoredAudit, name: str, lang: str, output: str | None) -> None:
    from zombiescope.cli.output import CHART_FORMS, write_chart
    from zombiescope.errors import InputError
    from zombiescope.i18n import speaking
    from zombiescope.report import view
    from zombiescope.report.charts import chart

    if output is None:
        raise InputError(
            "a chart needs a file to go to", f"Name one with -o that ends in {', '.join(CHART_FORMS)}."
        )
    with speaking(lang):
        write_chart(chart(view(stored.audit, stored.rows, reference=stored.reference), name), output)
