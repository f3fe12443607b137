"""A chart as a file that a browser saves."""

from __future__ import annotations

from typing import Literal

from fastapi import Response

from zombiescope.report.chart import Chart

__all__ = ["chart_file"]

_MEDIA = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv"}


def chart_file(chart: Chart, form: Literal["svg", "png", "csv"], name: str | None = None) -> Response:
    """The chart in this form. name: of the file, else the chart's own."""
    body = chart.svg(alone=True) if form == "svg" else chart.png() if form == "png" else chart.csv()
    headers = {"Content-Disposition": f'attachment; filename="zombiescope-{name or chart.name}.{form}"'}
    return Response(body, headers=headers, media_type=_MEDIA[form])
