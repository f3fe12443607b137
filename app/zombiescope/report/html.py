"""The report as one self-contained HTML page that a strict Content-Security-Policy can serve.

The charts are pictures in the page; where scripts may run, the follow-order chart is interactive. Everything is
inside the file: style, font and scripts stand in it, allowed by their hashes, and nothing is fetched.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import math
import re
from importlib import resources
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup, escape

from zombiescope import formatting, i18n
from zombiescope.formatting import sentence
from zombiescope.i18n import gettext as _
from zombiescope.report import charts, vega
from zombiescope.report.chart import Chart
from zombiescope.report.glossary import Glossary

if TYPE_CHECKING:
    from zombiescope.report.points import Points
    from zombiescope.report.view import View

__all__ = ["chart_svg", "content_security_policy", "embed", "number_line", "page", "render", "warm_up"]

STILL = 3_000  # dots of the picture for print and without script; the interactive chart has all
_SHARE = re.compile(r"\d[\d.,]*%")
# A command of ours with what follows it, or an option in running text.
_OPTION = re.compile(r"(?<![^\s：（，。])(\(?)(zombiescope [a-z]+(?: [^\s。]+)*|--[a-z][a-z-]*)")
_CDATA = ("//<![CDATA[\n", "//]]>")  # so that a parser of XML reads the page too


def render(view: View) -> str:
    """The view as a page without links to anything or style attributes; text from accounts is escaped."""
    picture = view.picture
    simulated = view.simulated is not None
    return page(
        "report.html.j2",
        view=view,
        still=picture and chart_svg(charts.follow_order(picture, simulated=simulated, most=STILL)),
        thinned=picture and len(picture.x) > STILL and formatting.count(STILL),
        histogram=_drawn(view, "scores", bool(view.scores)),
        sensitivity=_drawn(view, "sensitivity", bool(view.sensitivity)),
        glossary=Glossary(),
        data=picture and _data(picture, simulated=simulated),
        scripts=[Markup(one) for one in _scripts()] if picture else [],  # noqa: S704 our own scripts
    )


def embed(view: View) -> str:
    """The answer alone as a small page for inside another: sentence, interval, claim; no script, no request."""
    return page("embed.html.j2", view=view)


def number_line(view: View) -> Markup:
    """The interval on a line from 0% to 100% with the claim, as an element for a page whose style knows it."""
    template = _environment().get_template("number_line.html.j2")
    return Markup(template.make_module({"lang": i18n.html_lang()}).number_line(view))  # type: ignore[attr-defined]  # noqa: S704


def _drawn(view: View, name: str, there: bool) -> Markup | None:
    return chart_svg(charts.chart(view, name)) if there else None


def page(template: str, **context: object) -> str:
    """A template of this package as a page with our style block and its policy."""
    return (
        _environment()
        .get_template(template)
        .render(
            style=Markup(_style()),  # noqa: S704 our own stylesheet
            policy=content_security_policy(),
            lang=i18n.html_lang(),
            **context,
        )
    )


def content_security_policy() -> str:
    """The policy under which the page works: its style block and scripts by hash, its font, and nothing else.

    For a header, add `frame-ancestors 'none'`, which a page cannot say for itself.
    """
    scripts = " ".join(f"'{_hash(script)}'" for script in _scripts())
    return (
        f"default-src 'none'; style-src '{_hash(_style())}'; script-src {scripts}; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def warm_up() -> None:
    """Compile the template and hash the scripts, which the first report would wait for."""
    _environment().get_template("report.html.j2")
    content_security_policy()


def chart_svg(chart: Chart) -> Markup:
    """A chart as an element of a page."""
    return Markup(chart.svg())  # noqa: S704 what is drawn is escaped by Vega


def _data(points: Points, *, simulated: bool) -> Markup:
    """What the script needs to draw the points and to say who they are, as JSON that no HTML parser leaves."""
    chart = charts.follow_order(points, simulated=simulated, interactive=True)
    spec = vega.compiled(chart.spec)
    del spec["$schema"]
    # The expression interpreter takes the one argument of datetime() for a year: give the scale its ends as numbers.
    dots = chart.spec["layer"][-1]["encoding"]
    next(scale for scale in spec["scales"] if scale["name"] == "y")["domain"] = dots["y"]["scale"]["domain"]
    data = {
        "spec": spec,
        "ink": vega.INK,
        "length": points.length,
        "place": [int(x) for x in points.x.tolist()],
        "created": [_short(t, 2) for t in points.created.tolist()],
        "score": [_short(s, 3) for s in points.score.tolist()],
        "names": points.names,
        "links": points.links if any(points.links) else [],
        "words": {
            "alt": points.alt,
            "tip": _("%(name)s · place %(place)s · account created %(created)s · score %(score)s"),
            "inside": _("Selected: %(count)s followers, %(high)s of them with a score of .5 or more."),
            "first": _("The first %(count)s are listed."),
        },
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(safe)  # noqa: S704 no character of it is markup


def _short(number: float, digits: int) -> float | None:
    return None if math.isnan(number) else round(number, digits)


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("zombiescope.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension
        i18n.gettext, i18n.ngettext, newstyle=True
    )
    environment.filters |= {"shares": _shares, "prose": _prose, "sentence": sentence, "along": _along}
    return environment


@functools.cache
def _style() -> str:
    loader = _environment().loader
    assert loader is not None  # noqa: S101 it was given above
    font = base64.b64encode(_static("source-serif-4-600.woff2")).decode()
    return loader.get_source(_environment(), "report.css")[0].replace("SERIF_FONT", font)


@functools.cache
def _scripts() -> tuple[str, ...]:
    """Vega, and what makes the chart interactive: the text of each script element."""
    first, last = _CDATA
    return tuple(f"{first}{_static(name).decode()}{last}" for name in ("vega.js", "followers.js"))


def _static(name: str) -> bytes:
    return resources.files("zombiescope.report").joinpath("static", name).read_bytes()


@functools.cache
def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _shares(text: str) -> Markup:
    """Text with each percentage marked, so that the numbers of a headline stand out."""
    return Markup(_SHARE.sub(r"<strong>\g<0></strong>", str(escape(text))))  # noqa: S704 escaped in the same line


def _prose(text: str) -> Markup:
    """Text with command-line options set as code, which also keeps their hyphens on one line."""
    return Markup(_OPTION.sub(r"\1<code>\2</code>", str(escape(text))))  # noqa: S704 escaped in the same line


def _along(share: float) -> str:
    """A share (0 to 1) as an SVG coordinate: SVG takes percentages, so the line needs no fixed width."""
    return f"{round(min(max(share, 0.0), 1.0) * 100, 2):g}%"
