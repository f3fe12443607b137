"""Trainings as jobs: one at a time, in a process of low priority."""

from __future__ import annotations

import logging
import multiprocessing
import os
import tempfile
import uuid
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from zombiescope.errors import InputError, StorageError, TrainingError, ZombiescopeError
from zombiescope.jobs.context import JobContext, Stop, Train, patiently
from zombiescope.jobs.engine import Step
from zombiescope.jobs.errors import Failing, HandedBack, Overtaken
from zombiescope.storage import tenant_and_name

__all__ = ["Training"]

_LOG = logging.getLogger("zombiescope.jobs")
NICE = 10
UNFORESEEN = "The training failed unexpectedly. Please report this with the model's name."


class Training:
    """Trains models by their names."""

    def __init__(self, job_context: JobContext, stop: Stop) -> None:
        self._context, self._stop = job_context, stop

    def __call__(self, job: str, step: Step) -> None:
        """Train a model. Raises HandedBack where the worker stops before it has ended: then it begins anew.

        job: `storage.job_of` its tenant and name.
        """
        tenant, name = tenant_and_name(job)
        _Run(self._context, self._stop, tenant, name)(step)


class _Run:
    """One run of one training."""

    def __init__(self, job_context: JobContext, stop: Stop, tenant: str, name: str) -> None:
        self._context, self._stop, self._tenant, self._name = job_context, stop, tenant, name
        self._models = job_context.store.of(tenant).models

    def __call__(self, step: Step) -> None:
        name, run = self._name, uuid.uuid4().hex
        self._stop.check()
        claimed = patiently(
            lambda: self._models.claim(name, run, self._context.now()), self._stop, self._context
        )
        if claimed is None:
            return
        model, starts = claimed
        try:
            if starts >= self._context.job_intervals.starts:
                raise Failing(f"the training's worker was lost {starts} times")
            model_name = step("train", lambda: self._trained(model.base, run))
            patiently(lambda: self._context.publish(self._tenant, model_name), self._stop, self._context)
            self._end(name, run, model=model_name)
        except Overtaken:
            pass
        except HandedBack:
            try:
                self._models.hand_back(name, run)
            except StorageError as trouble:
                _LOG.warning("model %s: %s", name, trouble.what)
            raise
        except ZombiescopeError as error:
            self._end(name, run, error=f"{error.what}. {error.advice}")
        except Exception:  # noqa: BLE001 a training must end whatever it raises
            _LOG.exception("training of %s failed", name)
            self._end(name, run, error=UNFORESEEN)

    def _trained(self, base: str | None, run: str) -> str:
        train = self._context.train
        if train is None:
            raise TrainingError("training is not installed here", "Install the whole zombiescope package.")
        labelled = patiently(lambda: self._models.labelled(self._name), self._stop, self._context)
        if labelled is None:
            raise InputError("the labelled records are not kept any more", "Send them again.")
        import pyarrow.parquet as pq

        with tempfile.TemporaryDirectory(prefix="zombiescope-") as folder:
            file = Path(folder, "labelled.parquet")
            pq.write_table(labelled, file)
            return self._in_a_process(train, file, base, run)

    def _in_a_process(self, train: Train, file: Path, base: str | None, run: str) -> str:
        # Spawned: a fork would take the threads' locks with it.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        given = (theirs, train, file, self._tenant, self._name, base)
        process = context.Process(target=_train, args=given, daemon=True)
        process.start()
        theirs.close()
        try:
            while True:
                self._stop.check()
                if not ours.poll(self._context.job_intervals.progress):
                    if not process.is_alive() and not ours.poll():
                        raise TrainingError(
                            "the training process was killed", "A smaller sample may fit into the memory."
                        )
                    continue
                what, *arguments = ours.recv()
                if what == "done":
                    return str(arguments[0])
                if what == "failed":
                    raise TrainingError(*arguments)
                self._report_progress(self._name, run, str(arguments[0]))
        except EOFError:
            raise TrainingError(
                "the training process was killed", "A smaller sample may fit into the memory."
            ) from None
        finally:
            ours.close()
            process.kill()
            process.join()

    def _report_progress(self, name: str, run: str, progress: str) -> None:
        try:
            mine = self._models.tell(name, run, progress)
        except StorageError as trouble:
            _LOG.warning("model %s: %s", name, trouble.what)
            return
        if not mine:
            raise Overtaken(name)

    def _end(self, name: str, run: str, **how: Any) -> None:
        while True:
            try:
                self._models.end(name, run, self._context.now(), **how)
            except StorageError as trouble:
                _LOG.warning("model %s has ended, which cannot be written: %s", name, trouble.what)
                self._stop.wait(self._context.job_intervals.beat)
            else:
                return


def _train(talk: Connection, train: Train, file: Path, tenant: str, name: str, base: str | None) -> None:
    """The process: reports its progress, then its result. It ends when its parent has gone."""
    os.nice(NICE)
    last: list[tuple[str, int]] = []

    def report(what: str, done: int, of: int | None) -> None:
        if (what, done) not in last:
            last[:] = [(what, done)]
            talk.send(("told", what if of in (None, 1) else f"{what}: {done} of {of}"))

    try:
        model_name = train(file, tenant, name, base, report)
    except ZombiescopeError as error:
        talk.send(("failed", error.what, error.advice))
    else:
        talk.send(("done", model_name))
