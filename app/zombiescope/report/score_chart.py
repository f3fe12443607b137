"""The scores of the sample as a histogram, with those of the reference groups below on the same axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zombiescope import formatting
from zombiescope.i18n import gettext as _
from zombiescope.i18n import ngettext
from zombiescope.report import vega
from zombiescope.report.chart import GENUINE, SHADES, ZOMBIE, Chart

if TYPE_CHECKING:
    from zombiescope.share.inputs import Reference

__all__ = ["GroupLine", "group_lines", "score_chart"]

BINS = 20
_WIDTH = 520
_AXIS_VALUES = [0, 0.25, 0.5, 0.75, 1]


@dataclass(frozen=True)
class GroupLine:
    """A reference group's scores (0 to 1): the median, and the range that the middle 80% of its accounts lie in.

    kind: "vendor", whose accounts are zombies, or "study", whose are genuine.
    """

    name: str
    kind: str
    low: float
    median: float
    high: float


def group_lines(reference: Reference | None) -> tuple[GroupLine, ...]:
    """The groups that most of the followers are compared with, the vendor with the lowest scores first."""
    strata = () if reference is None else reference.strata
    if not strata:
        return ()
    most = max(strata, key=lambda one: len(one.rows))
    lines = []
    for group in most.groups:
        if len(group.scores):
            low, median, high = (float(q) for q in np.quantile(group.scores, (0.1, 0.5, 0.9)))
            lines.append(GroupLine(formatting.clean(group.name, longest=40), group.kind, low, median, high))
    return tuple(sorted(lines, key=lambda one: (one.kind != "vendor", one.median, one.name)))


def score_chart(scores: Sequence[float], groups: Sequence[GroupLine] = (), *, simulated: bool) -> Chart:
    """How the scores (0 to 1) spread, in 20 bins; below, where those of each reference group lie."""
    counts, edges = np.histogram(np.asarray(scores), bins=BINS, range=(0.0, 1.0))
    rows = [
        {"from": round(float(a), 2), "to": round(float(b), 2), "followers": int(n)}
        for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True)
    ]
    title = {"title": {"text": _("SIMULATED")}} if simulated else {}
    histogram = _histogram(rows, last=not groups)
    spec = (
        {**title, **histogram}
        if not groups
        else {**title, "spacing": 14, "vconcat": [histogram, _lines(groups)]}
    )
    number = len(scores)
    label = ngettext(
        "Histogram of %(count)s score: %(high)s of them are .5 or more.",
        "Histogram of %(count)s scores: %(high)s of them are .5 or more.",
        number,
    ) % {"count": formatting.count(number), "high": formatting.count(sum(s >= 0.5 for s in scores))}
    if groups:
        label += " " + _("Below it the scores of %(groups)s reference groups.") % {
            "groups": formatting.count(len(groups))
        }
    bins = [{**row, "group": None, "kind": None} for row in rows] if groups else rows
    return Chart("scores", spec, label, (*bins, *_table(groups)))


def _table(groups: Sequence[GroupLine]) -> list[dict[str, object]]:
    """The groups as rows of the same table: their range as from and to, and their names."""
    return [
        {
            "from": round(one.low, 4),
            "to": round(one.high, 4),
            "followers": None,
            "group": one.name,
            "kind": one.kind,
        }
        for one in groups
    ]


def _x(field: str, *, last: bool, title: str | None = None) -> dict[str, Any]:
    return {
        "field": field,
        "type": "quantitative",
        "title": title if last else None,
        "scale": {"domain": [0, 1]},
        "axis": {"grid": False, "values": _AXIS_VALUES, "format": ".2~f", "labels": last},
    }


def _histogram(rows: list[dict[str, Any]], *, last: bool) -> dict[str, Any]:
    return {
        "width": _WIDTH,
        "height": 170,
        "data": {"values": rows},
        "mark": {"type": "bar", "binSpacing": 1},
        "encoding": {
            "x": {
                **_x("from", last=last, title=_("score: 0 genuine-like, 1 zombie-like")),
                "bin": {"binned": True, "step": 1 / BINS},
            },
            "x2": {"field": "to"},
            "y": {
                "field": "followers",
                "type": "quantitative",
                "title": _("followers"),
                "axis": {"tickCount": 4, "tickMinStep": 1, "format": ",.0f", "domain": False},
            },
            "color": {
                "field": "from",
                "type": "quantitative",
                "legend": None,
                "scale": {"type": "quantize", "domain": [0, 1 - 1 / BINS], "range": list(SHADES)},
            },
        },
    }


def _lines(groups: Sequence[GroupLine]) -> dict[str, Any]:
    """A line from the 10th to the 90th percentile of each group with a dot at the median."""
    vendor, study = _("zombies of a vendor"), _("people of a study")
    kinds = {"vendor": vendor, "study": study}
    values = [
        {
            "group": one.name,
            "kind": kinds.get(one.kind, study),
            "low": one.low,
            "median": one.median,
            "high": one.high,
        }
        for one in groups
    ]
    y = {
        "field": "group",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelLimit": 190, "labelFontSize": 10},
    }
    colour = {
        "field": "kind",
        "type": "nominal",
        "title": _("reference groups: the middle 80% of their scores, and the median"),
        "scale": {"domain": [vendor, study], "range": [ZOMBIE, GENUINE]},
        "legend": {"orient": "bottom", "titleLimit": 500, "labelLimit": 250},
    }
    x = _x("low", last=True, title=_("score: 0 genuine-like, 1 zombie-like"))
    return {
        "width": _WIDTH,
        "height": {"step": 15},
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 4, "opacity": 0.5},
                "encoding": {"x": x, "x2": {"field": "high"}, "y": y, "color": colour},
            },
            {
                "mark": {"type": "tick", "thickness": 3, "height": 11, "color": vega.INK, "opacity": 1},
                "encoding": {"x": {**x, "field": "median"}, "y": y},
            },
        ],
    }
