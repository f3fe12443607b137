"""Vega-Lite specifications drawn: as SVG for inside a page or alone, as PNG, and compiled for the browser.

vl-convert runs Vega-Lite and Vega without a browser and without the network. Its SVG is then made
fit to stand in a page under a strict Content-Security-Policy, with the ink as `currentColor`, and small: the dots of
a scatter plot become a few paths.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from zombiescope.vega_process import VEGA_LITE

if TYPE_CHECKING:
    from zombiescope.vega_process import VegaProcess

__all__ = ["INK", "PAPER", "compiled", "drawn_by", "png", "svg"]

INK = "#15191e"
PAPER = "#ffffff"
_process: VegaProcess | None = None
_RUN = (
    200  # dots that share paths: dots keep their order from run to run, so that no colour always lies on top
)
_DOT = re.compile(
    r'<path transform="translate\((-?[\d.]+),(-?[\d.]+)\)" d="M([\d.]+),0A[^"]*" fill="(#[^"]+)"[^>]*/>'
)
_DOTS = re.compile(rf"(?:{_DOT.pattern.replace('(-?', '(?:-?').replace('([', '(?:[')}){{2,}}")
_TAG = re.compile(r"<[^>]+>")
_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_RGB = re.compile(r"rgb\((\d+), ?(\d+), ?(\d+)\)")


def svg(spec: dict[str, Any], *, label: str, alone: bool = False) -> str:
    """A chart as SVG that ends in a line break; the same bytes for the same specification.

    label: its alternative text. alone: a document for a file, on white paper, with a title; else an element for
    inside an HTML page, whose ink is the page's.
    """
    drawn: str = _convert("vegalite_to_svg", _whole(spec, alone))
    return _fit(drawn, label, alone=alone)


def png(spec: dict[str, Any], *, scale: float = 2.0) -> bytes:
    """A chart as PNG on white paper; `scale` pixels for each of the specification's."""
    image: bytes = _convert("vegalite_to_png", _whole(spec, True), scale=scale)
    return image


def compiled(spec: dict[str, Any]) -> dict[str, Any]:
    """The Vega specification that a Vega-Lite one stands for: what the browser is given."""
    vega_spec: dict[str, Any] = _convert("vegalite_to_vega", _whole(spec, False))
    return vega_spec


@contextmanager
def drawn_by(process: VegaProcess | None) -> Iterator[None]:
    """Inside, every chart of this program is drawn by that process instead of in this one; None changes nothing.

    For a service as a whole: it holds for all threads.
    """
    global _process
    before = _process
    _process = process or before
    try:
        yield
    finally:
        _process = before


def _convert(function: str, spec: dict[str, Any], **options: Any) -> Any:
    """A function of vl-convert on a specification, here or in the process that `drawn_by` names."""
    if _process is not None:
        return _process.call(function, json.dumps(spec), **options)
    import vl_convert  # imported by the first chart: its engine takes more than a second to start

    return getattr(vl_convert, function)(spec, vl_version=VEGA_LITE, **options)


def _whole(spec: dict[str, Any], alone: bool) -> dict[str, Any]:
    config = {
        "aria": False,
        "background": PAPER if alone else None,
        "font": "Helvetica, Arial, Liberation Sans, Noto Sans CJK SC, sans-serif",
        "view": {"stroke": None},
        "axis": {
            "labelColor": INK,
            "titleColor": INK,
            "gridColor": INK,
            "gridOpacity": 0.12,
            "domainColor": INK,
            "ticks": False,
            "labelPadding": 6,
            "titleFontWeight": "normal",
            "labelFontSize": 12,
            "titleFontSize": 12,
        },
        "legend": {
            "labelColor": INK,
            "titleColor": INK,
            "titleFontWeight": "normal",
            "labelFontSize": 12,
            "titleFontSize": 12,
        },
        "title": {"color": INK, "subtitleColor": INK, "fontSize": 13, "anchor": "start"},
        "text": {"color": INK},
        "rule": {"color": INK},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "padding": 24 if alone else 4,
        "config": config,
        **spec,
    }


def _fit(drawn: str, label: str, *, alone: bool) -> str:
    prefix = f"v{zlib.crc32(drawn.encode()):x}"  # ids of several charts share one page
    drawn = _DOTS.sub(lambda run: _paths(run[0]), drawn)
    drawn = _TAG.sub(lambda tag: _NUMBER.sub(_shorter, tag[0]), drawn)  # a label's 0.25 stays as it is
    drawn = _RGB.sub(lambda c: f"#{int(c[1]):02x}{int(c[2]):02x}{int(c[3]):02x}", drawn)
    drawn = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}-", drawn)
    drawn = re.sub(r' (?:aria-hidden|aria-roledescription|role|class|pointer-events)="[^"]*"', "", drawn)
    drawn = re.sub(r'<path d="M0,0h0v0h0Z"/>|<g/>', "", drawn)
    drawn = re.sub(r' font-family="[^"]*"', "", drawn)
    head = re.match(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)" viewBox="([^"]+)">', drawn)
    if head is None:
        raise ValueError("this is no SVG of Vega's")
    width, height, box = head.groups()
    body = drawn[head.end() :]
    shared = (
        f'viewBox="{box}" role="img" aria-label={quoteattr(label)} font-family="Helvetica, Arial, sans-serif"'
    )
    if alone:
        start = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" {shared}>'
            f"<title>{escape(label)}</title>"
        )
        return f"{start}{body}\n"
    return f"<svg {shared}>{body.replace(INK, 'currentColor')}\n"


def _shorter(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".rstrip("0").rstrip(".")


def _paths(dots: str) -> str:
    """Dots as strokes of no length with round ends, a path for each colour of a run: a tenth of the bytes."""
    out: list[str] = []
    every = _DOT.findall(dots)
    for start in range(0, len(every), _RUN):
        run = every[start : start + _RUN]
        by_colour: dict[str, list[str]] = {}
        for x, y, _radius, colour in run:
            by_colour.setdefault(colour, []).append(f"M{float(x):.1f} {float(y):.1f}h0")
        size = 2 * float(run[0][2])
        out += [
            f'<path d="{"".join(moves)}" stroke="{colour}" stroke-width="{size:.1f}" stroke-linecap="round" '
            'stroke-opacity=".75"/>'
            for colour, moves in by_colour.items()
        ]
    return "".join(out)
