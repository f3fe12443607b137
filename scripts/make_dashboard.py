"""The Grafana dashboard of the service, deploy/grafana/zombiescope.json: run after a change of the panels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["PANELS", "dashboard"]

TARGET = Path(__file__).parents[1] / "deploy" / "grafana" / "zombiescope.json"
WIDTH, HEIGHT, A_ROW = 8, 7, 3
_HTTP = "zombiescope_http_request_seconds"
_RATE = "$__rate_interval"
# Title, unit, queries by their legend.
PANELS: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "Requests by status",
        "reqps",
        {"{{status}}": f'sum by (status) (rate({_HTTP}_count{{instance=~"$instance"}}[{_RATE}]))'},
    ),
    (
        "Latency of reads",
        "s",
        {
            f"p{q}": f"histogram_quantile(0.{q}, sum by (le) (rate({_HTTP}_bucket"
            f'{{method="GET", route!~".*/events", instance=~"$instance"}}[{_RATE}])))'
            for q in (50, 99)
        },
    ),
    (
        "Latency of /v1/scores",
        "s",
        {
            f"p{q}": f"histogram_quantile(0.{q}, sum by (le) (rate({_HTTP}_bucket"
            f'{{route=~"/v1/scores.*", instance=~"$instance"}}[{_RATE}])))'
            for q in (50, 99)
        },
    ),
    (
        "Rate-limited and put off",
        "reqps",
        {
            "429": f"sum(rate(zombiescope_rate_limited_requests_total[{_RATE}]))",
            "503": f'sum(rate({_HTTP}_count{{status="503", route!="/readyz"}}[{_RATE}]))',
        },
    ),
    (
        "Audits by state",
        "short",
        {"{{state}}": 'max by (state) (zombiescope_audits{state=~"queued|running"})'},
    ),
    ("Age of the queue", "s", {"oldest waiting": "max(zombiescope_queue_age_seconds)"}),
    (
        "Duration of audits",
        "s",
        {
            f"p{q} {{{{platform}}}}": f"histogram_quantile(0.{q}, sum by (le, platform) "
            '(rate(zombiescope_audit_seconds_bucket{outcome="done"}[1h])))'
            for q in (50, 90)
        },
    ),
    (
        "Failed audits by reason",
        "short",
        {
            "{{platform}} {{reason}}": "sum by (platform, reason) "
            "(increase(zombiescope_audit_failures_total[1h]))"
        },
    ),
    (
        "Workers",
        "short",
        {
            "workers": "max(zombiescope_workers)",
            "silence of the quietest, s": "max(zombiescope_worker_silence_seconds)",
        },
    ),
    (
        "Requests to platforms",
        "reqps",
        {"{{source}}": f"sum by (source) (rate(zombiescope_source_requests_total[{_RATE}]))"},
    ),
    ("Memory", "bytes", {"{{instance}}": 'process_resident_memory_bytes{job=~"zombiescope.*"}'}),
    (
        "CPU",
        "short",
        {"{{instance}}": f'rate(process_cpu_seconds_total{{job=~"zombiescope.*"}}[{_RATE}])'},
    ),
    ("Version", "short", {"{{instance}} {{version}}": "zombiescope_build_info"}),
    ("Database", "short", {"{{instance}} answers": "zombiescope_database_up"}),
    (
        "Scored followers",
        "short",
        {"a second": f"sum(rate(zombiescope_scored_followers_total[{_RATE}]))"},
    ),
)
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}


def dashboard() -> dict[str, Any]:
    """The dashboard as Grafana imports it."""
    return {
        "title": "zombiescope",
        "uid": "zombiescope",
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "tags": ["zombiescope"],
        "templating": {
            "list": [
                {"name": "datasource", "type": "datasource", "query": "prometheus"},
                {
                    "name": "instance",
                    "type": "query",
                    "datasource": _SOURCE,
                    "query": "label_values(zombiescope_build_info, instance)",
                    "multi": True,
                    "includeAll": True,
                    "allValue": ".*",
                    "refresh": 2,
                },
            ]
        },
        "panels": [_panel(number, *one) for number, one in enumerate(PANELS)],
    }


def _panel(number: int, title: str, unit: str, queries: dict[str, str]) -> dict[str, Any]:
    row, column = divmod(number, A_ROW)
    return {
        "id": number + 1,
        "title": title,
        "type": "timeseries",
        "datasource": _SOURCE,
        "gridPos": {"h": HEIGHT, "w": WIDTH, "x": WIDTH * column, "y": HEIGHT * row},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + place), "expr": query, "legendFormat": legend, "datasource": _SOURCE}
            for place, (legend, query) in enumerate(queries.items())
        ],
    }


if __name__ == "__main__":
    TARGET.write_text(json.dumps(dashboard(), indent=1, ensure_ascii=False) + "\n", "utf-8")
