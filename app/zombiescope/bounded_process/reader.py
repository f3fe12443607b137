"""Processes with the libraries loaded that do one job each and end: the side that asks for them.

On Linux one process loads the libraries and is forked for each job (some 10 ms). Elsewhere, where forking a process
with libraries is unsafe, a process waits with its libraries loaded, does one job, and the next one is started at
once. Neither imports `__main__` again, as `multiprocessing` would: under `zombiescope serve` or pytest that takes
seconds. loky and pebble were looked at: their workers import `__main__` too, and have no limit to memory.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Protocol, cast

from zombiescope.bounded_process.job import PATIENCE, Answer, Job, packed
from zombiescope.bounded_process.messages import untrusted

__all__ = ["ForkServer", "Reader", "StandbyProcess", "shared"]

# Settings of the process that cannot hold a secret. Files of strangers are read with these alone.
_ENVIRONMENT = (
    *("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE"),
)
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_LOOK = 0.5  # seconds between two looks at the CPU that a job has used
_LOADING = 120.0  # seconds that loading the libraries may take


class Reader(Protocol):
    """Does jobs in processes of their own."""

    def warm_up(self) -> None:
        """Begin to load the libraries."""

    def answer(self, job: Job) -> Answer:
        """What came of the job."""

    def close(self) -> None:
        """End the processes."""


class ForkServer:
    """One process that has the libraries loaded and forks for each job (Linux)."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._lock = threading.Lock()

    def warm_up(self) -> None:
        """Start the server if it does not run."""
        self._running()

    def answer(self, job: Job) -> Answer:
        """What came of the job."""
        request = packed(job)
        ours, theirs = socket.socketpair()
        with theirs:
            self._send(theirs.fileno())
        with Connection(ours.detach()) as connection:
            try:
                connection.send_bytes(request)
                if not connection.poll(_LOADING):
                    raise RuntimeError(f"the libraries were not loaded within {_LOADING:g} seconds")
                process = int(connection.recv_bytes())  # the libraries are loaded: time counts from here
                if _answers(connection, process, job.seconds):
                    return cast(Answer, untrusted(connection.recv_bytes()))
            except (EOFError, OSError):  # it was ended in the middle: of memory by C++ or by the kernel
                return Answer("memory", None)
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            return Answer("time", None)

    def close(self) -> None:
        """End the server; it ends when its control socket is closed."""
        with self._lock:
            if self._control is not None:
                self._control.close()
            if self._process is not None:
                self._process.wait()
            self._process = self._control = None

    def _send(self, descriptor: int) -> None:
        """Give the server one end of a job's socket; a server that was killed is started again."""
        for attempt in (1, 2):
            control = self._running()
            try:
                rights = array.array("i", [descriptor])
                control.sendmsg([b"j"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
                return
            except OSError:
                if attempt == 2:
                    raise
                self.close()

    def _running(self) -> socket.socket:
        """The control socket of the server, which is started if it does not run."""
        with self._lock:
            if self._control is None or self._process is None or self._process.poll() is not None:
                if self._control is not None:
                    self._control.close()
                self._control, theirs = socket.socketpair()
                with theirs:
                    self._process = _program("serve_forks", theirs.fileno())
            return self._control


class StandbyProcess:
    """A process that waits with its libraries loaded for one job, and is replaced after it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def warm_up(self) -> None:
        """Start the process that waits for the next job."""
        if self._process is None or self._process.poll() is not None:
            self._process = _program("serve_one")

    def answer(self, job: Job) -> Answer:
        """What came of the job."""
        self.warm_up()
        process, self._process = cast("subprocess.Popen[bytes]", self._process), None
        os.read(
            cast(IO[bytes], process.stdout).fileno(), 1
        )  # the libraries are loaded: time counts from here
        try:
            answer, _ = process.communicate(packed(job), timeout=PATIENCE * job.seconds)
            return cast(Answer, untrusted(answer)) if answer else Answer("memory", None)
        except subprocess.TimeoutExpired:
            return Answer("time", None)
        finally:
            process.kill()
            process.communicate()
            self.warm_up()

    def close(self) -> None:
        """End the process that waits."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _answers(connection: Connection, process: int, seconds: float) -> bool:
    """Whether the process answers before it has used so many seconds of CPU, or `PATIENCE` times as many by the clock:
    on a busy machine the same file takes longer."""
    until = time.monotonic() + PATIENCE * seconds
    while not connection.poll(min(_LOOK, seconds)):
        if time.monotonic() >= until or _cpu_seconds(process) >= seconds:
            return connection.poll()
    return True


def _cpu_seconds(process: int) -> float:
    """CPU seconds of a process so far; 0 for one that has ended (Linux)."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _program(entry: str, control: int | None = None) -> subprocess.Popen[bytes]:
    """`worker.ENTRY` in a new interpreter without this one's `__main__` and secrets."""
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    environment |= dict.fromkeys(_ONE_THREAD, "1")
    environment["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    code = (
        f"import sys; sys.path[:] = {list(sys.path)!r}; "
        f"from zombiescope.bounded_process import worker; worker.{entry}({'' if control is None else control})"
    )
    pipe = subprocess.PIPE if control is None else subprocess.DEVNULL
    return subprocess.Popen(  # noqa: S603 our own interpreter and code
        [sys.executable, "-c", code],
        env=environment,
        stdin=pipe,
        stdout=pipe,
        stderr=subprocess.DEVNULL,  # nothing that a library prints of a stranger's file belongs in the log
        pass_fds=() if control is None else (control,),
    )


_shared: dict[int, Reader] = {}  # by process id: a forked copy of this process must not use its parent's
_lock = threading.Lock()


def shared() -> Reader:
    """The one of this process; ended with it."""
    with _lock:
        reader = _shared.get(os.getpid())
        if reader is None:
            reader = ForkServer() if sys.platform == "linux" else StandbyProcess()
            _shared.clear()
            _shared[os.getpid()] = reader
            atexit.register(reader.close)
        return reader
