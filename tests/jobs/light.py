"""A worker of another program than `zombiescope worker`: a rule scores, which is quick, and the form is as told.

python light.py FORM [extra]        extra: knows a kind of job more, so that the code of its workflows is other code
"""

from __future__ import annotations

import dataclasses
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from doubles import RuleDetector
from zombiescope import wiring
from zombiescope.jobs import DbosEngine, Kind, Step, Worker


class Other(DbosEngine):
    """Knows one kind of job more."""

    def start(self, worker: str, kinds: Mapping[str, Kind]) -> None:
        """Work at them all."""

        def task(job: str, step: Step) -> None:
            step("something new", lambda: job)

        super().start(worker, {**kinds, "other": Kind(task, 1)})


def main(form: str, extra: bool) -> None:
    """Work until told to stop."""
    settings = wiring.settings()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with wiring.store(settings) as store:
        job_context = dataclasses.replace(
            wiring.job_dependencies(settings).context(store),
            detector=lambda name, account, tenant: RuleDetector(),
        )
        engine = (Other if extra else DbosEngine)(wiring.database(settings), form=form)
        worker = Worker(job_context, engine)
        worker.start()
        sys.stderr.write(f"worker {worker.id} works\n")
        stop.wait()
        worker.close()


if __name__ == "__main__":
    main(sys.argv[1], extra=len(sys.argv) > 2)
