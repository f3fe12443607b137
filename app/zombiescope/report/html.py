"""The report as one self-contained HTML page that a strict Content-Security-Policy can serve."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup, escape

from zombiescope.formatting import sentence
from zombiescope.report import charts

if TYPE_CHECKING:
    from zombiescope.report.view import View

__all__ = ["content_security_policy", "page", "render"]

_SHARE = re.compile(r"\d[\d.,]*%")
_OPTION = re.compile(r"(?<!\S)(\(?)(--[a-z][a-z-]*)")


def render(view: View) -> str:
    """The view as a page without scripts, links or style attributes; text from accounts is escaped."""
    picture = view.picture
    simulated = view.simulated is not None
    return page(
        "report.html.j2",
        view=view,
        wide=picture and _svg(charts.follow_order(picture, simulated=simulated)),
        narrow=picture and _svg(charts.follow_order(picture, simulated=simulated, narrow=True)),
        histogram=_svg(charts.histogram(view.scores, simulated=simulated)) if view.scores else None,
    )


def page(template: str, **told: object) -> str:
    """A template of this package as a page with our style block and its policy."""
    return (
        _environment()
        .get_template(template)
        .render(
            style=Markup(_style()),  # noqa: S704 our own stylesheet
            policy=content_security_policy(),
            **told,
        )
    )


def content_security_policy() -> str:
    """The policy under which the page works: its one style block by hash, and nothing else.

    For a header, add `frame-ancestors 'none'`, which a page cannot say for itself.
    """
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("zombiescope.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"shares": _shares, "prose": _prose, "sentence": sentence, "along": _along}
    return environment


@functools.cache
def _style() -> str:
    loader = _environment().loader
    assert loader is not None  # noqa: S101 it was given above
    return loader.get_source(_environment(), "report.css")[0]


def _svg(drawn: str) -> Markup:
    return Markup(drawn)  # noqa: S704 charts escapes what it draws


def _shares(text: str) -> Markup:
    """Text with each percentage marked, so that the numbers of a headline stand out."""
    return Markup(_SHARE.sub(r"<strong>\g<0></strong>", str(escape(text))))  # noqa: S704 escaped in the same line


def _prose(text: str) -> Markup:
    """Text with command-line options set as code, which also keeps their hyphens on one line."""
    return Markup(_OPTION.sub(r"\1<code>\2</code>", str(escape(text))))  # noqa: S704 escaped in the same line


def _along(share: float) -> str:
    """A share (0 to 1) as an SVG coordinate: SVG takes percentages, so the line needs no fixed width."""
    return f"{round(min(max(share, 0.0), 1.0) * 100, 2):g}%"
