"""A worker whose code is not that of `zombiescope worker`: another kind of job is known, and the form is as told."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Mapping

from zombiescope import wiring
from zombiescope.jobs import Durable, Kind, Step, Worker


class Other(Durable):
    """Knows one kind of job more, so that a hash of its workflows is another."""

    def start(self, worker: str, kinds: Mapping[str, Kind]) -> None:
        """Work at them all."""

        def task(job: str, step: Step) -> None:
            step("something new", lambda: job)

        super().start(worker, {**kinds, "other": Kind(task, 1)})


def main(form: str) -> None:
    """Work until told to stop."""
    found = wiring.settings()
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    with wiring.store(found) as store:
        worker = Worker(wiring.means(found, store), Other(wiring.database(found), form=form))
        worker.start()
        sys.stderr.write(f"worker {worker.id} works\n")
        told.wait()
        worker.close()


if __name__ == "__main__":
    main(sys.argv[1])
