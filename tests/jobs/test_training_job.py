"""A training as a job: in a process of its own, which is stopped, lost and given way to others."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from doubles import NOW, ListSource, RuleDetector
from jobs import trainers
from zombiescope.jobs import HandedBack, JobContext, JobIntervals, Train
from zombiescope.jobs.context import Stop
from zombiescope.jobs.training_job import NICE, Training
from zombiescope.storage import ModelRow, Store, opened, sqlite_url
from zombiescope.usecases import audit_store

T = TypeVar("T")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An open store with a model that waits to be trained."""
    with opened(sqlite_url(tmp_path / "z.sqlite")) as database:
        rows = ListSource().listing("embassy").rows
        database.models.begin(ModelRow("mine", "queued", "ann", NOW, base="old"), rows, most=1)
        yield database


def training(store: Store, train: Train | None, stop: Stop) -> Training:
    """The job."""
    job_context = JobContext(
        store=store,
        source=lambda request, budget, tenant: ListSource(),
        detector=lambda name, account, tenant: RuleDetector(),
        stored_audit=audit_store.stored_audit_of,
        rescore=audit_store.rescored,
        train=train,
        now=lambda: NOW,
        clock=time.monotonic,
        job_intervals=JobIntervals(progress=0.05, beat=0.05),
    )
    return Training(job_context, stop)


def straight(name: str, work: Callable[[], T]) -> T:
    """A step that is simply done."""
    return work()


def test_it_gives_way_and_ends_with_a_model(store: Store) -> None:
    """The process is nicer than ours, is given the records and the base, and what it made is kept by name."""
    training(store, trainers.telling, Stop())("mine", straight)
    model = store.models.get("mine")
    assert model is not None
    assert (model.state, model.model, model.error) == (
        "done",
        f"mine-old-{min(19, os.nice(0) + NICE)}-True",
        None,
    )


def test_a_worker_that_stops_hands_it_back(store: Store) -> None:
    """The process ends with it, and the training waits again, its records kept."""
    stop, raised = Stop(), []

    def work() -> None:
        try:
            training(store, trainers.lasting, stop)("mine", straight)
        except HandedBack as error:
            raised.append(error)

    job = threading.Thread(target=work)
    job.start()
    for _ in range(600):
        now = store.models.get("mine")
        if now is not None and now.progress == "training boosters: 1 of 9":
            break
        time.sleep(0.05)
    stop.ask()
    job.join(timeout=60)
    assert len(raised) == 1
    model = store.models.get("mine")
    assert model is not None
    assert (model.state, model.progress) == ("queued", None)
    assert store.models.labelled("mine") is not None


def test_a_process_that_is_lost_is_said(store: Store) -> None:
    """Killed, for want of memory, say, it ends as failed with what may help; so does one that is not installed."""
    training(store, trainers.lost, Stop())("mine", straight)
    model = store.models.get("mine")
    assert model is not None
    assert model.state == "failed"
    assert "was killed" in (model.error or "")
    store.models.begin(ModelRow("mine", "queued", "ann", NOW), ListSource().listing("embassy").rows, most=1)
    training(store, None, Stop())("mine", straight)
    again = store.models.get("mine")
    assert again is not None
    assert "not installed" in (again.error or "")
