"""schemathesis over the service's own OpenAPI document."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from web.serving import services
from zombiescope.detector import ModelRegistry
from zombiescope.web import Services
from zombiescope.web.auth.api_keys import keys_from

__all__ = ["KEY", "conforming", "served"]

ROOT = Path(__file__).parents[2]
KEY = {"Authorization": "Bearer admin-secret-0123456789"}
# Every check but this one, which would take what no schema can say for a fault: a file that holds no records, a cursor
# that the service never gave, a record without a date where the query gives none either. And one that takes DELETE
# of an audit for its end: it cancels an audit that is going on, which stays stored as cancelled.
EXCLUDED = "positive_data_acceptance,use_after_free"


def served(home: Path) -> Services:
    """A service with a key, the shipped models, and no limit that a thousand requests at once would meet."""
    given = services(
        home,
        model_registry=lambda tenant: ModelRegistry(
            [home / "models", ROOT / "models"], writable=home / "models"
        ),
        keys=keys_from("boss:admin:admin-secret-0123456789"),
    )
    return replace(given, limits=replace(given.limits, rate=10**7, wrong=10**7, queue=10**6))


def conforming(address: str, *, examples: int, seed: int) -> tuple[int, str]:
    """The exit code and the text of a run: 0 where no check failed."""
    command: list[str | Path] = [
        Path(sys.executable).with_name("schemathesis"), "run", f"{address}/openapi.json",
        "--header", f"Authorization: {KEY['Authorization']}", "--checks", "all", "--exclude-checks", EXCLUDED,
        "--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure", "--no-color",
        "--warnings", "off", "--generation-database", "none",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    with tempfile.TemporaryDirectory() as folder:  # where it keeps what it has learnt
        ran = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, cwd=folder
        )
    return ran.returncode, ran.stdout + ran.stderr
