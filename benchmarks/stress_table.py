"""From stress audits to tables and a picture: false accusations, false acquittals, widths, low over truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.stress_audits import StressAudit

__all__ = ["Goal", "goals", "picture", "tables"]

ENOUGH_BOUGHT = 0.5  # shares from which low / truth is told


@dataclass(frozen=True)
class Goal:
    """What a stress run came to, beside what is asked. least: at least `asked` is wanted, else at most."""

    name: str
    what: str
    asked: float
    value: float
    count: str
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether it is reached; no audits reach nothing."""
        return self.value >= self.asked if self.least else self.value <= self.asked

    @property
    def verdict(self) -> str:
        """In words."""
        return "met" if self.met else f"not reached, by {abs(self.value - self.asked):.3f}"


def goals(audits: Sequence[StressAudit]) -> list[Goal]:
    """S1 to S4 of some audits."""
    counted = [one for one in audits if one.counts_known and one.truth == 0]
    whole = [one for one in audits if one.whole]
    bought = [one for one in whole if one.truth >= ENOUGH_BOUGHT]
    return [
        _rate("S1", "false accusations: low > truth + .02", 0.01, audits, lambda one: one.accuses),
        _rate("S1", "the same at share 0 of lists with all counts", 0.0, counted, lambda one: one.accuses),
        _rate("S2", "false acquittals: high < truth - .02", 0.02, audits, lambda one: one.acquits),
        _mean("S3", "mean width, whole records", 0.50, [one.high - one.low for one in whole]),
        _mean("S3", "mean width, all", 0.60, [one.high - one.low for one in audits]),
        _mean("S4", "low / truth at .5 and more, whole", 0.55, [one.low / one.truth for one in bought], True),
    ]


def tables(audits: Sequence[StressAudit]) -> list[str]:
    """Markdown lines: the goals, then each fault, study, vendor, share and size by itself."""
    lines = ["| goal | what | asked | measured | of | |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {goal.name} | {goal.what} | {'≥' if goal.least else '≤'} {goal.asked:g} | {goal.value:.4f} "
        f"| {goal.count} | {goal.verdict} |"
        for goal in goals(audits)
    ]
    for title, key in (
        ("fault", lambda one: one.fault),
        ("study of people left out", lambda one: one.study),
        ("vendor left out", lambda one: one.vendor),
        ("followers drawn", lambda one: f"{one.size:,}"),
        ("share", lambda one: f"{one.share:g}"),
    ):
        lines += ["", *_by(audits, title, key)]
    return lines


def _by(audits: Sequence[StressAudit], title: str, key: Callable[[StressAudit], str]) -> list[str]:
    lines = [
        f"| {title} | audits | false accusations | false acquittals | width | low / truth at ≥ .5 "
        "| known kinds: told | and within 5 points |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(key(one) for one in audits):
        mine = [one for one in audits if key(one) == name]
        bought = [one.low / one.truth for one in mine if one.truth >= ENOUGH_BOUGHT]
        within_margin = [abs(one.known - one.truth) <= 0.05 for one in mine if one.known is not None]
        lines.append(
            f"| {name} | {len(mine)} | {_part([one.accuses for one in mine])} "
            f"| {_part([one.acquits for one in mine])} | {np.mean([one.high - one.low for one in mine]):.2f} "
            f"| {f'{np.mean(bought):.2f}' if bought else '-'} | {len(within_margin) / len(mine):.0%} "
            f"| {f'{np.mean(within_margin):.0%}' if within_margin else '-'} |"
        )
    return lines


def picture(audits: Sequence[StressAudit]) -> dict[str, Any]:
    """A Vega-Lite chart: each audit's interval as a line over its truth, false ones on top in another colour."""
    order = sorted(audits, key=lambda one: (one.share, one.low, one.high))
    places: dict[float, int] = {}
    values = []
    for one in order:
        place = places[one.share] = places.get(one.share, -1) + 1
        kind = "false accusation" if one.accuses else "false acquittal" if one.acquits else "holds"
        values.append({"truth": one.share, "place": place, "low": one.low, "high": one.high, "kind": kind})
    colour = {
        "field": "kind",
        "type": "nominal",
        "scale": {
            "domain": ["holds", "false accusation", "false acquittal"],
            "range": ["#b8c4d0", "#c0392b", "#1f6fb2"],
        },
        "legend": {"title": None, "orient": "top"},
    }
    return {
        "data": {"values": values},
        "facet": {"column": {"field": "truth", "type": "nominal", "title": "share of zombies in the list"}},
        "spec": {
            "width": 130,
            "height": 420,
            "layer": [
                {
                    "mark": {"type": "rule", "strokeWidth": 0.4},
                    "encoding": {
                        "x": {"field": "place", "type": "quantitative", "axis": None},
                        "y": {
                            "field": "low",
                            "type": "quantitative",
                            "title": "defended interval, one line an audit",
                            "scale": {"domain": [0, 1]},
                        },
                        "y2": {"field": "high"},
                        "color": colour,
                    },
                },
                {
                    "mark": {"type": "rule", "color": "#15191e", "strokeDash": [4, 2]},
                    "encoding": {"y": {"field": "truth", "type": "quantitative"}},
                },
            ],
        },
    }


def _rate(
    name: str,
    what: str,
    asked: float,
    audits: Sequence[StressAudit],
    wrong: Callable[[StressAudit], bool],
) -> Goal:
    count = sum(wrong(one) for one in audits)
    return Goal(name, what, asked, count / max(len(audits), 1), f"{count} of {len(audits)}")


def _mean(name: str, what: str, asked: float, values: Sequence[float], least: bool = False) -> Goal:
    value = float(np.mean(values)) if values else float("nan")
    return Goal(name, what, asked, value, str(len(values)), least)


def _part(wrong: Sequence[bool]) -> str:
    return f"{sum(wrong)} ({np.mean(wrong):.1%})"
