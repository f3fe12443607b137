"""Reading in a process of its own: what it gives, and what its limits end."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from zombiescope import bounded_process
from zombiescope.bounded_process import reader
from zombiescope.bounded_process.job import Job
from zombiescope.bounded_process.messages import UnsafeAnswer, dumped, untrusted
from zombiescope.errors import InputError
from zombiescope.records import Choices, schema

on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are forked, and memory limited, on Linux"
)
SMALL = 64 * 2**20


def size_of(count: int) -> int:
    """Allocate so many bytes."""
    return len(bytearray(count))


def refuse() -> None:
    """Raise an error of ours."""
    raise InputError("line 3: no number", "Correct it.")


def test_a_result_and_an_error_come_back() -> None:
    """What the function gives or raises is given or raised here."""
    assert bounded_process.run(size_of, 1000, memory=SMALL) == 1000
    with pytest.raises(InputError, match="line 3: no number") as error:
        bounded_process.run(refuse, memory=SMALL)
    assert error.value.advice == "Correct it."


@on_linux
def test_memory_past_the_limit_is_an_error_of_the_input() -> None:
    """The process runs out of memory, not the service."""
    with pytest.raises(bounded_process.TooLarge, match="more memory than the 64 MiB"):
        bounded_process.run(size_of, 10 * SMALL, memory=SMALL)


def test_time_past_the_limit_is_an_error_of_the_input() -> None:
    """The process is ended."""
    with pytest.raises(bounded_process.TooLarge, match="longer to read"):
        bounded_process.run(time.sleep, 60, memory=SMALL, seconds=0.1)


def environment() -> tuple[int, str, list[str], str]:
    """The process, what it says it is, the names of its environment variables, and where its errors go."""
    main = getattr(sys.modules["__main__"], "__file__", None) or "none"
    return os.getpid(), main, sorted(os.environ), os.readlink("/proc/self/fd/2")


@on_linux
def test_each_job_has_a_process_of_its_own_without_secrets_or_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of one file's reading is left for the next, and no setting that could be a secret is in reach."""
    monkeypatch.setenv("ZOMBIESCOPE_API_KEYS", "boss:admin:secret")
    server = reader.ForkServer()
    try:
        jobs = [server.answer(Job(environment, (), SMALL, 60, "en")).value for _ in range(2)]
    finally:
        server.close()
    assert len({os.getpid(), *(pid for pid, *_ in jobs)}) == 3
    assert {main for _, main, *_ in jobs} == {"none"}
    assert not [name for _, _, names, _ in jobs for name in names if name.startswith("ZOMBIESCOPE")]
    assert {errors for *_, errors in jobs} == {"/dev/null"}


def die() -> None:
    """End as the kernel ends a process when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(params=[pytest.param(reader.ForkServer, marks=on_linux), reader.StandbyProcess])
def either(request: pytest.FixtureRequest) -> Iterator[reader.Reader]:
    """Both ways to do a job."""
    chosen_reader: reader.Reader = request.param()
    yield chosen_reader
    chosen_reader.close()


def test_a_killed_process_ends_one_job_alone(either: reader.Reader) -> None:
    """The job's answer says so, and the next one is done; time, errors and results are alike in both ways."""
    assert either.answer(Job(die, (), SMALL, 60, "en")).kind == "memory"
    assert either.answer(Job(time.sleep, (60,), SMALL, 0.1, "en")).kind == "time"
    assert either.answer(Job(refuse, (), SMALL, 60, "en")).value == ("line 3: no number", "Correct it.")
    if sys.platform == "linux":
        assert either.answer(Job(size_of, (10 * SMALL,), SMALL, 60, "en")).kind == "memory"
    assert either.answer(Job(size_of, (10,), SMALL, 60, "en")).value == 10


@on_linux
def test_a_server_that_was_killed_is_started_again() -> None:
    """The next job does not fail with it."""
    server = reader.ForkServer()
    try:
        first = server.answer(Job(os.getppid, (), SMALL, 60, "en")).value
        os.kill(first, signal.SIGKILL)
        os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
        assert server.answer(Job(os.getppid, (), SMALL, 60, "en")).value != first
    finally:
        server.close()


class _Attack:
    """Pickles as a call of os.system."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch attacked",)


def test_an_answer_that_is_more_than_data_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that a file took over may send anything: nothing of it is called."""
    monkeypatch.chdir(tmp_path)
    for attack in (
        dumped(_Attack()),
        b"\x80\x04\x8c\x0fzombiescope.log\x8c\x09os.system\x93\x8c\x0etouch attacked\x85R.",
        b"cbuiltins\neval\n(S'1'\ntR.",
    ):
        with pytest.raises(UnsafeAnswer):
            untrusted(attack)
    assert not (tmp_path / "attacked").exists()


def test_data_is_read_as_it_was_sent() -> None:
    """Arrow tables, records, dates and numpy arrays come back the same."""
    table = schema.from_followers([])
    value = {
        "table": table,
        "dates": [datetime(2024, 1, 1, tzinfo=UTC)],
        "choices": Choices(encoding="utf-8"),
    }
    assert untrusted(dumped(value)) == value
    numbers = np.arange(5.0)
    np.testing.assert_array_equal(untrusted(dumped(numbers)), numbers)
