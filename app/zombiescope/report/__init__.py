"""One view of an audit, many forms: text, JSON, HTML, CSV, and the pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from zombiescope import formatting
from zombiescope.domain import Audit
from zombiescope.errors import InputError
from zombiescope.i18n import language, speaking
from zombiescope.report.view import Truth, View, view

if TYPE_CHECKING:
    import pyarrow as pa

    from zombiescope.share.inputs import Reference

__all__ = ["FORMS", "Form", "Truth", "View", "render", "report_svg", "view"]

Form = Literal["text", "json", "html", "csv", "embed"]
FORMS: tuple[Form, ...] = ("text", "json", "html", "csv", "embed")


def render(
    audit: Audit,
    rows: pa.Table | None,
    *,
    form: Form,
    truth: Truth | None = None,
    command: str | None = None,
    colour: bool = False,
    lang: str | None = None,
    name: str | None = None,
    title: str | None = None,
    reference: Reference | None = None,
) -> str:
    """The audit in one form, ending in a line break.

    form: "embed" is the HTML page's answer alone, for inside another page.
    rows: the scored followers' records (`records.SCHEMA`, in the order of `audit.followers`), or None.
    truth: what is known of a simulated list; text and HTML put it beside the estimate, JSON and CSV have no
        place for it.
    command: the command line that made the audit; else it is put together from the audit.
    colour: terminal colours in the text.
    lang: a key of `i18n.LANGUAGES`, else that of the context; JSON and CSV are the same in all.
    reference: the groups that the followers were compared with, for the picture of the scores; text has no place for
        it.
    name, title: what the account is called and the report's title, in place of the audit's own.
    Raises InputError for another form, ValueError when rows and followers differ in number.
    """
    # Each form is imported when asked for: the charts take half a second to begin.
    if form == "json":
        from zombiescope.report import json

        return json.render(audit)
    if form == "csv":
        from zombiescope.report import csv

        return csv.render(audit, rows)
    if form == "text":
        from zombiescope.report import text

        with speaking(lang or language()):
            return text.render(
                _named(view(audit, None, truth=truth, command=command), name, title), colour=colour
            )
    if form in ("html", "embed"):
        from zombiescope.report import html

        with speaking(lang or language()):
            shown = view(audit, rows, truth=truth, command=command, reference=reference)
            return (html.render if form == "html" else html.embed)(_named(shown, name, title))
    raise InputError(f"there is no report form {form!r}", f"Use one of {', '.join(FORMS)}.")


def _named(shown: View, name: str | None, title: str | None) -> View:
    """The view under other names; a simulated one says so in any title."""
    account = shown.account if name is None else formatting.clean(name, longest=80)
    given = shown.title.replace(shown.account, account) if title is None else formatting.clean(title)
    if shown.simulated and "SIMULATED" not in given:
        given = f"SIMULATED: {given}"
    return replace(shown, account=account, title=given)


def report_svg(audit: Audit, rows: pa.Table | None) -> str:
    """The headline, the number line and the follow-order picture as one SVG image that stands alone."""
    from zombiescope.report import charts

    return charts.report(view(audit, rows)).svg(alone=True)
