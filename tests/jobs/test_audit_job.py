"""An audit as a job, with a made-up platform: tried again, stopped, overtaken, and always ended in one state."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from doubles import NOW, PATIENCE, ListSource, RuleDetector, stored_audit
from zombiescope.domain import Audit, Cost, Progress
from zombiescope.errors import NotAuthorised, SourceError, StorageError
from zombiescope.jobs import HandedBack, JobContext, JobIntervals
from zombiescope.jobs.audit_job import UNFORESEEN, Auditing
from zombiescope.jobs.context import Stop
from zombiescope.sources.base import Fetched, Listing, Progressed, silent
from zombiescope.sources.budget import Budget, RequestMeter, spending
from zombiescope.storage import LabelRow, Store, opened, sqlite_url
from zombiescope.usecases import audit_store
from zombiescope.usecases.audit import AuditRequest

T = TypeVar("T")
QUICK = JobIntervals(beat=0.01, progress=0.0, patience=0.3, again=0.01, attempts=3)


def straight(name: str, work: Callable[[], T]) -> T:
    """A step that is simply done."""
    return work()


class Faulty(ListSource):
    """Calls `at` as it lists."""

    def __init__(self, at: Callable[[], None]) -> None:
        super().__init__()
        self._at = at

    def listing(self, handle: str, *, progress: Progressed = silent) -> Listing:
        """The list, after the fault."""
        self._at()
        progress(100, 300, 7)
        return super().listing(handle)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An open store."""
    with opened(sqlite_url(tmp_path / "z.sqlite")) as database:
        yield database


def job_context(store: Store, source: ListSource | None = None, **changes: object) -> JobContext:
    """What jobs are given, quick."""
    given = JobContext(
        store=store,
        source=lambda request, budget, tenant: source or ListSource(),
        detector=lambda name, account, tenant: RuleDetector(),
        stored_audit=audit_store.stored_audit_of,
        rescore=audit_store.rescored,
        train=None,
        now=lambda: NOW + timedelta(seconds=9),
        clock=time.monotonic,
        job_intervals=QUICK,
    )
    return dataclasses.replace(given, **changes)  # type: ignore[arg-type]


def begun(store: Store, account: str = "weibo:embassy", **more: object) -> str:
    """An audit that waits."""
    audit = Audit(id="aa11", status="queued", created_at=NOW, progress=Progress())
    request = msgspec.json.encode(AuditRequest(account=account, sample=120))
    store.audits.begin(audit, account=account, request=request, **more)  # type: ignore[arg-type]
    return audit.id


def raised(*errors: Exception) -> Callable[[], None]:
    """Raises one after the other, then no more."""
    left = list(errors)

    def at() -> None:
        if left:
            raise left.pop(0)

    return at


def test_an_audit_is_done(store: Store) -> None:
    """It ends with the answer of the use case, what it took, and nothing left of the queue."""
    Auditing(job_context(store), Stop())(begun(store), straight)
    stored = store.audits.stored_audit("aa11")
    assert stored.audit.status == "done"
    assert stored.audit.share == stored_audit().audit.share
    assert stored.audit.finished_at == NOW + timedelta(seconds=9)
    assert store.claims.going() == []


def test_a_platform_that_fails_is_asked_again(store: Store) -> None:
    """Two failures of three tries are made up for; a third ends the audit with what the platform said."""
    fails = SourceError("the platform is down")
    Auditing(job_context(store, Faulty(raised(fails, fails))), Stop())(begun(store), straight)
    assert store.audits.get("aa11").status == "done"
    store.forget("weibo:embassy")
    Auditing(job_context(store, Faulty(raised(fails, fails, fails))), Stop())(begun(store), straight)
    assert store.audits.get("aa11").status == "failed"
    assert "the platform is down" in (store.audits.get("aa11").error or "")


