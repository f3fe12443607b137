"""One chart: a Vega-Lite specification with its data and alternative text, as SVG, PNG or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zombiescope.report import vega

__all__ = ["GENUINE", "MIDDLE", "PERCENT_AXIS", "SHADES", "ZOMBIE", "Chart", "Row", "table"]

GENUINE, MIDDLE, ZOMBIE = "#1f83c9", "#8c8f92", "#d55e00"  # after Okabe & Ito 2008, to read on light and dark
SHADES = (
    "#1f83c9", "#3b86bd", "#5289af", "#668ba4", "#798d9a", "#8c8f92",
    "#9b867a", "#aa7c5f", "#b87345", "#c7692b", "#d55e00",
)  # fmt: skip  # from genuine over grey to zombie, in eleven steps
PERCENT_AXIS: dict[str, Any] = {
    "values": [0, 0.25, 0.5, 0.75, 1],
    "format": ".0%",
    "grid": False,
    "title": None,
}

Row = Mapping[str, object]


@dataclass(frozen=True)
class Chart:
    """One picture. spec: Vega-Lite. label: alternative text. rows: what it shows, for a spreadsheet."""

    name: str
    spec: dict[str, Any]
    label: str
    rows: tuple[Row, ...]

    def svg(self, *, alone: bool = False) -> str:
        """As SVG; `alone` as a document for a file."""
        return vega.svg(self.spec, label=self.label, alone=alone)

    def png(self) -> bytes:
        """As PNG, two pixels a unit."""
        return vega.png(self.spec)

    def csv(self) -> str:
        """What it shows as CSV."""
        return table(self.rows)


def table(rows: Sequence[Row]) -> str:
    """Rows as CSV that no spreadsheet takes for formulas; a value that is not known is an empty cell."""
    from zombiescope.records.formula_guard import cell

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if rows:
        writer.writerow(list(rows[0]))
    for row in rows:
        writer.writerow(["" if v is None else cell(v) if isinstance(v, str) else v for v in row.values()])
    return out.getvalue()
