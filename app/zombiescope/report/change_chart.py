"""The change between two audits as a chart: both intervals on one scale, and the difference below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zombiescope import formatting
from zombiescope.i18n import gettext as _
from zombiescope.report import vega
from zombiescope.report.chart import PERCENT_AXIS, ZOMBIE, Chart

if TYPE_CHECKING:
    from zombiescope.report.comparison_view import ChangeView

__all__ = ["chart"]

_WIDTH = 560
_POINTS = {"format": "+.0f", "tickCount": 7}


def chart(view: ChangeView) -> Chart:
    """The earlier and the later share with their intervals; the difference with its own, against no change."""
    shares = [
        {"what": bar.label, "low": bar.low, "high": bar.high, "estimate": bar.point} for bar in view.bars
    ]
    low, high, estimate = (
        None if value is None else value * 100
        for value in (view.difference.low, view.difference.high, view.difference.estimate)
    )
    change = [{"what": _("change"), "low": low, "high": high, "estimate": estimate}]
    spec: dict[str, Any] = {
        **({"title": {"text": _("SIMULATED")}} if view.simulated else {}),
        "spacing": 26,
        "vconcat": [
            _bars(shares, {"domain": [0, 1]}, {**PERCENT_AXIS, "grid": True, "title": _("share of zombies")}),
            _bars(
                change,
                {"domain": _around_zero(view.difference.low * 100, view.difference.high * 100), "nice": True},
                {**_POINTS, "title": _("change of the share, in percentage points")},
                zero=True,
            ),
        ],
    }
    label = "; ".join(
        [formatting.sentence(view.headline), *(f"{bar.label}: {bar.text}" for bar in view.bars)]
    )
    rows = (
        *shares,
        {
            "what": "change",
            "low": view.difference.low,
            "high": view.difference.high,
            "estimate": view.difference.estimate,
        },
    )
    return Chart("change", spec, label, rows)


def _around_zero(low: float, high: float) -> list[float]:
    reach = max(abs(low), abs(high), 5.0) * 1.05
    return [-reach, reach]


def _bars(
    rows: list[dict[str, Any]], scale: dict[str, Any], axis: dict[str, Any], *, zero: bool = False
) -> dict[str, Any]:
    x: dict[str, Any] = {"type": "quantitative", "scale": scale, "axis": axis}
    y = {
        "field": "what",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelLimit": 170, "domain": False},
    }
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "bar", "color": ZOMBIE, "opacity": 0.55, "height": 16},
            "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}, "y": y},
        },
        {
            "transform": [{"filter": "isValid(datum.estimate)"}],
            "mark": {"type": "tick", "color": vega.INK, "opacity": 1, "thickness": 3, "height": 24},
            "encoding": {"x": {"field": "estimate", **x}, "y": y},
        },
    ]
    if zero:
        layers.append(
            {
                "data": {"values": [{"x": 0}]},
                "mark": {"type": "rule", "color": vega.INK, "strokeDash": [4, 3]},
                "encoding": {"x": {"field": "x", **x}},
            }
        )
    return {"width": _WIDTH, "height": {"step": 36}, "data": {"values": rows}, "layer": layers}
