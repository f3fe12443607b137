"""How a job stops short of its end."""

from __future__ import annotations

from zombiescope.errors import ZombiescopeError

__all__ = ["Busy", "Cancelled", "Failing", "HandedBack", "Overtaken", "TooLong"]


class Busy(ZombiescopeError):
    """There is more work than the queue takes."""

    status = 503
    advice = "Try again in a while."


class TooLong(ZombiescopeError):
    """A job has passed its deadline."""

    status = 503
    advice = "Start it again: what was fetched is kept for a day and is not asked for again."


class Failing(ZombiescopeError):
    """A job has brought down its worker again and again."""

    advice = "Please report this with the id; a smaller sample may fit into the memory there is."


class Cancelled(Exception):
    """Raised inside a job that was cancelled or deleted."""


class Overtaken(Exception):
    """Raised inside a run whose job another worker has taken on, since this one was silent."""


class HandedBack(BaseException):
    """Raised inside a job whose worker stops, so that another resumes it.

    It must not be handled as a failure of the job, so it is no Exception.
    """
