"""Audits as a user makes them: by the command line, and by POST to a running service."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

SCRIPT = str(Path(sys.executable).with_name("zombiescope"))
asked_for = pytest.mark.skipif(os.environ.get("ZOMBIESCOPE_E2E") != "1", reason="run make e2e-bluesky")


def command(settings: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """`zombiescope WORDS` with these settings."""
    return subprocess.run(
        [SCRIPT, *words],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@contextmanager
def service(settings: Mapping[str, str]) -> Iterator[httpx.Client]:
    """A running service with these settings, and a client of it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [SCRIPT, "serve", "--port", str(port)],
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            until = time.monotonic() + 90
            while time.monotonic() < until:
                try:
                    if client.get("/healthz").status_code == 200:
                        break
                except httpx.TransportError:
                    time.sleep(0.25)
            yield client
    finally:
        server.terminate()
        server.wait(30)


def posted(client: httpx.Client, order: Mapping[str, Any], *, seconds: float = 180.0) -> Any:
    """The finished audit of an order, and its followers."""
    answer = client.post("/v1/audits", json=order, headers={"prefer": "wait=60"})
    assert answer.status_code in (200, 202), answer.text
    audit = answer.json()
    until = time.monotonic() + seconds
    while audit["status"] in ("queued", "running") and time.monotonic() < until:
        time.sleep(0.5)
        audit = client.get(f"/v1/audits/{audit['id']}").json()
    page = client.get(f"/v1/audits/{audit['id']}/followers", params={"limit": 200}).json()
    return audit | {"followers": page["followers"]}
