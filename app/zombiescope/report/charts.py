"""The charts of a report as Vega-Lite specifications with their data and alternative texts; each can be drawn alone.

A `Chart` is drawn by `zombiescope.report.vega`. One specification serves the picture in print, the image file and
the interactive chart of the page, so that these cannot differ.
"""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from zombiescope import formatting
from zombiescope.errors import InputError
from zombiescope.i18n import gettext as _
from zombiescope.report import vega
from zombiescope.report.chart import PERCENT_AXIS, SHADES, ZOMBIE, Chart, Row
from zombiescope.report.score_chart import score_chart
from zombiescope.report.sensitivity_chart import sensitivity_chart

if TYPE_CHECKING:
    from zombiescope.report.points import Points
    from zombiescope.report.view import View

__all__ = ["NAMES", "chart", "follow_order", "report"]

NAMES = ("share", "follow-order", "scores", "sensitivity", "bounds")
_MILLISECONDS = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def chart(view: View, name: str) -> Chart:
    """A chart of an audit by its name, one of `NAMES`. Raises InputError for another, or where there is no data."""
    simulated = view.simulated is not None
    out: Chart | None = None
    if name == "share" and view.lines and view.lines[0].key == "reached":
        out = _share(view)
    elif name == "follow-order" and view.picture is not None:
        out = follow_order(view.picture, simulated=simulated)
    elif name == "scores" and view.scores:
        out = score_chart(view.scores, view.reference, simulated=simulated)
    elif name == "sensitivity" and view.sensitivity:
        out = sensitivity_chart(view.sensitivity, simulated=simulated)
    elif name == "bounds" and view.lines:
        out = _bounds(view)
    if name not in NAMES:
        raise InputError(f"there is no chart {name!r}", f"Use one of {', '.join(NAMES)}.")
    if out is None:
        raise InputError(f"this audit has no data for the chart {name!r}", "Draw another, or audit again.")
    return out


def follow_order(
    points: Points, *, simulated: bool, interactive: bool = False, most: int | None = None
) -> Chart:
    """Each follower by its place in the list and the day its account was created; runs shaded, their days outlined.

    interactive: for the browser, which adds the followers itself. most: dots to draw, evenly over the list; None
    draws all.
    """
    data = [
        {"place": x, "created": t * _MILLISECONDS, "score": s}
        for x, t, s in zip(points.x.tolist(), points.created.tolist(), points.score.tolist(), strict=True)
    ]
    along = (
        _("place in the list (order unknown)")
        if points.order == "unknown"
        else _("follow order: oldest left, newest right")
    )
    title = _("account created")
    spec = {
        "width": 820,
        "height": 420,
        "title": {"text": f"{_('SIMULATED')} · {title}" if simulated else title, "offset": 22},
        "layer": [*_bands(points), _dots(points, _evenly(data, most), along, interactive=interactive)],
    }
    days = [_day(t) for t in points.created.tolist()]
    rows = tuple(
        {
            "place": int(one["place"]),
            "account_created": day,
            "score": round(one["score"], 4),
            "follower": name,
        }
        for one, day, name in zip(data, days, points.names or ("",) * len(data), strict=True)
    )
    return Chart("follow-order", spec, points.alt, rows)


def _evenly(data: list[dict[str, Any]], most: int | None) -> list[dict[str, Any]]:
    """At most so many rows, at even distances."""
    if most is None or len(data) <= most:
        return data
    return [data[at] for at in np.linspace(0, len(data) - 1, most).round().astype(int)]


