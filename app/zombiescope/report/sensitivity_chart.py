"""The interval as it is and as it would be if one thing were otherwise, as a dot chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zombiescope import formatting
from zombiescope.domain import Audit
from zombiescope.i18n import gettext as _
from zombiescope.report import vega
from zombiescope.report.chart import PERCENT_AXIS, ZOMBIE, Chart
from zombiescope.report.estimate import reached

__all__ = ["SensitivityLine", "sensitivity_chart", "sensitivity_lines"]

_LONGEST = 46  # characters of a label in one row


@dataclass(frozen=True)
class SensitivityLine:
    """The interval (0 to 1) under one change; what: the change, "" for the interval as reported."""

    what: str
    text: str
    low: float
    high: float


def sensitivity_lines(audit: Audit) -> tuple[SensitivityLine, ...]:
    """The reported interval and those of the audit's `sensitivity`; empty where that was not worked out."""
    if audit.share is None or not audit.sensitivity:
        return ()
    shown = reached(audit, audit.share)
    first = SensitivityLine("", formatting.span(shown.low, shown.high, None), shown.low, shown.high)
    return (
        first,
        *(
            SensitivityLine(
                formatting.clean(one.what, longest=160),
                formatting.span(one.low, one.high, None),
                one.low,
                one.high,
            )
            for one in audit.sensitivity
        ),
    )


def sensitivity_chart(lines: Sequence[SensitivityLine], *, simulated: bool) -> Chart:
    """A row for each change: both ends of the interval as dots, joined."""
    as_reported = _("as reported")
    data = [
        {"what": _short(line.what or as_reported), "low": line.low, "high": line.high, "base": not line.what}
        for line in lines
    ]
    y = {
        "field": "what",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelLimit": 330, "domain": False},
    }
    x: dict[str, Any] = {
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "axis": {**PERCENT_AXIS, "grid": True},
    }
    colour = {"condition": {"test": "datum.base", "value": ZOMBIE}, "value": vega.INK}
    dots = {"type": "point", "filled": True, "size": 70, "opacity": 1}
    spec = {
        **({"title": {"text": _("SIMULATED")}} if simulated else {}),
        "width": 430,
        "height": {"step": 26},
        "data": {"values": data},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}, "y": y, "color": colour},
            },
            {"mark": dots, "encoding": {"x": {"field": "low", **x}, "y": y, "color": colour}},
            {"mark": dots, "encoding": {"x": {"field": "high", **x}, "y": y, "color": colour}},
        ],
    }
    label = "; ".join(f"{line.what or as_reported}: {line.text}" for line in lines)
    rows = tuple({"what": line.what or as_reported, "low": line.low, "high": line.high} for line in lines)
    return Chart("sensitivity", spec, label, rows)


def _short(text: str) -> str:
    """A label that fits beside the chart; the table below the chart has it whole."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"
