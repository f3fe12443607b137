"""Workers killed, stopped and starved of their database or disk: no audit is lost, and each ends in one state."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.plant import COMMAND, LIGHT, Plant, answer, killed, plant, twice
from postgres import Postgres
from zombiescope.storage import sqlite_url

UNDER_WAY = 8  # requests that a worker has under way at once: what may be asked for again after a kill


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a run that nobody disturbs finds."""
    home = tmp_path_factory.mktemp("whole")
    with plant(sqlite_url(home / "z.sqlite"), home, delay=0.0) as started:
        started.worker()
        audit_id = started.begin()
        assert started.ended(audit_id).status == "done"
        return answer(started.store, audit_id)


def without_requests(document: dict[str, Any]) -> dict[str, Any]:
    """The same, where one process may have asked for something again and says so."""
    left = {key: dict(document[key]) for key in ("cost", "progress")}
    del left["cost"]["requests"], left["progress"]["requests"]
    return {**document, **left}


@pytest.fixture(params=["sqlite", "postgresql"])
def work(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plant]:
    """A plant on each kind of database."""
    if request.param == "sqlite":
        url = sqlite_url(tmp_path / "z.sqlite")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    with plant(url, tmp_path) as started:
        yield started


def test_a_worker_that_is_killed_and_never_comes_back(work: Plant, undisturbed: dict[str, Any]) -> None:
    """Another takes its audit over, asks again for no more than was under way, and finds the same."""
    first = work.worker()
    audit_id = work.begin()
    work.under_way(audit_id)
    work.platform.delay = 0.5  # so that the audit lasts until the other is there
    work.worker()
    killed(first)
    work.platform.delay = 0.02
    assert work.ended(audit_id).status == "done", work.output()
    assert answer(work.store, audit_id) == undisturbed
    assert twice(work.platform) <= UNDER_WAY
    work.workers_are(1)


def test_sigterm_hands_its_audit_back(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    """The audit waits again at once, with its progress, and the next start goes on without a wait for silence."""
    with plant(sqlite_url(tmp_path / "z.sqlite"), tmp_path) as work:
        work.job_intervals = work.job_intervals.replace("silent=2", "silent=600")
        worker = work.worker(*COMMAND)
        audit_id = work.begin()
        work.under_way(audit_id)
        worker.terminate()
        assert worker.wait(timeout=60) == 0, work.output()
        waiting = work.store.audits.get(audit_id)
        assert waiting.status == "queued"
        assert waiting.progress is not None
        assert waiting.progress.requests > 0
        assert work.store.workers.all() == []
        work.worker()
        assert work.ended(audit_id).status == "done", work.output()
        assert answer(work.store, audit_id) == undisturbed
        assert twice(work.platform) <= UNDER_WAY


@pytest.mark.parametrize("form", ["1", "next"])
def test_an_upgrade_in_the_middle(tmp_path: Path, undisturbed: dict[str, Any], form: str) -> None:
    """A program of other code goes on with an audit that the one before was killed at.

    Where its jobs are of another form, and no worker of the old one is left, they are put into the new queue.
    """
    with plant(sqlite_url(tmp_path / "z.sqlite"), tmp_path) as work:
        worker = work.worker()
        audit_id = work.begin()
        work.under_way(audit_id)
        killed(worker)
        work.worker(LIGHT[0], form, "extra")
        assert work.ended(audit_id).status == "done", work.output()
        assert answer(work.store, audit_id) == undisturbed
        assert twice(work.platform) <= UNDER_WAY


def test_two_workers_do_each_audit_once(postgres: Postgres, tmp_path: Path) -> None:
    """Of audits begun at once each is done by one worker; cancelled ones end at their next step, or never begin."""
    with plant(postgres.database(), tmp_path) as work:
        workers = [work.worker(), work.worker()]
        audits = [work.begin(sample=20 + i) for i in range(4)]
        assert [work.ended(one).status for one in audits] == ["done"] * 4, work.output()
        with work.store._engine.connect() as connection:
            starts = connection.exec_driver_sql("SELECT starts FROM audits").scalars().all()
        assert starts == [1] * 4
        killed(workers[1])
        work.platform.delay = 0.1
        audits = [work.begin("bluesky:fan1.test") for _ in range(4)]
        work.under_way(audits[0], 2)
        for one in audits:
            work.store.audits.cancel(one, work.store.audits.get(one).created_at)
        time.sleep(1.0)
        asked = len(work.platform.asked)
        time.sleep(1.0)
        assert len(work.platform.asked) == asked
        assert [work.store.audits.get(one).status for one in audits] == ["cancelled"] * 4


def test_a_database_that_goes_and_comes_back(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    """The audit waits for it and goes on, in the same worker."""
    pytest.importorskip("psycopg")
    with Postgres() as server, plant(server.database(), tmp_path) as work:
        worker = work.worker()
        audit_id = work.begin()
        work.under_way(audit_id)
        server.stop()
        time.sleep(3.0)
        server.start()
        assert work.ended(audit_id, 90).status == "done", work.output()
        assert answer(work.store, audit_id, requests=False) == without_requests(undisturbed)
        assert worker.poll() is None
        work.store.ping()


def test_a_disk_that_is_full_for_a_while(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    """The audit waits for room and goes on; DBOS's own writes that failed are made up for."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("only root can mount a small disk")
    try:
        with plant(sqlite_url(disk / "z.sqlite"), tmp_path) as work:
            worker = work.worker()
            audit_id = work.begin()
            work.under_way(audit_id)
            filling = disk / "filling"
            with filling.open("wb", buffering=0) as file:
                try:
                    while True:
                        file.write(bytes(4096))
                except OSError:
                    pass
            time.sleep(2.0)
            assert work.store.audits.get(audit_id).status == "running"
            filling.unlink()
            assert work.ended(audit_id, 90).status == "done", work.output()
            assert answer(work.store, audit_id, requests=False) == without_requests(undisturbed)
            assert worker.poll() is None
    finally:
        subprocess.run(["umount", disk], check=True)
