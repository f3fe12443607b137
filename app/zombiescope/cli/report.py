"""`zombiescope report AUDIT`: a stored audit's report again, in another form or language, or one chart of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zombiescope.i18n import LANGUAGES

if TYPE_CHECKING:
    import pyarrow as pa

    from zombiescope.domain import Audit

__all__ = ["command"]

# The names of report/charts.py, which is too heavy to import for --help; a test holds them together.
CHARTS = ("share", "follow-order", "scores", "bounds")
_CHART_FORMS = (".svg", ".png", ".csv")


@click.command("report")
@click.argument("audit")
@click.option(
    "--format", "form", type=click.Choice(["html", "text", "json", "csv"]), default="html", show_default=True
)
@click.option(
    "--chart", type=click.Choice(CHARTS), help="This chart alone, as SVG, PNG or CSV by the file's ending."
)
@click.option(
    "--lang", type=click.Choice(list(LANGUAGES)), default="en", show_default=True, help="Its language."
)
@click.option("--name", help="What the account is called in it, in place of a file's name.")
@click.option("--title", help="Its title.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to this file.")
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
    """
    from zombiescope import wiring
    from zombiescope.cli.output import deliver
    from zombiescope.report import render

    settings = wiring.settings()
    with wiring.store(settings) as store:
        stored = store.audits.stored_audit(store.audits.find(audit))
    if chart is not None:
        _chart(stored.audit, stored.rows, chart, lang, output)
        return
    truth = None if stored.audit.account is None else wiring.truth(stored.audit.account.ref, settings)
    text = render(stored.audit, stored.rows, form=form, truth=truth, lang=lang, name=name, title=title)  # type: ignore[arg-type]
    deliver(text, output)


def _chart(audit: Audit, rows: pa.Table, name: str, lang: str, output: str | None) -> None:
    """Write one chart in the form that the file's ending names."""
    from zombiescope.cli.output import deliver, write_bytes_whole
    from zombiescope.errors import InputError
    from zombiescope.i18n import speaking
    from zombiescope.report import view
    from zombiescope.report.charts import chart

    ending = Path(output or "").suffix.lower()
    if output is None or ending not in _CHART_FORMS:
        raise InputError(
            "a chart needs a file to go to", f"Name one with -o that ends in {', '.join(_CHART_FORMS)}."
        )
    with speaking(lang):
        drawn = chart(view(audit, rows), name)
        if ending == ".png":
            write_bytes_whole(Path(output), drawn.png())
            click.echo(f"wrote {output}", err=True)
        else:
            deliver(drawn.svg(alone=True) if ending == ".svg" else drawn.csv(), output)
