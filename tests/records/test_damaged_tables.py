"""Damage to a table is noticed: no count is read that was not written. `benchmarks.fuzz_records` tries many more."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from records.damaged_tables import damaged, outcome


@given(seed=st.integers(0, 10**9), rows=st.sampled_from((3, 8, 30)))
@settings(
    max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_count_is_read_that_was_not_written(tmp_path: Path, seed: int, rows: int) -> None:
    """Rows are right, rejected, or asked about, whatever was cut, moved, doubled or fouled."""
    table, style, kind = damaged(random.Random(seed), rows=rows)
    result = outcome(table, tmp_path)
    assert not result.startswith("misread"), (kind, style, result)
