"""Work in the background of one process, bounded: a few jobs at once, a short queue, no more.

The seam is small so that a durable engine can take its place: submit, cancel, going.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from zombiescope.errors import ZombiescopeError

__all__ = ["Busy", "Cancelled", "Job", "Jobs"]


class Busy(ZombiescopeError):
    """There is more work than the queue takes."""

    status = 503
    advice = "Try again in a while."


class Cancelled(Exception):
    """Raised inside a job that was cancelled."""


class Job:
    """One piece of work, as it sees itself."""

    def __init__(self, job_id: str) -> None:
        self.id = job_id
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Ask it to stop at its next step."""
        self._cancelled.set()

    def check(self) -> None:
        """Raises Cancelled where it was asked to stop; called at every step."""
        if self._cancelled.is_set():
            raise Cancelled(self.id)


class Jobs:
    """At most `workers` jobs at once in threads, and `queue` that wait."""

    def __init__(self, workers: int, queue: int) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="zombiescope")
        self._most = workers + queue
        self._going: dict[str, Job] = {}
        self._lock = threading.Lock()

    def submit(self, job_id: str, work: Callable[[Job], None]) -> Future[None]:
        """Do `work` soon. Raises Busy where the queue is full."""
        job = Job(job_id)
        with self._lock:
            if len(self._going) >= self._most:
                raise Busy(f"{self._most} audits are going on or waiting")
            self._going[job_id] = job
        try:
            return self._pool.submit(self._run, job, work)
        except RuntimeError:  # shut down
            self._end(job_id)
            raise Busy("the service is stopping") from None

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop; one that is not here is left alone."""
        with self._lock:
            job = self._going.get(job_id)
        if job is not None:
            job.cancel()

    def going(self) -> list[str]:
        """The ids of the jobs that run or wait."""
        with self._lock:
            return list(self._going)

    def close(self) -> None:
        """Take no more, ask all to stop, and wait until they have."""
        for job_id in self.going():
            self.cancel(job_id)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: Job, work: Callable[[Job], None]) -> None:
        try:
            work(job)
        except Cancelled:
            pass
        finally:
            self._end(job.id)

    def _end(self, job_id: str) -> None:
        with self._lock:
            self._going.pop(job_id, None)
