"""A function in a process of its own, with a limit to its memory and its time: for files that strangers sent.

A file of some kilobytes can unpack to gigabytes (dictionary-encoded Parquet, zip, gzip). What it declares of itself
cannot be relied on, so it is read where running out of memory ends nothing but the reading. Each function gets a new
process that has the libraries loaded and sees none of this one's secrets: see `reader`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

from zombiescope import i18n
from zombiescope.bounded_process import job, reader
from zombiescope.errors import InputError

__all__ = ["MEMORY", "SECONDS", "TooLarge", "run", "warm_up"]

T = TypeVar("T")

MEMORY = 512 * 2**20  # bytes that reading may take beyond what the imported libraries do
SECONDS = 120.0
_ONE_AT_A_TIME = threading.BoundedSemaphore(1)  # so that the machine needs room for one


class TooLarge(InputError):
    """The input takes more memory or time than one request may."""

    status = 413
    advice = "Send fewer rows at once, or a file with fewer columns and shorter texts."


def run(function: Callable[..., T], *args: Any, memory: int = MEMORY, seconds: float = SECONDS) -> T:
    """What `function(*args)` gives, run in a new process; one runs at a time in this one.

    function: importable by its name, from a module other than `__main__`; arguments and result can be pickled.
    memory: bytes it may allocate (a limit of its address space; macOS does not enforce it). seconds: of CPU that it may
    take; by the clock it may take five times as long, as the machine may be busy. Raises InputError where the function
    raises an error of ours, TooLarge past a limit.
    """
    work = job.Job(function, args, memory, seconds, i18n.language())
    with _ONE_AT_A_TIME:
        answer = reader.shared().answer(work)
    if answer.kind == "time":
        raise TooLarge(f"the input takes longer to read than {seconds:g} seconds")
    if answer.kind == "memory":
        raise TooLarge(f"the input takes more memory than the {memory // 2**20} MiB that reading it may")
    if answer.kind == "error":
        raise InputError(*answer.value)
    if answer.kind == "bug":
        raise RuntimeError(f"reading failed: {answer.value}")
    return cast(T, answer.value)


def warm_up() -> None:
    """Begin to load the libraries, so that the first file is read as fast as the others."""
    reader.shared().warm_up()
