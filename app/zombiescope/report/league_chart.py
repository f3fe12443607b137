"""The league table as a dumbbell chart: declared against genuine followers with intervals, and the ranks left open."""

from __future__ import annotations

from typing import Any

from zombiescope import formatting
from zombiescope.domain import League, Ranked
from zombiescope.i18n import gettext as _
from zombiescope.report.chart import GENUINE, Chart
from zombiescope.report.vega import INK

__all__ = ["chart"]

_SIMULATED = "SIMULATED "


def chart(league: League) -> Chart | None:
    """The ranked accounts, the most genuine followers first; None where none is ranked.

    Each has a hollow dot at its declared followers, a bar over its interval of genuine ones, and a full dot at the
    best estimate where there is one. Beside it a bar over the ranks that the intervals leave open.
    """
    ranked = [row for row in league.accounts if row.rank is not None and row.genuine is not None]
    if not ranked:
        return None
    data = [_row(row) for row in ranked]
    y = {
        "field": "account",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelLimit": 220, "domain": False},
    }
    bare = {**y, "axis": None}
    followers = {"type": "quantitative", "axis": {"format": "~s", "tickCount": 5, "title": _("followers")}}
    ranks = {
        "type": "quantitative",
        "scale": {"domain": [0.5, len(ranked) + 0.5], "nice": False},
        "axis": {"tickMinStep": 1, "format": ".0f", "title": _("rank, as far as the intervals tell")},
    }
    counts = {
        "width": 430,
        "height": {"step": 26},
        "layer": [
            {
                "mark": {"type": "rule", "color": INK, "opacity": 0.35},
                "encoding": {"y": y, "x": {"field": "genuine_low", **followers}, "x2": {"field": "declared"}},
            },
            {
                "mark": {"type": "bar", "color": GENUINE, "opacity": 0.5, "height": 10},
                "encoding": {
                    "y": y,
                    "x": {"field": "genuine_low", **followers},
                    "x2": {"field": "genuine_high"},
                },
            },
            {
                "mark": {"type": "point", "filled": False, "color": INK, "size": 55, "opacity": 1},
                "encoding": {"y": y, "x": {"field": "declared", **followers}},
            },
            {
                "transform": [{"filter": "isValid(datum.genuine)"}],
                "mark": {"type": "point", "filled": True, "color": GENUINE, "size": 70, "opacity": 1},
                "encoding": {"y": y, "x": {"field": "genuine", **followers}},
            },
        ],
    }
    places = {
        "width": 170,
        "height": {"step": 26},
        "layer": [
            {
                "mark": {"type": "bar", "color": INK, "opacity": 0.25, "height": 10},
                "encoding": {"y": bare, "x": {"field": "rank_from", **ranks}, "x2": {"field": "rank_to"}},
            },
            {
                "mark": {"type": "text", "fontWeight": "bold", "fontSize": 12},
                "encoding": {"y": bare, "x": {"field": "rank", **ranks}, "text": {"field": "rank"}},
            },
        ],
    }
    note = _("○ declared   ● genuine, best estimate   bar: interval of genuine followers")
    title = {
        "text": _("SIMULATED") if league.simulated else _("Declared and genuine followers"),
        "subtitle": note,
    }
    spec: dict[str, Any] = {
        "title": {**title, "offset": 16},
        "data": {"values": data},
        "spacing": 24,
        "hconcat": [counts, places],
    }
    label = _("Dumbbell chart of the declared and genuine followers of %(count)s accounts.") % {
        "count": formatting.count(len(ranked))
    }
    return Chart("league", spec, f"{_('SIMULATED')}. {label}" if league.simulated else label, tuple(data))


def _row(row: Ranked) -> dict[str, Any]:
    genuine = row.genuine
    assert genuine is not None  # noqa: S101 the caller has looked
    assert row.rank is not None  # noqa: S101 the caller has looked
    name = formatting.clean(row.name, longest=40)
    return {
        "account": f"{_SIMULATED}{name}" if row.simulated else name,
        "declared": row.declared,
        "genuine": genuine.estimate,
        "genuine_low": genuine.low,
        "genuine_high": genuine.high,
        "rank": row.rank,
        "rank_from": (row.rank_low or row.rank) - 0.4,
        "rank_to": (row.rank_high or row.rank) + 0.4,
    }
