"""Trainings that another process can be told to call: one lasts, one is lost, one says what it was given."""

from __future__ import annotations

import os
import time
from pathlib import Path

from zombiescope.usecases.audit_request import ProgressCallback


def lasting(labelled: Path, tenant: str, name: str, base: str | None, on_progress: ProgressCallback) -> str:
    """Says so, and goes on and on."""
    on_progress("training boosters", 1, 9)
    time.sleep(600)
    return name


def lost(labelled: Path, tenant: str, name: str, base: str | None, on_progress: ProgressCallback) -> str:
    """Ends as a process does that ran out of memory."""
    on_progress("training boosters", 1, 9)
    os.kill(os.getpid(), 9)
    return name


def telling(labelled: Path, tenant: str, name: str, base: str | None, on_progress: ProgressCallback) -> str:
    """A model named for what was given."""
    return f"{name}-{base}-{os.nice(0)}-{labelled.stat().st_size > 0}"