def test_what_cannot_get_better_is_not_tried_again(store: Store) -> None:
    """A missing credential ends the audit at once; an error that nobody foresaw is told to nobody."""
    tries = []

    def at() -> None:
        tries.append(1)
        raise NotAuthorised("no token")

    Auditing(job_context(store, Faulty(at)), Stop())(begun(store), straight)
    assert store.audits.get("aa11").status == "failed"
    assert tries == [1]
    store.forget("weibo:embassy")
    Auditing(job_context(store, Faulty(raised(ZeroDivisionError("s3cret")))), Stop())(begun(store), straight)
    assert store.audits.get("aa11").error == UNFORESEEN


def test_a_worker_that_stops_hands_back(store: Store) -> None:
    """The job ends in HandedBack, not in a result; the audit waits with its progress, and the start does not count."""
    stop = Stop()
    with pytest.raises(HandedBack):
        Auditing(job_context(store, Faulty(stop.ask)), stop)(begun(store), straight)
    assert store.audits.get("aa11").status == "queued"
    claimed = store.claims.claim("aa11", "next", NOW)
    assert claimed is not None
    assert claimed.starts == 0
    with pytest.raises(HandedBack):
        Auditing(job_context(store), stop)("aa11", straight)


def test_a_cancelled_audit_writes_nothing_more(store: Store) -> None:
    """Cancelled or deleted while it runs, it stops at its next step without a word."""

    def cancel() -> None:
        store.audits.cancel("aa11", NOW)

    Auditing(job_context(store, Faulty(cancel)), Stop())(begun(store), straight)
    assert store.audits.get("aa11").status == "cancelled"
    store.forget("weibo:embassy")

    def forget() -> None:
        store.forget("weibo:embassy")

    Auditing(job_context(store, Faulty(forget)), Stop())(begun(store), straight)
    assert store.audits.newest(9) == []


def test_a_run_that_was_overtaken_leaves_the_audit_alone(store: Store) -> None:
    """Where another worker has it, the run ends and neither its progress nor its answer is taken."""

    def taken() -> None:
        store.claims.claim("aa11", "the other", NOW)

    Auditing(job_context(store, Faulty(taken)), Stop())(begun(store), straight)
    audit = store.audits.get("aa11")
    assert (audit.status, audit.progress) == ("running", Progress())


def test_an_audit_past_its_deadline_fails(store: Store) -> None:
    """The deadline counts from the first start, whichever run passes it; a clock that is set back only puts it off."""
    clock = [NOW]

    def turned(by: timedelta) -> JobContext:
        clock[:] = [NOW]
        return job_context(store, Faulty(lambda: clock.append(NOW + by)), now=lambda: clock[-1])

    Auditing(turned(-timedelta(days=1)), Stop())(begun(store), straight)
    assert store.audits.get("aa11").status == "done"
    store.forget("weibo:embassy")
    Auditing(turned(timedelta(hours=13)), Stop())(begun(store), straight)
    audit = store.audits.get("aa11")
    assert audit.status == "failed"
    assert "not done within 12 hours" in (audit.error or "")


def test_an_audit_that_brings_its_workers_down_fails(store: Store) -> None:
    """After so many starts that nobody handed back it is not tried again."""
    audit_id = begun(store)
    for i in range(QUICK.starts):
        store.claims.claim(audit_id, f"run {i}", NOW)
    Auditing(job_context(store), Stop())(audit_id, straight)
    assert store.audits.get(audit_id).status == "failed"
    assert f"lost {QUICK.starts} times" in (store.audits.get(audit_id).error or "")


class Full:
    """A store whose audits cannot be written while the disk is full."""

    def __init__(self, store: Store) -> None:
        self._store, self.full = store, False

    def __getattr__(self, name: str) -> object:
        if name == "audits" and self.full:
            return self
        return getattr(self._store, name)

    def move(self, *_: object) -> bool:
        """As `Audits.move`."""
        raise StorageError("the disk is full")

    finish = move


def test_a_disk_that_stays_full(store: Store) -> None:
    """The audit waits for its patience's length, then fails; that is written as soon as there is room."""
    full = Full(store)
    given = job_context(full, Faulty(lambda: setattr(full, "full", True)))  # type: ignore[arg-type]
    job = threading.Thread(target=Auditing(given, Stop()), args=(begun(store), straight))
    job.start()
    until = time.monotonic() + PATIENCE
    while not full.full and time.monotonic() < until:
        time.sleep(0.01)
    assert full.full
    job.join(timeout=1.0)
    assert job.is_alive()
    assert store.audits.get("aa11").status == "running"
    full.full = False
    job.join(timeout=PATIENCE)
    assert store.audits.get("aa11").status == "failed"
    assert "the disk is full" in (store.audits.get("aa11").error or "")


