"""A function in a process of its own, with a limit to its memory and its time: for files that strangers sent.

A file of some kilobytes can unpack to gigabytes (dictionary-encoded Parquet, zip, gzip). What it declares of itself
cannot be relied on, so it is read where running out of memory ends nothing but the reading.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar, cast

from zombiescope import i18n
from zombiescope.errors import InputError, ZombiescopeError

__all__ = ["MEMORY", "SECONDS", "TooLarge", "run"]

T = TypeVar("T")

MEMORY = 640 * 2**20  # bytes that reading may take beyond what the imported libraries do
SECONDS = 120.0
_ONE_AT_A_TIME = threading.BoundedSemaphore(1)  # so that the machine needs room for one


class TooLarge(InputError):
    """The input takes more memory or time than one request may."""

    status = 413
    advice = "Send fewer rows at once, or a file with fewer columns and shorter texts."


def run(function: Callable[..., T], *args: Any, memory: int = MEMORY, seconds: float = SECONDS) -> T:
    """What `function(*args)` gives, run in a new process; one runs at a time in this one.

    function: importable by its name; arguments and result can be pickled. memory: bytes it may allocate. seconds: how
    long it may take. Raises InputError where the function raises an error of ours, TooLarge past a limit.
    """
    with _ONE_AT_A_TIME:
        context = _context()
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=_child, args=(theirs, memory, i18n.language(), function, args), daemon=True
        )
        process.start()
        theirs.close()
        try:
            if not ours.poll(seconds):
                raise TooLarge(f"the input takes longer to read than {seconds:g} seconds")
            kind, value = ours.recv()
        except EOFError:  # it was ended in the middle: of memory by C++ or by the kernel
            kind, value = "memory", None
        finally:
            process.kill()
            process.join()
            ours.close()
    if kind == "memory":
        raise TooLarge(f"the input takes more memory than the {memory // 2**20} MiB that reading it may")
    if kind == "error":
        raise InputError(*value)
    if kind == "bug":
        raise RuntimeError(f"reading failed: {value}")
    return cast(T, value)


def _context() -> Any:
    """Processes forked from a server that has the libraries loaded already: importing them anew takes seconds."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pandas", "pyarrow.parquet", "zombiescope.records"])
    return context


def _child(
    answer: Connection, memory: int, language: str, function: Callable[..., Any], args: tuple[Any, ...]
) -> None:
    """Run the function under the limits and send what it gives."""
    # Nothing that a library prints when it runs out of memory belongs in the service's log.
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    _limit(memory)
    try:
        with i18n.speaking(language):  # the messages are for whoever asked
            value = function(*args)
        answer.send(("value", value))
    except MemoryError:
        answer.send(("memory", None))
    except ZombiescopeError as error:
        answer.send(("error", (error.what, error.advice)))
    except Exception as error:  # noqa: BLE001 the parent raises it
        answer.send(
            ("memory", None) if "alloc" in str(error) else ("bug", f"{type(error).__name__}: {error}")
        )


def _limit(memory: int) -> None:
    """Bound what this process may allocate from now on, where the system can."""
    # Libraries first: they are not what a file takes. pandas reads dates.
    import pandas  # noqa: F401
    import pyarrow as pa
    import pyarrow.parquet

    pa.set_memory_pool(pa.system_memory_pool())  # the others reserve address space far beyond what they use
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[0])
        limit = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
