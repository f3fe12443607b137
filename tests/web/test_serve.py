"""The service as a person starts it: a process of its own, the shipped model and sample, real HTTP."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from zombiescope.storage import opened, sqlite_url

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
ZOMBIESCOPE = Path(sys.executable).with_name("zombiescope")
STARTED = re.compile(r"running on (http://[\d.:]+)")


@contextmanager
def started(home: Path, *command: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process and the address it says; it is told to stop at the end, and must."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("ZOMBIESCOPE_")}
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**given, "ZOMBIESCOPE_HOME": str(home), **environment},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    lines: list[str] = []
    try:
        for line in running.stderr:
            lines.append(line)
            if match := STARTED.search(line):
                break
        else:
            pytest.fail("".join(lines))
        # Somebody must read on, or the process would wait for us with a full pipe.
        reading = threading.Thread(target=running.stderr.read)
        reading.start()
        yield running, match[1]
        running.send_signal(signal.SIGTERM)
        reading.join(timeout=60)
    finally:
        running.terminate()
        running.wait(timeout=60)
        running.stderr.close()


def test_the_checkout_serves_the_sample(tmp_path: Path) -> None:
    """`uvicorn app.main:app` audits the sample embassy within the request, and gives the same audit again."""
    uvicorn = (sys.executable, "-m", "uvicorn", "app.main:app", "--port", "0")
    with started(tmp_path, *uvicorn) as (_, address), httpx.Client(base_url=address, timeout=90) as client:
        answer = client.post("/v1/audits", json={"account": "sample:canada"}, headers={"Prefer": "wait=60"})
        assert answer.status_code == 200
        audit = answer.json()
        assert audit["status"] == "done", audit["error"]
        assert audit["simulated"] is True
        assert audit["model"]["name"]
        assert client.get(f"/v1/audits/{audit['id']}").json() == audit
        assert client.get(f"/v1/audits/{audit['id']}/report").status_code == 200
        assert client.get("/docs").status_code == 200
        assert client.get("/v1/models").json()["models"]


def test_serve_starts_workers_and_stops(tmp_path: Path) -> None:
    """`zombiescope serve --workers 2` wants the key of the environment, has an audit done, and ends on SIGTERM."""
    serve = (str(ZOMBIESCOPE), "serve", "--port", "0", "--workers", "2")
    keys = "ann:read+audit:s3cret-0123456789"
    with started(tmp_path, *serve, ZOMBIESCOPE_API_KEYS=keys) as (running, address):
        with httpx.Client(base_url=address, timeout=60) as client:
            assert client.get("/healthz").status_code == 200
            assert client.get("/v1/audits").status_code == 401
        header = {"Authorization": "Bearer s3cret-0123456789", "Prefer": "wait=60"}
        posted = httpx.post(
            f"{address}/v1/audits", json={"account": "sample:nobody"}, headers=header, timeout=90
        )
        assert posted.status_code == 200
        assert posted.json()["status"] == "failed"
    assert running.returncode == 0


def test_workers_end_with_their_service(tmp_path: Path) -> None:
    """A worker beside the service that is lost is started again; where the service is killed, none is left."""
    serve = (str(ZOMBIESCOPE), "serve", "--port", "0", "--workers", "2")
    job_intervals = "beat=0.2,silent=3"
    with (
        started(tmp_path, *serve, ZOMBIESCOPE_JOB_INTERVALS=job_intervals) as (running, _),
        opened(sqlite_url(tmp_path / "zombiescope.sqlite")) as store,
    ):

        def others(*but: int) -> list[int]:
            return [one.pid for one in store.workers.all() if one.pid not in (running.pid, *but)]

        first = soon(others)[0]
        os.kill(first, signal.SIGKILL)
        second = soon(lambda: others(first))[0]
        running.kill()
        soon(lambda: not alive(second))


def soon(asked: Callable[[], T]) -> T:
    """What is asked for, as soon as it is there."""
    for _ in range(900):  # a worker takes seconds to start, on a busy machine many
        if answer := asked():
            return answer
        time.sleep(0.1)
    raise AssertionError("it never is")


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits for its parent to notice does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_trouble_is_said_before_anything_starts(tmp_path: Path) -> None:
    """A home that cannot be used is one line and its advice, with exit code 1; no worker's traceback."""
    (tmp_path / "file").write_text("")
    ran = subprocess.run(
        [ZOMBIESCOPE, "serve", "--port", "0"],
        env={**os.environ, "ZOMBIESCOPE_HOME": str(tmp_path / "file" / "home")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("error: ")
    assert ran.stderr.count("\n") == 2
