"""The service as a person starts it: a process of its own, the shipped model and sample, real HTTP."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

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
    said: list[str] = []
    try:
        for line in running.stderr:
            said.append(line)
            if found := STARTED.search(line):
                break
        else:
            pytest.fail("".join(said))
        # Somebody must read on, or the process would wait for us with a full pipe.
        reading = threading.Thread(target=running.stderr.read)
        reading.start()
        yield running, found[1]
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
    """`zombiescope serve --workers 2` wants the key of the environment, shares its audits, and ends on SIGTERM."""
    serve = (str(ZOMBIESCOPE), "serve", "--port", "0", "--workers", "2")
    keys = "ann:read+audit:s3cret"
    with started(tmp_path, *serve, ZOMBIESCOPE_API_KEYS=keys) as (running, address):
        with httpx.Client(base_url=address, timeout=60, transport=httpx.HTTPTransport(retries=50)) as client:
            assert client.get("/healthz").status_code == 200
            assert client.get("/v1/audits").status_code == 401
        header = {"Authorization": "Bearer s3cret"}
        order = {"account": "sample:nobody"}
        posted = httpx.post(f"{address}/v1/audits", json=order, headers=header, timeout=60)
        assert posted.status_code == 202
        for _ in range(6):  # each on a connection of its own, so that both workers are asked
            found = httpx.get(f"{address}{posted.headers['location']}", headers=header, timeout=60)
            assert found.json()["id"] == posted.json()["id"]
    assert running.returncode in (0, -signal.SIGTERM)


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