def _dots(points: Points, data: list[dict[str, Any]], along: str, *, interactive: bool) -> dict[str, Any]:
    first, last = float(points.created.min()), float(points.created.max())
    margin = max((last - first) * 0.03, 1.0)
    genuine, zombie = _("0 genuine-like").replace("'", "’"), _("1 zombie-like").replace("'", "’")
    return {
        "name": "dots",
        "data": {"name": "followers", "values": [] if interactive else data},
        "mark": {
            "type": "circle",
            "size": 18 if len(data) <= 1_500 else 9,
            "opacity": 0.75,
            **({"tooltip": {"content": "data"}} if interactive else {}),
        },
        "encoding": {
            "x": {
                "field": "place",
                "type": "quantitative",
                "title": along,
                "scale": {"domain": [0.5, points.length + 0.5], "nice": False},
                "axis": {"grid": False, "format": ",.0f", "tickCount": 5, "tickMinStep": 1},
            },
            "y": {
                "field": "created",
                "type": "temporal",
                "title": None,
                "scale": {
                    "type": "utc",
                    "domain": [(first - margin) * _MILLISECONDS, (last + margin) * _MILLISECONDS],
                    "nice": False,
                },
                "axis": {"format": _date_format(last - first), "tickCount": 6, "domain": False},
            },
            "color": {
                "field": "score",
                "type": "quantitative",
                "title": _("score"),
                "scale": {"type": "quantize", "domain": [0, 1], "range": list(SHADES)},
                "legend": {
                    "orient": "bottom",
                    "direction": "horizontal",
                    "gradientLength": 260,
                    "gradientThickness": 10,
                    "labelLimit": 200,
                    "labelExpr": f"datum.value < .1 ? '{genuine}' : datum.value > .9 ? '{zombie}' : ''",
                },
            },
        },
    }


def _bands(points: Points) -> list[dict[str, Any]]:
    """Shade each run, outline the days its accounts were created on, and letter it."""
    if not points.bands:
        return []
    data = [
        {
            "letter": band.letter,
            "from": band.start,
            "to": band.stop,
            "middle": (band.start + band.stop) / 2,
            "first": None if band.first is None else (band.first - 2) * _MILLISECONDS,
            "last": None if band.last is None else (band.last + 3) * _MILLISECONDS,
        }
        for band in points.bands
    ]
    place = {"field": "from", "type": "quantitative"}
    shaded = {
        "data": {"name": "runs", "values": data},
        "mark": {"type": "rect", "color": vega.INK, "opacity": 0.09},
        "encoding": {"x": place, "x2": {"field": "to"}},
    }
    outlined = {
        "data": {"name": "deliveries", "values": [one for one in data if one["first"] is not None]},
        "mark": {"type": "rect", "filled": False, "stroke": vega.INK, "strokeWidth": 1.2, "cornerRadius": 2},
        "encoding": {
            "x": place,
            "x2": {"field": "to"},
            "y": {"field": "first", "type": "temporal"},
            "y2": {"field": "last"},
        },
    }
    lettered = {
        "data": {"values": data},
        "mark": {"type": "text", "fontWeight": "bold", "fontSize": 13, "baseline": "bottom", "dy": -3},
        "encoding": {
            "x": {"field": "middle", "type": "quantitative"},
            "y": {"value": 0},
            "text": {"field": "letter"},
        },
    }
    return [shaded, *([outlined] if outlined["data"]["values"] else []), lettered]  # type: ignore[index]


def report(view: View) -> Chart:
    """Headline, number line and follow-order picture as one image of 900 by about 800 units."""
    label = " ".join([*([view.simulated] if view.simulated else []), formatting.sentence(view.headline)])
    parts = []
    if view.lines and view.lines[0].key == "reached":
        parts.append(_number_line(view, 820))
    if view.picture is not None:
        drawn = follow_order(view.picture, simulated=view.simulated is not None)
        parts.append(drawn.spec)
    spec = {"title": _headline(view), "spacing": 36, "vconcat": parts or [_blank()]}
    return Chart("report", spec, label, () if not view.lines else _share_rows(view))


def _headline(view: View) -> dict[str, Any]:
    # The account's name is not in the picture: no font of ours is sure to have its script.
    kicker = (
        _("SIMULATED: made-up followers, no finding about a real account")
        if view.simulated
        else "zombiescope"
    )
    return {
        "text": kicker,
        "subtitle": _rows(formatting.sentence(view.headline), 62),
        "subtitleFontSize": 24,
        "subtitleFontWeight": "bold",
        "subtitleLineHeight": 32,
        "subtitlePadding": 10,
        "fontSize": 14,
        "offset": 28,
        "anchor": "start",
    }


