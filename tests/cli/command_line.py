"""What a command line printed, and its exit code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Ran", "Run"]


@dataclass(frozen=True)
class Ran:
    """The exit code, standard output and standard error of a command."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]
