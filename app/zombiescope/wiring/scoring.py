"""Which engine scores files: this process, several of this machine, or a Dask cluster."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from zombiescope.errors import InputError

if TYPE_CHECKING:
    from zombiescope.detector import Detector
    from zombiescope.usecases.scoring.engines import Engine

__all__ = ["scoring_engine"]


def scoring_engine(detector: Detector, *, engine: str, scheduler: str | None, jobs: int) -> Engine:
    """The engine of that name, `local` or `dask`.

    scheduler: the address of a Dask scheduler. jobs: processes at once, 0 for one a core. Raises InputError where they
    do not go together.
    """
    from zombiescope.usecases.scoring.engines import DaskEngine, Model, OneProcess, Processes

    model = Model(detector.artefact.path.resolve(), detector.info.sha256)
    if engine == "dask":
        if not scheduler:
            raise InputError("--engine dask needs a scheduler", "Give --scheduler tcp://HOST:8786.")
        return DaskEngine(model, scheduler)
    if scheduler:
        raise InputError("--scheduler goes with --engine dask", "Give both, or neither.")
    jobs = jobs or os.cpu_count() or 1
    return OneProcess(detector) if jobs == 1 else Processes(model, jobs)
