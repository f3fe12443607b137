"""Jobs on DBOS: each is a workflow in a database of DBOS's own, so that it outlives the process that runs it.

DBOS is imported when jobs start, not before: it takes a second. Of it we use queues (one owner at a time, limits),
workflows (who owns which, and that what a former owner still writes is not taken) and steps. What steps find is kept
in our store alone, so nothing but ids of jobs is ever written here.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.engine import URL, make_url

from zombiescope.jobs.engine import Kind, Task
from zombiescope.storage.database import make_private, name
from zombiescope.storage.database_errors import speaking

if TYPE_CHECKING:
    from dbos import DBOSClient, WorkflowStatus

__all__ = ["FORM", "DbosEngine", "system_url"]

T = TypeVar("T")

# The form of our workflows: the names of kinds and what their steps leave in the store. Bump it where a job begun by
# an older program cannot be resumed by this one; after any other change jobs resume across an upgrade.
FORM = "1"
_APPLICATION = "zombiescope"
_WAITING = ["ENQUEUED", "PENDING", "DELAYED"]
_POLL = 0.25  # seconds between two looks into a queue
_POOL = 5  # connections to the database


def system_url(url: str) -> str:
    """Where DBOS stores jobs, for our database: a file beside it, or a schema of its own on the same server."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return parsed.render_as_string(hide_password=False)
    file = Path(parsed.database or "")
    return URL.create("sqlite", database=str(file.with_name(f"{file.stem}-jobs.sqlite"))).render_as_string()


