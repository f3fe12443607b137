"""A worker among others: it shows that it lives, takes over from the silent, and finds what was lost."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from doubles import NOW, RuleDetector, Threads
from zombiescope.domain import Audit
from zombiescope.errors import StorageError
from zombiescope.jobs import AUDIT, JobContext, JobIntervals, Worker
from zombiescope.sources.base import Source
from zombiescope.storage import Store, WorkerRow, opened, sqlite_url
from zombiescope.usecases import audit_store


class Engine(Threads):
    """Says what it is asked, and misses what it is told to miss."""

    def __init__(self) -> None:
        super().__init__()
        self.recovered: list[str] = []
        self.submitted: list[str] = []
        self.without: list[str] = []
        self.broken = False

    def submit(self, kind: str, job: str, *, again: bool = False) -> None:
        """Remember it."""
        self.submitted.append(job)

    def missing(self, kind: str, jobs: Sequence[str], forms: Collection[str]) -> list[str]:
        """What it is told to miss."""
        return [job for job in jobs if kind == AUDIT and job in self.without]

    def recover(self, worker: str) -> int:
        """Remember it."""
        if self.broken:
            raise StorageError("the database is gone")
        self.recovered.append(worker)
        return 1


class Clocks:
    """A clock that counts seconds, and one on the wall that may be set."""

    def __init__(self) -> None:
        self.seconds, self.wall = 1000.0, NOW

    def clock(self) -> float:
        """Seconds."""
        return self.seconds

    def now(self) -> datetime:
        """The wall's."""
        return self.wall


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An open store."""
    with opened(sqlite_url(tmp_path / "z.sqlite")) as database:
        yield database


def worker(store: Store, clocks: Clocks) -> tuple[Worker, Engine]:
    """One that is entered, and looks and tidies only when it is told to."""

    def source(*_: object) -> Source:
        raise AssertionError("no job is done here")

    engine = Engine()
    running_worker = Worker(
        JobContext(
            store=store,
            source=source,
            detector=lambda name, account, tenant: RuleDetector(),
            stored_audit=audit_store.stored_audit_of,
            rescore=audit_store.rescored,
            train=None,
            now=clocks.now,
            clock=clocks.clock,
            keep_days=30,
            job_intervals=JobIntervals(beat=3600, silent=30),
        ),
        engine,
    )
    running_worker.start()
    return running_worker, engine


def test_a_silent_worker_is_taken_for_gone(store: Store) -> None:
    """After 30 seconds without a sign its jobs go back into the queue, by one hand; one that shows signs stays."""
    clocks = Clocks()
    (first, ours), (second, theirs), (_, dead) = (worker(store, clocks) for _ in range(3))
    for _ in range(5):
        first.look()
        second.look()
        clocks.seconds += 9
    assert len(ours.recovered) + len(theirs.recovered) == 1
    assert dead.recovered == []
    assert {one.id for one in store.workers.all()} == {first.id, second.id}
    first.close()
    second.close()


@pytest.mark.parametrize("turn", [timedelta(hours=-1), timedelta(days=-400), timedelta(hours=1)])
def test_a_clock_that_is_set_changes_nothing(store: Store, turn: timedelta) -> None:
    """Set back or forward, no live worker is taken for gone, and a silent one is, as soon as ever."""
    clocks = Clocks()
    (first, ours), (second, _), (silent, _) = (worker(store, clocks) for _ in range(3))
    for step in range(5):
        first.look()
        second.look()
        clocks.seconds += 9
        if step == 1:
            clocks.wall += turn
    assert {one.id for one in store.workers.all()} == {first.id, second.id}
    assert ours.recovered == [silent.id]
    first.close()
    second.close()


def test_a_worker_that_was_taken_for_gone_comes_back(store: Store) -> None:
    """It enters itself anew, and can be taken for gone anew."""
    clocks = Clocks()
    first, _ = worker(store, clocks)
    store.workers.leave(first.id)
    first.look()
    assert [one.id for one in store.workers.all()] == [first.id]
    first.close()
    assert store.workers.all() == []


def test_a_takeover_that_is_cut_off_is_made_up_for(store: Store) -> None:
    """Where the one who took over fails in the middle, the silent worker's row is still there for the next."""
    clocks = Clocks()
    first, engine = worker(store, clocks)
    store.workers.join(WorkerRow("gone", "1", "there", 1, 0, NOW))
    first.look()
    clocks.seconds += 31
    engine.broken = True
    with pytest.raises(StorageError):
        first.look()
    engine.broken = False
    for _ in range(2):
        first.look()
        clocks.seconds += 31
    first.look()
    assert engine.recovered == ["gone"]
    assert [one.id for one in store.workers.all()] == [first.id]
    first.close()


def test_a_job_that_no_queue_holds_is_put_into_one(store: Store) -> None:
    """It is missed twice before it counts as lost: one that was begun this moment is not in the queue yet."""
    clocks = Clocks()
    first, engine = worker(store, clocks)
    for name in ("lost", "waits"):
        store.audits.begin(Audit(id=name, status="queued", created_at=NOW), account="weibo:x", request=b"{}")
    engine.without = ["lost"]
    first.tidy()
    assert engine.submitted == []
    first.tidy()
    assert engine.submitted == ["lost"]
    engine.without = []
    first.tidy()
    assert engine.submitted == ["lost"]
    first.close()


def test_what_is_old_goes(store: Store) -> None:
    """The tidying deletes what is older than the days to keep."""
    clocks = Clocks()
    first, _ = worker(store, clocks)
    store.pages.put("weibo:x", {"1": b"old"}, NOW - timedelta(days=31))
    store.idempotency.remember("ann", "k", "aa", "audit", NOW - timedelta(days=2))
    first.tidy()
    assert store.pages.get("weibo:x", ["1"]) == {}
    assert store.idempotency.remember("ann", "k", "bb", "audit2", NOW) is None
    first.close()
