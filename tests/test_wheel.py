"""The built wheel, installed into an empty environment and used in an empty folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.wheel
def test_demo_audit_and_serve_work_from_the_wheel_alone(tmp_path: Path) -> None:
    """`pip install zombiescope` needs nothing of the checkout."""
    build = [
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(ROOT),
    ]
    for words in (build, [str(ROOT / "scripts" / "check_wheel.py"), str(tmp_path)]):
        ran = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
