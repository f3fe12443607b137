"""Parts: the scores of one batch of an input, in the run's working folder. The same function on one core or a cluster.

A part that is there is not scored again, so an interrupted run resumes, and so does an input whose worker was killed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec
import pyarrow as pa

from zombiescope.detector import Detector
from zombiescope.domain import RejectedRow
from zombiescope.records import batches
from zombiescope.usecases.score_table import score_table
from zombiescope.usecases.scoring.folders import Folder
from zombiescope.usecases.scoring.inputs import local_file

__all__ = ["Options", "Part", "ScoringJob", "Step", "parts", "score_input"]

ROWS = 20_000  # records in memory at once
_REJECTED, _LATE = b"rejected", b"late_posts"


@dataclass(frozen=True)
class Options:
    """How to score. at: the date of the data, None: each record's own. reasons_from: the score from which a record
    gets its reasons, None: no reasons at all."""

    at: datetime | None = None
    reasons_from: float | None = None


@dataclass(frozen=True)
class ScoringJob:
    """One input of a run: its number and name, and how to score it."""

    number: int
    name: str
    options: Options


@dataclass(frozen=True)
class Step:
    """What has been done since the last step: rows scored and rejected, and inputs completed."""

    rows: int
    rejected: int
    inputs: int = 0


@dataclass(frozen=True)
class Part:
    """The scores of a batch, the rows of it that were rejected, and its posts that were left out as too late."""

    table: pa.Table
    rejected: list[RejectedRow]
    late_posts: int


class _Complete(msgspec.Struct, frozen=True):
    """What stands in the folder when all batches of an input do."""

    parts: int
    rows: int
    rejected: int


def score_input(job: ScoringJob, detector: Detector, folder: Folder) -> Iterator[Step]:
    """Score an input into parts, a step a batch. Raises InputError as `records.batches` does."""
    if (complete := _complete(job.number, folder)) is not None:
        yield Step(complete.rows, complete.rejected, 1)
        return
    count = rows = rejected = 0
    with local_file(job.name) as path:
        for count, batch in enumerate(batches(path, rows=ROWS), start=1):
            name = _part_name(job.number, count - 1)
            if not folder.exists(name):
                table, late = score_table(
                    batch.table,
                    detector,
                    at=job.options.at,
                    reasons=job.options.reasons_from is not None,
                    reasons_from=job.options.reasons_from or 0.0,
                )
                folder.write(name, _packed(Part(table, batch.refused, late)))
            rows += batch.table.num_rows
            rejected += len(batch.refused)
            yield Step(batch.table.num_rows, len(batch.refused))
    folder.write(_complete_name(job.number), msgspec.json.encode(_Complete(count, rows, rejected)))
    yield Step(0, 0, 1)


def parts(number: int, folder: Folder) -> Iterator[Part]:
    """The parts of a completed input, in order."""
    complete = _complete(number, folder)
    if complete is None:
        raise LookupError(f"input {number} is not complete")
    for index in range(complete.parts):
        data = folder.read(_part_name(number, index))
        if data is None:
            raise LookupError(f"part {index} of input {number} is missing")
        yield _unpacked(data)


def _complete(number: int, folder: Folder) -> _Complete | None:
    data = folder.read(_complete_name(number))
    return None if data is None else msgspec.json.decode(data, type=_Complete)


def _part_name(number: int, index: int) -> str:
    return f"{number:06d}-{index:06d}.arrow"


def _complete_name(number: int) -> str:
    return f"{number:06d}.json"


def _packed(part: Part) -> bytes:
    table = part.table.replace_schema_metadata(
        {_REJECTED: msgspec.json.encode(part.rejected), _LATE: str(part.late_posts).encode()}
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _unpacked(data: bytes) -> Part:
    table = pa.ipc.open_stream(data).read_all()
    metadata = table.schema.metadata
    rejected = msgspec.json.decode(metadata[_REJECTED], type=list[RejectedRow])
    return Part(table.replace_schema_metadata(None), rejected, int(metadata[_LATE]))
