"""A job: a function and its arguments, run under limits to memory and time in the process that calls `perform`."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from zombiescope import i18n
from zombiescope.bounded_process.messages import dumped, trusted
from zombiescope.errors import ZombiescopeError

__all__ = ["PATIENCE", "Answer", "Job", "packed", "perform", "preload"]

# What reading a file needs. Loaded before the first job, so that no job pays for it.
MODULES = (
    "pandas",
    "pyarrow.compute",
    "pyarrow.csv",
    "pyarrow.json",
    "pyarrow.parquet",
    "python_calamine",
    "zombiescope.usecases.received_file",
)

PATIENCE = 5.0  # times as long as its CPU seconds a job may take by the clock
_GRACE = 2.0  # seconds after which a job ends itself that its parent should have ended


@dataclass(frozen=True)
class Job:
    """memory: bytes that may be allocated. seconds: of CPU that it may take. language: of the messages."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    memory: int
    seconds: float
    language: str


@dataclass(frozen=True)
class Answer:
    """What came of a job: its result, a limit that it met, an error of ours or a bug.

    value: the result; (what, advice) of an error; a text for a bug.
    """

    kind: Literal["value", "memory", "time", "error", "bug"]
    value: Any


def packed(job: Job) -> bytes:
    """A job as bytes for another process, with the path on which its function is found."""
    return dumped((list(sys.path), dumped(job)))


def perform(request: bytes) -> bytes:
    """Run a packed job under its limits; the answer, pickled. The limits stay: the process should end afterwards."""
    try:
        sys.path[:], inner = trusted(request)
        job: Job = trusted(inner)
    except Exception as error:  # noqa: BLE001 the parent raises it
        return dumped(Answer("bug", f"{type(error).__name__}: {error}"))
    _limit(job.memory, job.seconds)
    try:
        with i18n.speaking(job.language):  # the messages are for whoever asked
            return dumped(Answer("value", job.function(*job.args)))
    except MemoryError:
        answer = Answer("memory", None)
    except ZombiescopeError as error:
        answer = Answer("error", (error.what, error.advice))
    except Exception as error:  # noqa: BLE001 the parent raises it
        lacking = "alloc" in str(error)
        answer = Answer("memory", None) if lacking else Answer("bug", f"{type(error).__name__}: {error}")
    return dumped(answer)


def preload() -> None:
    """Load the libraries that reading needs, with one thread each."""
    import importlib

    for name in MODULES:
        importlib.import_module(name)
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())  # the others reserve address space far beyond what they use
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


def _limit(memory: int, seconds: float) -> None:
    """Bound what this process may allocate and how long it may live from now on, where the system can."""
    with contextlib.suppress(
        AttributeError, ValueError
    ):  # Windows has none; the parent ends the process there
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, PATIENCE * seconds + _GRACE)  # where the parent is gone
    with contextlib.suppress(OSError):  # if the machine's memory ends all the same, this one goes first
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * os.sysconf("SC_PAGE_SIZE") + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