def test_a_list_that_was_sent_outlives_its_process(store: Store) -> None:
    """It is audited from the database by whoever takes it, and is gone afterwards; a lost one says so."""
    listing = ListSource().listing("embassy")
    Auditing(job_context(store), Stop())(begun(store, "upload:mine", upload=listing), straight)
    audit = store.audits.get("aa11")
    assert audit.status == "done"
    assert audit.frame is not None
    assert audit.frame.listed == 300
    assert store.claims.upload("aa11") is None
    store.forget("upload:mine")
    Auditing(job_context(store), Stop())(begun(store, "upload:mine"), straight)
    assert "Send it again" in (store.audits.get("aa11").error or "")


class Stricter(RuleDetector):
    """Another model: every score is halved."""

    def score(self, matrix: object, ids: Sequence[str]) -> object:  # type: ignore[override]
        return super().score(matrix, ids) / 2  # type: ignore[arg-type]


def test_an_audit_is_scored_again(store: Store) -> None:
    """Another model's scores of the same followers, from the kept features, with the labels; the origin stays."""
    done = stored_audit("origin")
    store.audits.keep(
        done, account="weibo:embassy", request=msgspec.json.encode(AuditRequest(account="weibo:x"))
    )
    label = LabelRow("1000", "zombie", "ann", NOW)
    store.labels.put("origin", [label])
    given = job_context(store, detector=lambda name, account, tenant: Stricter())
    Auditing(given, Stop())(begun(store, origin="origin", model="stricter-1"), straight)
    again = store.audits.stored_audit("aa11")
    assert again.audit.status == "done"
    before, after = done.audit.followers or (), again.audit.followers or ()
    assert [one.id for one in after] == [one.id for one in before]
    assert [one.score for one in after] == pytest.approx([one.score / 2 for one in before])
    assert again.audit.labels is not None
    assert store.labels.of("aa11") == [label]
    assert again.audit.frame is not None
    assert "from the sample of audit origin" in again.audit.frame.warnings[-1]
    assert store.audits.get("origin").share == done.audit.share


def test_features_of_another_catalogue_are_extracted_again(store: Store) -> None:
    """Where the kept features are not those that the model needs, the kept records give them, the same."""
    done = dataclasses.replace(stored_audit("origin"), features=None)
    again = audit_store.rescored(
        done,
        [],
        RuleDetector(),
        AuditRequest(account="weibo:embassy"),
        msgspec.structs.replace(done.audit, id="b"),
    )
    assert again.audit.followers == done.audit.followers
    assert again.audit.share == done.audit.share


class Telling(ListSource):
    """Tells progress in followers and requests as it fetches."""

    def fetch(
        self, listing: Listing, places: Sequence[int], *, posts: int, progress: Progressed = silent
    ) -> Fetched:
        """As a live source does."""
        progress(50, 120, 12)
        return super().fetch(listing, places, posts=posts)


def test_what_earlier_runs_spent_is_counted(store: Store) -> None:
    """What is kept says what it took: a later run adds that to its own, in the cost and in the progress."""
    audit_id = begun(store)
    store.pages.put("weibo:embassy", {"old": b""}, NOW - timedelta(hours=1))
    store.claims.claim(audit_id, "first", NOW)
    meter = RequestMeter(Budget(money=9.0))
    spending()
    for _ in range(30):
        meter.ask()
    meter.pay(1.5)
    store.pages.put("weibo:Embassy", {"followers/1": b"", "followers": b""}, NOW)
    Auditing(job_context(store, Telling()), Stop())(audit_id, straight)
    audit = store.audits.get(audit_id)
    assert audit.cost == Cost(requests=42, seconds=9.0, money=1.5)
    assert audit.progress is not None
    assert audit.progress.requests == 42
