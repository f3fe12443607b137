"""What runs jobs: kinds of work by name, each job by its id, in steps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

__all__ = ["AUDIT", "MODEL", "Engine", "Kind", "Step", "Task"]

T = TypeVar("T")

AUDIT = "audit"
MODEL = "model"


class Step(Protocol):
    """Does one step of a job and gives its result.

    The engine stores no results: a step that was done in an earlier run is done again from what the store has of it.
    """

    def __call__(self, name: str, work: Callable[[], T], /) -> T:
        """Do `work` as the step of that name."""
        ...


# Does a job: called with its id and with how to do a step.
Task = Callable[[str, Step], None]


@dataclass(frozen=True)
class Kind:
    """A kind of job. slots: how many run at once, in each worker or `everywhere`, in all of them."""

    task: Task
    slots: int
    everywhere: bool = False


class Engine(Protocol):
    """Runs each job that is submitted once at a time, on one of the workers that share its database."""

    form: str

    def start(self, worker: str, kinds: Mapping[str, Kind]) -> None:
        """Work at jobs, as the worker of that id, from now on. Raises StorageError."""
        ...

    def submit(self, kind: str, job: str, *, again: bool = False) -> None:
        """Put a job into the queue; once, unless `again`. Raises StorageError."""
        ...

    def missing(self, kind: str, jobs: Sequence[str], forms: Collection[str]) -> list[str]:
        """Those of `jobs` that neither wait nor run, or wait for a worker of another form than any of `forms`."""
        ...

    def recover(self, worker: str) -> int:
        """Put the jobs of a worker that has gone back into the queue; how many."""
        ...

    def revive(self) -> int:
        """Put this worker's own jobs that stopped without an end back into the queue; returns their number."""
        ...

    def tidy(self, before: datetime) -> None:
        """Forget jobs that ended before."""
        ...

    def close(self, grace: float) -> None:
        """Take no more, wait up to `grace` seconds for what runs to come to a halt, and hand all of it back."""
        ...
