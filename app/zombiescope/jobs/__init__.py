"""Work that outlives the process it began in: audits and trainings, done once by one of several workers.

Importing this does not import DBOS, which runs them: `Durable` does when it starts.
"""

from __future__ import annotations

from zombiescope.jobs.context import JobContext, JobDependencies, JobIntervals, Rescore, Train
from zombiescope.jobs.dbos_engine import FORM, DbosEngine, system_url
from zombiescope.jobs.engine import AUDIT, MODEL, Engine, Kind, Step, Task
from zombiescope.jobs.errors import Busy, HandedBack
from zombiescope.jobs.job_queue import JobQueue
from zombiescope.jobs.webhook_sender import check_receiver
from zombiescope.jobs.worker import Worker

__all__ = [
    "AUDIT",
    "FORM",
    "MODEL",
    "Busy",
    "DbosEngine",
    "Engine",
    "HandedBack",
    "JobContext",
    "JobDependencies",
    "JobIntervals",
    "JobQueue",
    "Kind",
    "Rescore",
    "Step",
    "Task",
    "Train",
    "Worker",
    "check_receiver",
    "system_url",
]
