"""What a worker does now and then beside its jobs: it drives on what is due, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from zombiescope.errors import ZombiescopeError

__all__ = ["Scheduler"]

_LOG = logging.getLogger("zombiescope.jobs")
_PAUSE = 0.1  # seconds between two calls at least


class Scheduler:
    """Calls each of some duties every so many seconds, and soon after `wake`.

    A duty that fails is logged and called again the next time. They have a thread of their own, as they may wait for
    strangers: the worker's signs of life must not.
    """

    def __init__(self, duties: Sequence[Callable[[], None]], seconds: float) -> None:
        self._duties, self._seconds = tuple(duties), seconds
        self._wake, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="zombiescope-scheduler", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Have the duties called soon."""
        self._wake.set()

    def close(self, grace: float) -> None:
        """Stop, and wait so many seconds for a duty that is under way."""
        self._ended.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=grace)

    def tick(self) -> None:
        """Call each duty once."""
        for duty in self._duties:
            if self._ended.is_set():
                return
            try:
                duty()
            except ZombiescopeError as error:
                _LOG.warning("%s: %s", error.what, error.advice)
            except Exception:  # noqa: BLE001 the next duty, and the next time, must come all the same
                _LOG.exception("a duty of the scheduler failed")

    def _run(self) -> None:
        while not self._ended.is_set():
            self._wake.clear()
            self.tick()
            self._wake.wait(self._seconds)
            # Many that wake it at one moment are one call.
            self._ended.wait(min(self._seconds, _PAUSE))
