"""Graceful shutdown on SIGTERM and SIGINT; a thread that waits for a platform does not delay it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["ending"]


@contextmanager
def ending() -> Iterator[None]:
    """Within it SIGTERM raises SystemExit, after which the process ends at once, whatever its threads wait for.

    What those were at has been handed back by then.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    except (SystemExit, KeyboardInterrupt):
        _leave()
        raise
    _leave()


def _leave() -> None:
    if any(not one.daemon for one in threading.enumerate() if one is not threading.main_thread()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
