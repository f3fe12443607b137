"""Two audits side by side: the facts of both as a table, and their shares on one scale."""

from __future__ import annotations

from dataclasses import dataclass

from zombiescope import formatting
from zombiescope.compare.change import Change, Side
from zombiescope.domain import Interval
from zombiescope.report.estimate import Line

__all__ = ["Row", "bar", "rows", "signed"]


@dataclass(frozen=True)
class Row:
    """One fact of both audits, and what changed."""

    name: str
    earlier: str
    later: str
    change: str


def rows(change: Change) -> tuple[Row, ...]:
    """What is told of both audits, the audits' ids last."""
    one, two = change.earlier, change.later

    def number(value: int | None) -> str:
        return "not known" if value is None else formatting.count(value)

    def step(value: int | None) -> str:
        return "" if value is None else "0" if value == 0 else f"{value:+,}".replace("-", "−")

    def dated(side: Side) -> str:
        return "not known" if side.as_of is None else formatting.date(side.as_of)

    def model(side: Side) -> str:
        return "not known" if side.model is None else f"{side.model.name}-{side.model.version}"

    difference = change.share
    points = f"{signed(difference.low)} to {signed(difference.high)} points"
    if difference.estimate is not None:
        points = (
            f"{signed(difference.estimate)} points ({signed(difference.low)} to {signed(difference.high)})"
        )
    return (
        Row("As of", dated(one), dated(two), ""),
        Row("Share of zombies", _interval(one.share), _interval(two.share), points),
        Row("Declared followers", number(one.declared), number(two.declared), step(change.declared)),
        Row("Listed followers", number(one.listed), number(two.listed), step(change.listed)),
        Row("Followers scored", number(one.scored), number(two.scored), ""),
        Row("Model", model(one), model(two), ""),
        Row("Audit", one.id, two.id, ""),
    )


def bar(key: str, side: Side) -> Line:
    """One audit's share for drawing."""
    shown = side.share
    digits = formatting.decimals(shown.low, shown.high)
    return Line(
        key,
        label="Earlier" if side.as_of is None else formatting.date(side.as_of),
        text=formatting.span(shown.low, shown.high),
        meaning="",
        low=shown.low,
        high=shown.high,
        point=shown.estimate,
        low_text=formatting.end(shown.low, digits, up=False),
        high_text=formatting.end(shown.high, digits, up=True),
        point_text=None if shown.estimate is None else formatting.percent(shown.estimate, 1),
    )


def _interval(shown: Interval) -> str:
    span = formatting.span(shown.low, shown.high)
    return span if shown.estimate is None else f"{formatting.percent(shown.estimate, 1)} ({span})"


def signed(difference: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    shown = f"{difference * 100:+.1f}"
    return "0" if float(shown) == 0 else shown.replace("-", "−")
