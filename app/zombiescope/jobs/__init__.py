"""Work that outlives the process it began in: audits and trainings, done once by one of several workers.

Importing this does not import DBOS, which runs them: `Durable` does when it starts.
"""

from __future__ import annotations

from zombiescope.jobs.durable import FORM, Durable, system_url
from zombiescope.jobs.engine import AUDIT, MODEL, Engine, Kind, Step, Task
from zombiescope.jobs.means import Means, Pulse, Rescore, Train
from zombiescope.jobs.trouble import Busy, HandedBack
from zombiescope.jobs.worker import Worker

__all__ = [
    "AUDIT",
    "FORM",
    "MODEL",
    "Busy",
    "Durable",
    "Engine",
    "HandedBack",
    "Kind",
    "Means",
    "Pulse",
    "Rescore",
    "Step",
    "Task",
    "Train",
    "Worker",
    "system_url",
]
