"""The one place that picks implementations: settings in, sources, models, storage and training out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from zombiescope.platforms import registered
from zombiescope.settings import Settings, settings_from
from zombiescope.wiring.jobs import engine, job_dependencies, job_intervals, receiver_guard, worker
from zombiescope.wiring.models import Detectors, artefact, detector, model_registry, own_models, publish
from zombiescope.wiring.sources import host_rate_limits, platforms, source, truth
from zombiescope.wiring.storage import database, shared_store, store
from zombiescope.wiring.training import train, trainer, training_commands

__all__ = [
    "PACKAGE",
    "Detectors",
    "artefact",
    "database",
    "detector",
    "engine",
    "host_rate_limits",
    "job_dependencies",
    "job_intervals",
    "model_registry",
    "own_models",
    "platforms",
    "publish",
    "receiver_guard",
    "settings",
    "shared_store",
    "source",
    "store",
    "train",
    "trainer",
    "training_commands",
    "truth",
    "worker",
]

PACKAGE = Path(__file__).resolve().parents[1]


def settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process."""
    return settings_from(
        os.environ if environment is None else environment, package=PACKAGE, platforms=registered()
    )
