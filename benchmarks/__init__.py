"""Measurements that print a table of goals; each module runs as `python -m benchmarks.NAME`."""

from __future__ import annotations

import sys
from pathlib import Path

# The fakes and generators of the tests, under the names that the tests import them by.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
