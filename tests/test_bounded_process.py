"""Reading in a process of its own: what it gives, and what its limits end."""

from __future__ import annotations

import time

import pytest

from zombiescope import bounded_process
from zombiescope.errors import InputError

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


def test_memory_past_the_limit_is_an_error_of_the_input() -> None:
    """The process runs out of memory, not the service."""
    with pytest.raises(bounded_process.TooLarge, match="more memory than the 64 MiB"):
        bounded_process.run(size_of, 10 * SMALL, memory=SMALL)


def test_time_past_the_limit_is_an_error_of_the_input() -> None:
    """The process is ended."""
    with pytest.raises(bounded_process.TooLarge, match="longer to read"):
        bounded_process.run(time.sleep, 60, memory=SMALL, seconds=0.1)
