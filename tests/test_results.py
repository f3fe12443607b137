"""Benchmark results: those that name a model name the one in use."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RESULTS = sorted(p for p in (ROOT / "benchmarks" / "results").iterdir() if p.suffix in (".md", ".json"))


@pytest.mark.parametrize("file", RESULTS, ids=lambda p: p.name)
def test_no_result_names_another_model(file: Path) -> None:
    """Figures of an earlier model say nothing of this one: measure again when a model is shipped."""
    current = (ROOT / "models" / "CURRENT").read_text("utf-8").strip()
    assert set(re.findall(r"\bfollowers-\d[\w.]*\d|\bfollowers-\d\b", file.read_text("utf-8"))) <= {current}


def test_the_detectors_results_are_of_the_model_in_use() -> None:
    """They say which model they are of."""
    current = (ROOT / "models" / "CURRENT").read_text("utf-8").strip()
    held = json.loads((ROOT / "benchmarks" / "results" / "detector.json").read_text("utf-8"))
    assert held["model"] == current
