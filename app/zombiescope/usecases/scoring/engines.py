"""Engines: where the inputs of a run are scored. All run `parts.score_input`, so the output is the same to the byte."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from zombiescope.detector import Detector, read
from zombiescope.errors import InputError, ModelError, ZombiescopeError
from zombiescope.usecases.scoring.folders import folder
from zombiescope.usecases.scoring.parts import ScoringJob, Step, score_input

__all__ = ["DaskEngine", "Engine", "Model", "OneProcess", "Processes"]


@dataclass(frozen=True)
class Model:
    """A model that other processes read for themselves: its folder, and the sha256 it must have there."""

    path: Path
    sha256: str

    def detector(self) -> Detector:
        """The detector, read once a process. Raises ModelError where the folder holds another model."""
        return _detector(self.path, self.sha256)


@cache
def _detector(path: Path, sha256: str) -> Detector:
    artefact = read(path)
    if artefact.info.sha256 != sha256:
        raise ModelError(
            f"{path} holds another model on this worker", "Give every worker the same models folder."
        )
    return Detector(artefact)


class Engine(Protocol):
    """Scores inputs into the parts of a working folder."""

    def run(self, jobs: Sequence[ScoringJob], place: str) -> Iterator[Step]:
        """The steps as they are done. place: path or URL of the folder. Raises what `score_input` raises."""
        ...


@dataclass(frozen=True)
class OneProcess:
    """One input after the other, here."""

    detector: Detector

    def run(self, jobs: Sequence[ScoringJob], place: str) -> Iterator[Step]:
        """The steps, a batch each."""
        for job in jobs:
            yield from score_input(job, self.detector, folder(place))


@dataclass(frozen=True)
class Processes:
    """Several inputs at once, each in a process of this machine."""

    model: Model
    jobs: int

    def run(self, jobs: Sequence[ScoringJob], place: str) -> Iterator[Step]:
        """The steps, an input each."""
        # Not forked: Arrow's threads do not survive a fork.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(min(self.jobs, len(jobs)), mp_context=context)
        try:
            for done in as_completed([pool.submit(score_job, job, self.model, place) for job in jobs]):
                yield done.result()
        except BrokenProcessPool:
            raise InputError(
                "a process of --jobs was killed (out of memory?)", "Go on with --resume and fewer --jobs."
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class DaskEngine:
    """Inputs on the workers of a Dask cluster, which must reach them, the working folder and the model's folder.

    A worker that dies loses its input's step, not its parts: another worker resumes where they end.
    patience: seconds to wait for the scheduler to answer.
    """

    model: Model
    scheduler: str
    patience: float = 20.0

    def run(self, jobs: Sequence[ScoringJob], place: str) -> Iterator[Step]:
        """The steps, an input each."""
        try:
            from distributed import Client
            from distributed import as_completed as dask_completed
        except ImportError:
            raise InputError("Dask is not installed", "pip install 'zombiescope[cluster]'.") from None
        try:
            client = Client(self.scheduler, timeout=self.patience)
        except (OSError, TimeoutError, ValueError) as error:
            raise InputError(
                f"no Dask scheduler answers at {self.scheduler} ({str(error).splitlines()[0]})",
                "Start one with `dask scheduler`, and workers with `dask worker URL`.",
            ) from None
        with client:
            futures = [client.submit(score_job, job, self.model, place, pure=False) for job in jobs]
            for future in dask_completed(futures):
                try:
                    yield future.result()
                except ZombiescopeError:
                    raise
                except Exception as error:
                    raise InputError(
                        f"the cluster gave up: {type(error).__name__}: {str(error).splitlines()[0]}",
                        "What was scored is in the working folder: go on with --resume.",
                    ) from error


def score_job(job: ScoringJob, model: Model, place: str) -> Step:
    """Score one input in a process of its own: all its steps as one."""
    rows = rejected = 0
    for step in score_input(job, model.detector(), folder(place)):
        rows, rejected = rows + step.rows, rejected + step.rejected
    return Step(rows, rejected, 1)
