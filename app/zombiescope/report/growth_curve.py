"""The growth curve of a watched account as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from zombiescope.domain import Point
from zombiescope.report.csv import cell

__all__ = ["COLUMNS", "growth_curve_csv"]

COLUMNS = (
    "number", "at", "audit", "status", "as_of", "declared", "listed", "share_estimate", "share_low", "share_high",
    "change", "change_low", "change_high", "alerts", "reason",
)  # fmt: skip


def growth_curve_csv(points: Sequence[Point]) -> str:
    """Points as rows of CSV, of which no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in points:
        share = ("", "", "") if one.share is None else (one.share.estimate, one.share.low, one.share.high)
        row = (
            one.number,
            one.at.isoformat(),
            one.audit,
            one.status,
            None if one.as_of is None else one.as_of.isoformat(),
            one.declared,
            one.listed,
            *share,
            one.change,
            one.change_low,
            one.change_high,
            " ".join(one.alerts),
            one.reason,
        )
        writer.writerow([cell(value) if isinstance(value, str) else value for value in row])
    return text.getvalue()