class DbosEngine:
    """An `Engine` on DBOS. One at a time in a process: DBOS knows one.

    url: of our database, which is there. poll: seconds between two looks into a queue.
    """

    def __init__(self, url: str, *, form: str = FORM, poll: float = _POLL) -> None:
        self.form = form
        self._url, self._where, self._poll = system_url(url), name(system_url(url)), poll
        self._worker = ""
        self._running: dict[str, int] = {}  # workflow ids, with how many threads run each
        self._fallen: set[str] = set()
        self._lock = threading.Lock()
        self._kinds: Mapping[str, Kind] = {}
        self._client: DBOSClient | None = None

    def start(self, worker: str, kinds: Mapping[str, Kind]) -> None:
        """Work at jobs from now on. Raises StorageError where DBOS's database cannot be used."""
        with speaking(self._where):
            _prepared(self._url)
            _quieten()
            self._worker, self._kinds = worker, kinds
            from dbos import DBOS
            from dbos._serialization import DBOSPortableJSON

            DBOS(
                config={
                    "name": _APPLICATION,
                    "system_database_url": self._url,
                    "sys_db_pool_size": _POOL,
                    "application_version": self.form,
                    "executor_id": worker,
                    # Plain JSON: what is read back from a database is never unpickled.
                    "serializer": DBOSPortableJSON,
                    "use_listen_notify": False,
                    "enable_otlp": False,
                    "log_level": "WARNING",
                }
            )
            for kind, how in kinds.items():
                DBOS.workflow(name=kind, max_recovery_attempts=None)(self._workflow(how.task))
            DBOS.launch()
            for kind, how in kinds.items():
                limit = "global_concurrency" if how.everywhere else "worker_concurrency"
                DBOS.register_queue(
                    kind,
                    polling_interval_sec=self._poll,
                    on_conflict="always_update",
                    **{limit: how.slots},  # type: ignore[arg-type]
                )

    def submit(self, kind: str, job: str, *, again: bool = False) -> None:
        """Have a job done soon; once, unless `again`."""
        tail = f"~{uuid.uuid4().hex[:8]}" if again else ""
        with speaking(self._where):
            self._talk().enqueue(
                {
                    "queue_name": kind,
                    "workflow_name": kind,
                    "workflow_id": f"{kind}~{job}{tail}",
                    "app_version": self.form,
                },
                job,
            )

    def missing(self, kind: str, jobs: Sequence[str], forms: Collection[str]) -> list[str]:
        """Those of `jobs` that neither wait nor run, or wait for a worker of another form than any of `forms`."""
        if not jobs:
            return []
        known, stranded = set(), []
        for one in self._listed(status=_WAITING, name=kind):
            if one.app_version in forms:
                known.add(one.workflow_id.split("~")[1])
            else:
                stranded.append(one.workflow_id)
        if stranded:
            with speaking(self._where):
                self._talk().cancel_workflows(stranded)
        return [job for job in jobs if job not in known]

    def recover(self, worker: str) -> int:
        """Put the jobs of a worker that has gone back into the queue; how many."""
        return self._requeued(self._listed(status="PENDING", executor_id=worker))

    def revive(self) -> int:
        """Put this worker's own jobs that stopped without an end back into the queue; returns their number.

        A job whose end could not be written (a full disk) has no thread any more. One that was taken from the queue
        this moment has none yet: so it counts as stopped when it is seen so twice.
        """
        mine = self._listed(status="PENDING", executor_id=self._worker)
        with self._lock:
            idle = {one.workflow_id for one in mine if one.workflow_id not in self._running}
        fallen, self._fallen = idle & self._fallen, idle
        return self._requeued([one for one in mine if one.workflow_id in fallen])

    def tidy(self, before: datetime) -> None:
        """Forget jobs that ended before."""
        ended = self._listed(
            status=["SUCCESS", "ERROR", "CANCELLED"], completed_before=before.astimezone(UTC).isoformat()
        )
        if ended:
            with speaking(self._where):
                self._talk().delete_workflows([one.workflow_id for one in ended])

    def close(self, grace: float) -> None:
        """Take no more jobs, and hand back the running ones, which must have been asked to stop."""
        try:
            if self._worker:
                from dbos import DBOS

                end = time.monotonic() + grace
                while self._running and time.monotonic() < end:
                    time.sleep(0.02)
                DBOS.destroy(destroy_registry=True)
                self.recover(self._worker)
        finally:
            self._worker = ""
            if self._client is not None:
                self._client.destroy()
                self._client = None

    def _workflow(self, task: Task) -> Callable[[str], None]:
        from dbos import DBOS

        def step(title: str, work: Callable[[], T]) -> T:
            results: list[T] = []
            trouble: list[Exception] = []

            def once() -> None:
                try:
                    results.append(work())
                except Exception as error:  # noqa: BLE001 it is raised below: DBOS would keep and replay it
                    trouble.append(error)

            DBOS.run_step({"name": title}, once)
            if trouble:
                raise trouble[0]
            return results[0] if results else work()

        def workflow(job: str) -> None:
            own = DBOS.workflow_id or ""
            with self._lock:
                self._running[own] = self._running.get(own, 0) + 1
            try:
                task(job, step)
            finally:
                with self._lock:
                    self._running[own] -= 1
                    if not self._running[own]:
                        del self._running[own]

        return workflow

    def _listed(self, **which: Any) -> list[WorkflowStatus]:
        with speaking(self._where):
            return self._talk().list_workflows(
                load_input=False, load_output=False, application_name=_APPLICATION, **which
            )

    def _requeued(self, workflows: Sequence[WorkflowStatus]) -> int:
        for kind in self._kinds:
            ids = [one.workflow_id for one in workflows if one.name == kind]
            if ids:
                with speaking(self._where):
                    self._talk().resume_workflows(ids, queue_name=kind)
        return len(workflows)

    def _talk(self) -> DBOSClient:
        """What asks DBOS's database, whether or not this process works at jobs."""
        if self._client is None:
            from dbos import DBOSClient
            from dbos._serialization import DBOSPortableJSON

            self._client = DBOSClient(
                system_database_url=self._url,
                system_database_pool_size=2,
                serializer=DBOSPortableJSON,
                application_name=_APPLICATION,
                # A request must not hang while the database is gone: it is answered with 503.
                retry_connection_errors=False,
            )
        return self._client


def _prepared(url: str) -> None:
    """Make DBOS's file as ours is: closed to others, and with a write-ahead log, so that readers do not wait."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return
    import sqlite3

    make_private(Path(parsed.database))
    connection = sqlite3.connect(parsed.database, timeout=30.0)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        from sqlalchemy.exc import OperationalError

        raise OperationalError("PRAGMA journal_mode", {}, error) from None
    finally:
        connection.close()


def _quieten() -> None:
    """Have DBOS log through our loggers alone, warnings and worse: no banner, no console handler of its own."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.propagate = True
    logger.setLevel(logging.WARNING)
