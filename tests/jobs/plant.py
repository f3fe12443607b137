"""Real workers on a real database against a fake platform, to be killed, stopped and starved."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import dbos  # noqa: F401 so that the first job is not a second late in the queue
import msgspec

from sources.fakes.bluesky import FakeBluesky, person
from sources.fakes.server import Asked, Reply, Server
from sources.fakes.world import World
from zombiescope.domain import Audit, Progress
from zombiescope.jobs import AUDIT, DbosEngine
from zombiescope.storage import Store, opened
from zombiescope.usecases.audit import AuditRequest

# Everything faster than in earnest, and the deadline of a silent worker above all.
FAST = "beat=0.2,silent=5,tidy=1,progress=0.1,again=0.5,patience=60,grace=5"
COMMAND = ("-c", "from zombiescope.cli import main; main()", "worker")
LIGHT = (str(Path(__file__).with_name("light.py")), "1")
AS_OF = datetime(2025, 1, 1, tzinfo=UTC)


class Worlds:
    """Answers for many accounts: `fanN.test`, each with followers of its own."""

    def __init__(self, accounts: int, followers: int, posts: int = 3) -> None:
        self._worlds = {}
        for number in range(accounts):
            first = 1_000_000 * (number + 1)
            people = [person(first + n, posts=1 + n % posts) for n in range(1, followers + 1)]
            for n in range(0, followers, 50):
                people[n].reach = "deactivated"
            self._worlds[number] = FakeBluesky(World(owner=person(number), followers=people))

    def __call__(self, asked: Asked) -> Reply:
        """One answer, of the world that the account is of."""
        who = next((v for name in ("actor", "actors") for v in asked.query.get(name, ())), "")
        digits = int("".join(c for c in who if c.isdigit()) or 0)
        return self._worlds[digits // 1_000_000 - 1 if digits >= 1_000_000 else digits](asked)


class Plant:
    """A database, a fake platform, and the workers that were started; none is left when it is closed."""

    def __init__(self, url: str, home: Path, platform: Server, *, job_intervals: str = FAST) -> None:
        self.url, self._home, self.platform = url, home, platform
        self.job_intervals = job_intervals
        self.program: tuple[str, ...] = COMMAND
        self.store: Store = opened(url)
        self._engine = DbosEngine(url)
        self._workers: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        for one in self._workers:
            one.kill()
            one.wait()
            if one.stderr is not None:
                one.stderr.close()
        self._engine.close(0)
        self.store.close()

    def worker(self, *command: str, **environment: str) -> subprocess.Popen[str]:
        """Start a worker and wait until it works. command: another program than the plant's."""
        given = {k: v for k, v in os.environ.items() if not k.startswith("ZOMBIESCOPE_")}
        program = command or self.program
        running = subprocess.Popen(
            [sys.executable, *program],
            env={
                **given,
                "ZOMBIESCOPE_HOME": str(self._home),
                "ZOMBIESCOPE_DATABASE_URL": self.url,
                "ZOMBIESCOPE_BLUESKY_APPVIEW": self.platform.url,
                "ZOMBIESCOPE_ALLOW_PRIVATE_HOSTS": "1",
                "ZOMBIESCOPE_JOB_INTERVALS": self.job_intervals,
                "OMP_NUM_THREADS": "1",
                **environment,
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        self._workers.append(running)
        assert running.stderr is not None
        lines = []
        for line in running.stderr:
            lines.append(line)
            if " works" in line or "running on" in line:
                break
        else:
            raise RuntimeError("".join(lines))
        # Somebody must read on, or the process would wait for us with a full pipe.
        running.output_lines = lines  # type: ignore[attr-defined]
        threading.Thread(target=lambda: lines.extend(running.stderr or ()), daemon=True).start()
        return running

    def begin(self, account: str = "bluesky:fan0.test", sample: int = 60, **asked: Any) -> str:
        """Ask for an audit as the service does; its id."""
        audit = Audit(
            id=str(uuid.uuid4()), status="queued", created_at=datetime.now(UTC), progress=Progress()
        )
        settings = {"posts": 5, "as_of": AS_OF, "explain": False, **asked}
        request = AuditRequest(account=account, sample=sample, **settings)
        self.store.audits.begin(audit, account=account, request=msgspec.json.encode(request))
        self._engine.submit(AUDIT, audit.id)
        return audit.id

    def until(self, audit_id: str, met: Callable[[Audit], bool], seconds: float = 120.0) -> Audit:
        """The audit as soon as it is so."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            audit = self.store.audits.get(audit_id)
            if met(audit):
                return audit
            time.sleep(0.02)
        raise AssertionError(f"{audit.status}, {audit.progress}, {audit.error}: {self.output()}")

    def ended(self, audit_id: str, seconds: float = 120.0) -> Audit:
        """The audit when it has ended."""
        return self.until(audit_id, lambda one: one.status not in ("queued", "running"), seconds)

    def under_way(self, audit_id: str, requests: int = 5) -> Audit:
        """The audit when it has sent so many requests."""
        return self.until(
            audit_id, lambda one: one.progress is not None and one.progress.requests >= requests
        )

    def workers_are(self, number: int, seconds: float = 120.0) -> None:
        """Wait until so many workers are left in the store: a silent one is removed by another."""
        end = time.monotonic() + seconds
        while (left := self.store.workers.all()) and len(left) != number:
            assert time.monotonic() < end, left
            time.sleep(0.02)
        assert len(left) == number

    def output(self) -> str:
        """What the workers wrote."""
        return "".join("".join(getattr(one, "output_lines", ())) for one in self._workers)


@contextmanager
def plant(url: str, home: Path, *, delay: float = 0.02, followers: int = 750) -> Iterator[Plant]:
    """A plant of light workers, whose platform has two accounts."""
    with (
        Server(Worlds(2, followers), delay=delay) as platform,
        Plant(url, home, platform) as running_plant,
    ):
        running_plant.program = LIGHT
        yield running_plant


def answer(store: Store, audit_id: str, *, requests: bool = True) -> dict[str, Any]:
    """What an audit says, but for its id, its dates, and how long it took. requests: with how many it took."""
    stored = store.audits.stored_audit(audit_id)
    answer: dict[str, Any] = msgspec.to_builtins(stored.audit)
    for name in ("id", "created_at", "finished_at"):
        del answer[name]
    del answer["cost"]["seconds"]
    if not requests:
        del answer["cost"]["requests"], answer["progress"]["requests"]
    return answer


def twice(platform: Server) -> int:
    """How many requests were sent more than once."""
    times: dict[tuple[str, str], int] = {}
    for one in platform.asked:
        key = one.path, str(sorted(one.query.items()))
        times[key] = times.get(key, 0) + 1
    return sum(n - 1 for n in times.values())


def killed(worker: subprocess.Popen[str]) -> None:
    """kill -9."""
    worker.send_signal(signal.SIGKILL)
    worker.wait()
