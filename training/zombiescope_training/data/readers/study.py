"""What a published set is to the rest: named parts, the files each is read from, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

__all__ = ["Loaded", "Part", "Study"]


@dataclass(frozen=True)
class Loaded:
    """A set's records (`records.SCHEMA`) and how many rows were left out, by reason."""

    table: pa.Table
    dropped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A part of a set: `files`, relative to the data folder, and `read`, given the data folder."""

    files: tuple[str, ...]
    read: Callable[[Path], Loaded]


@dataclass(frozen=True)
class Study:
    """A published set; a study of one part has it under the empty name."""

    name: str
    parts: Mapping[str, Part]
