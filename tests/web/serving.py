"""The service on a port of loopback, by the real server, with a made-up platform and model."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from doubles import ListSource, RuleDetector, Threads
from zombiescope.detector import ModelRegistry
from zombiescope.errors import AccountError
from zombiescope.jobs import JobDependencies
from zombiescope.report import Truth
from zombiescope.sources.base import Source
from zombiescope.storage import Store, opened, sqlite_url
from zombiescope.web import Services, create_app

TRUTH = Truth(share=0.75, text="Three of four.")


def services(home: Path, source: Source | None = None, **changes: Any) -> Services:
    """What the service is given in tests."""
    given = source or ListSource(embassy=300, small=40)

    def of(request: Any, budget: Any, tenant: str) -> Source:
        if request.account.startswith("broken:"):
            raise AccountError("the platform is broken", "Wait.")
        return given

    names = {one.name for one in fields(JobDependencies)}
    jobs = JobDependencies(
        source=of,
        detector=lambda name, account, tenant: RuleDetector(),
        now=lambda: datetime.now(UTC),
        clock=time.monotonic,
    )
    return replace(
        Services(
            store=lambda: opened(sqlite_url(home / "z.sqlite")),
            jobs=replace(jobs, **{name: value for name, value in changes.items() if name in names}),
            model_registry=lambda tenant: ModelRegistry([home / "models"], writable=home / "models"),
            truth=lambda account: None,
            engine=Threads,
            platforms=("weibo", "broken"),
        ),
        **{name: value for name, value in changes.items() if name not in names},
    )


@contextmanager
def serving(given: Services, address: str = "127.0.0.1") -> Iterator[httpx.Client]:
    """A client of the running service."""
    with socket.socket() as listening:
        listening.bind((address, 0))
        port = listening.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(create_app(given), log_level="warning", lifespan="on", server_header=False)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the service did not start")
            time.sleep(0.01)
        try:
            with httpx.Client(base_url=f"http://{address}:{port}", timeout=60) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join(timeout=30)


def store_of(home: Path) -> Store:
    """The same database, from outside."""
    return opened(sqlite_url(home / "z.sqlite"))
