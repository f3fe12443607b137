"""A retry is told to nobody: standard output is the answer's alone."""

from __future__ import annotations

import subprocess
import sys

RETRYING = """
import stamina
import zombiescope.sources.http
for attempt in stamina.retry_context(on=ValueError, attempts=2, wait_initial=0.01, wait_max=0.01):
    with attempt:
        if attempt.num == 1:
            raise ValueError
print("done")
"""


def test_a_retry_writes_nothing() -> None:
    """stamina would tell structlog of it, which prints to standard output where it is not configured."""
    ran = subprocess.run([sys.executable, "-c", RETRYING], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("done\n", "")
