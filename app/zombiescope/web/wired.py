"""The service as this process is set up."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

from fastapi import FastAPI

from zombiescope import log, wiring
from zombiescope.detector import Detector
from zombiescope.settings import Settings
from zombiescope.web.access import keys_from
from zombiescope.web.app import create_app
from zombiescope.web.services import Services

__all__ = ["app", "services"]


def app() -> FastAPI:
    """The service, from the environment."""
    found = wiring.settings()
    log.configure(secrets=log.secrets_of(found))
    return create_app(services(found))


def services(found: Settings) -> Services:
    """What the service is given in this process."""
    return Services(
        store=lambda: wiring.store(found),
        source=lambda request, budget: wiring.source(request, found, budget=budget),
        detector=_Detectors(found),
        shelf=lambda: wiring.shelf(found),
        truth=lambda account: wiring.truth(account, found),
        now=lambda: datetime.now(UTC),
        clock=time.monotonic,
        platforms=tuple(name for name in wiring.platforms() if name != "file"),
        keys=keys_from(found.api_keys),
        hosts=found.allowed_hosts,
        keep_days=found.keep_days,
        waits=lambda: {name: wiring.paces(name).totals() for name in wiring.PLATFORMS},
    )


class _Detectors:
    """Models, each read once while its card stays the same; which is in use is asked each time."""

    def __init__(self, found: Settings) -> None:
        self._settings = found
        self._read: dict[tuple[str, int], Detector] = {}
        self._lock = threading.Lock()

    def __call__(self, name: str, account: str = "") -> Detector:
        shelf = wiring.shelf(self._settings)
        name = shelf.chosen(account, name or None) or shelf.current()
        key = name, (shelf.path(name) / "card.json").stat().st_mtime_ns
        with self._lock:
            if key not in self._read:
                self._read[key] = wiring.detector(self._settings, name)
            return self._read[key]
