"""Workers beside a service: processes that live as long as it does, and are started again where they are lost."""

from __future__ import annotations

import subprocess
import sys
import threading
from types import TracebackType
from typing import Self

__all__ = ["WorkerSupervisor"]

PAUSE = 1.0  # seconds before a worker that was lost is started again
PATIENCE = 30.0  # seconds for one that is asked to stop


class WorkerSupervisor:
    """So many processes of `zombiescope worker`, while entered.

    They hang on a pipe from this process: they stop when it closes, so that none is left where this one is killed.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._members: list[subprocess.Popen[bytes]] = []
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._live, daemon=True)

    def __enter__(self) -> Self:
        self._members = [_started() for _ in range(self._number)]
        self._watch.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self._ended.set()
        self._watch.join()
        for one in self._members:
            if one.stdin is not None:
                one.stdin.close()
        for one in self._members:
            try:
                one.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                one.kill()

    def _live(self) -> None:
        while not self._ended.wait(PAUSE):
            for i, one in enumerate(self._members):
                if one.poll() is not None:
                    if one.stdin is not None:
                        one.stdin.close()
                    self._members[i] = _started()


def _started() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from zombiescope.cli import main; main()", "worker", "--leashed"]
    # Ctrl-C is for this process alone: it tells the others.
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 our own program