def _rows(text: str, width: int) -> list[str]:
    """Text in lines; Chinese, which has no spaces, is cut by half as many characters."""
    if " " in text:
        return textwrap.wrap(text, width)
    half = width // 2
    return [text[at : at + half] for at in range(0, len(text), half)]


def _blank() -> dict[str, Any]:
    return {"width": 820, "height": 1, "data": {"values": []}, "mark": "point"}


def _share(view: View) -> Chart:
    label = formatting.sentence(view.headline)
    if view.simulated:
        label = f"{view.simulated} {label}"
    return Chart("share", {"title": _headline(view), **_number_line(view, 820)}, label, _share_rows(view))


def _share_rows(view: View) -> tuple[Row, ...]:
    line = view.lines[0]
    rows: list[Row] = [{"what": line.label, "estimate": line.point, "low": line.low, "high": line.high}]
    rows += [{"what": mark.text, "estimate": mark.value, "low": None, "high": None} for mark in view.marks]
    return tuple(rows)


def _number_line(view: View, width: int) -> dict[str, Any]:
    line = view.lines[0]
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": PERCENT_AXIS}
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": [{"low": line.low, "high": line.high}]},
            "mark": {"type": "bar", "color": ZOMBIE, "opacity": 0.55, "height": 34},
            "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}, "y": {"value": 40}},
        }
    ]
    if line.point is not None:
        layers.append(
            {
                "data": {"values": [{"x": line.point}]},
                "mark": {"type": "tick", "color": vega.INK, "opacity": 1, "thickness": 3, "height": 42},
                "encoding": {"x": {"field": "x", **x}, "y": {"value": 40}},
            }
        )
    for at, mark in enumerate(view.marks):
        left = mark.value > 0.7
        shared = {"values": [{"x": mark.value, "text": mark.text}]}
        layers += [
            {
                "data": shared,
                "mark": {"type": "rule", "color": vega.INK, "strokeDash": [4, 3]},
                "encoding": {
                    "x": {"field": "x", **x},
                    "y": {"value": -22 * at - 4},
                    "y2": {"value": 57},
                },
            },
            {
                "data": shared,
                "mark": {
                    "type": "text",
                    "align": "right" if left else "left",
                    "dx": -6 if left else 6,
                    "fontSize": 14,
                    "fontWeight": "bold",
                },
                "encoding": {
                    "x": {"field": "x", **x},
                    "y": {"value": -22 * at},
                    "text": {"field": "text"},
                },
            },
        ]
    return {"width": width, "height": 64, "layer": layers}


def _bounds(view: View) -> Chart:
    """Every interval of the audit, one under the other."""
    data = [
        {"what": line.label, "low": line.low, "high": line.high, "estimate": line.point}
        for line in view.lines
    ]
    y = {"field": "what", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 330}}
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": {**PERCENT_AXIS, "grid": True}}
    layers = [
        {
            "mark": {"type": "bar", "color": ZOMBIE, "opacity": 0.55, "height": 14},
            "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}, "y": y},
        },
        {
            "transform": [{"filter": "isValid(datum.estimate)"}],
            "mark": {"type": "tick", "color": vega.INK, "opacity": 1, "thickness": 3, "height": 22},
            "encoding": {"x": {"field": "estimate", **x}, "y": y},
        },
    ]
    spec = {
        "width": 540,
        "height": {"step": 34},
        "data": {"values": data},
        **({"title": {"text": _("SIMULATED")}} if view.simulated else {}),
        "layer": layers,
    }
    label = "; ".join(f"{line.label}: {line.text}" for line in view.lines)
    return Chart("bounds", spec, label, tuple(data))


def _date_format(days: float) -> str:
    """The axis' dates: years, months or days, in digits that read alike in every language."""
    return "%Y" if days > 4 * 365 else "%Y-%m" if days > 120 else "%Y-%m-%d"


def _day(days: float) -> str:
    return f"{_EPOCH + timedelta(days=days):%Y-%m-%d}"
