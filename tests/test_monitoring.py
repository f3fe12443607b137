"""deploy/: alert rules and the dashboard speak of metrics that there are, and promtool takes them."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from web.serving import services, serving
from zombiescope.jobs.metrics import AuditMetrics, SourceCollector, exposed, process_registry

ROOT = Path(__file__).parents[1]
RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "zombiescope.json"
PROMTOOL = shutil.which("promtool")
with_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool (Debian: prometheus) is not installed")
NAME = re.compile(r"\b(?:zombiescope|process)_[a-z_]+\b")


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a service says after one audit that was done and one that failed."""
    with serving(services(tmp_path_factory.mktemp("home"), waits=lambda: {"weibo": (7, 1.5)})) as client:
        for account in ("weibo:small", "weibo:nobody"):
            client.post("/v1/audits", json={"account": account}, headers={"Prefer": "wait=60"})
        return client.get("/metrics").text


def names_of(text: str) -> set[str]:
    """Every series' name."""
    return {one.name for family in text_string_to_metric_families(text) for one in family.samples}


def test_ended_audits_are_counted_with_the_kind_of_failure(metrics: str) -> None:
    """Durations by platform and outcome, failures by platform and reason."""
    values = {
        (one.name, *sorted(one.labels.values())): one.value
        for family in text_string_to_metric_families(metrics)
        for one in family.samples
    }
    assert values["zombiescope_audit_seconds_count", "done", "weibo"] == 1
    assert values["zombiescope_audit_seconds_count", "failed", "weibo"] == 1
    assert values["zombiescope_audit_failures_total", "unknown-account", "weibo"] == 1


@pytest.mark.parametrize("path", [RULES, DASHBOARD], ids=lambda path: path.name)
def test_rules_and_dashboard_name_series_that_there_are(path: Path, metrics: str) -> None:
    """A renamed metric would leave an alarm that never rings."""
    there = names_of(metrics) | {"zombiescope_worker_silence_seconds"}
    named = set(NAME.findall(path.read_text("utf-8")))
    assert len(named) > 5
    assert named <= there


def test_the_dashboard_is_that_of_its_script() -> None:
    """`python scripts/make_dashboard.py` was run after the last change."""
    spec = importlib.util.spec_from_file_location("make_dashboard", ROOT / "scripts" / "make_dashboard.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert json.loads(DASHBOARD.read_text("utf-8")) == script.dashboard()


def test_a_worker_exposes_its_own_counters() -> None:
    """Without key and route: what it ended, what it asked of platforms, its build and its resources."""
    registry = process_registry()
    registry.register(SourceCollector(lambda: {"weibo": (3, 0.5)}))
    AuditMetrics(registry).audit_ended("weibo", 12.0, "rate-limited")
    with exposed(registry, "127.0.0.1", 0) as port:
        text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=30).text
    assert 'zombiescope_audit_failures_total{platform="weibo",reason="rate-limited"} 1.0' in text
    assert 'zombiescope_source_requests_total{source="weibo"} 3.0' in text
    assert {"zombiescope_build_info", "process_resident_memory_bytes"} <= names_of(text)


@with_promtool
@pytest.mark.parametrize(
    "command",
    [
        ("check", "rules", "alerts.yml"),
        ("test", "rules", "alerts_test.yml"),
        ("check", "config", "prometheus.yml"),
    ],
    ids=" ".join,
)
def test_promtool_takes_the_rules(command: tuple[str, ...]) -> None:
    """The rules are valid, ring when they should, and the scrape configuration is valid."""
    syntax = ("--syntax-only",) if "config" in command else ()
    ran = subprocess.run(
        [str(PROMTOOL), *command[:2], *syntax, command[2]],
        cwd=RULES.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@with_promtool
def test_promtool_finds_no_fault_with_the_metrics(metrics: str) -> None:
    """Names, units and help follow Prometheus's conventions."""
    ran = subprocess.run(
        [str(PROMTOOL), "check", "metrics"], input=metrics, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
