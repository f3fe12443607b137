"""Heavy work off the event loop: a few threads, a short queue, and 503 past it."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from zombiescope.jobs import Busy

__all__ = ["Pool"]

T = TypeVar("T")


class Pool:
    """Runs functions in `workers` threads; `queue` may wait."""

    def __init__(self, workers: int, queue: int) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="zombiescope-web")
        self._free = workers + queue

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` gives. Raises Busy where too many wait."""
        # Only the event loop touches the count, so it needs no lock.
        if self._free <= 0:
            raise Busy("too many requests are being worked on")
        self._free -= 1
        try:
            context = (
                contextvars.copy_context()
            )  # what is bound to the request stands on the thread's log lines too
            return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: context.run(work))
        finally:
            self._free += 1

    def close(self) -> None:
        """Wait for what runs, and take no more."""
        self._threads.shutdown(wait=True, cancel_futures=True)
