"""A run: score inputs into a working folder, then put the parts together to one output, whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from zombiescope import __version__
from zombiescope.domain import RejectedRow
from zombiescope.errors import InputError, ZombiescopeError
from zombiescope.usecases.score_table import schema
from zombiescope.usecases.scoring.engines import Engine
from zombiescope.usecases.scoring.folders import folder, is_remote
from zombiescope.usecases.scoring.inputs import STDIN, Input
from zombiescope.usecases.scoring.output import STDOUT, form_of, opened, sink
from zombiescope.usecases.scoring.parts import Options, ScoringJob, Step, parts

__all__ = ["Summary", "score_inputs", "working_folder"]

_RUN = "run.json"


@dataclass(frozen=True)
class Summary:
    """What a run did. rejected_file: where the rejected rows stand with their reasons, if there are any."""

    rows: int
    rejected: int
    late_posts: int
    rejected_file: str | None


def working_folder(output: str) -> str:
    """Where the parts of a run stand until its output is whole."""
    return f"{output}.part"


def score_inputs(
    inputs: Sequence[Input],
    output: str,
    engine: Engine,
    options: Options,
    *,
    model: str,
    resume: bool = False,
    form: str | None = None,
    on_step: Callable[[Step], None] = lambda step: None,
    on_rejected: Callable[[RejectedRow], None] = lambda row: None,
) -> Summary:
    """Score the inputs, one after the other, into one output: a row a record, in order.

    output: a path or URL whose name tells the form, or `-`, where `form` does. model: the model's sha256. resume: go on
    with an interrupted run of the same inputs and options. Rejected rows go to `OUTPUT.rejected.jsonl`.

    An interrupted run leaves its working folder; one that cannot succeed leaves nothing. Raises InputError where an
    input or the output cannot be used, or there is nothing to resume.
    """
    form_of(output, form)
    with ExitStack() as stack:
        place = working_folder(output)
        if output == STDOUT:
            place = stack.enter_context(tempfile.TemporaryDirectory(prefix="zombiescope-"))
        _begin(place, _identity(inputs, options, model), resume=resume)
        try:
            jobs = [ScoringJob(number, item.name, options) for number, item in enumerate(inputs)]
            for step in engine.run(jobs, place):
                on_step(step)
            summary = _put_together(jobs, place, output, form, on_rejected)
        except ZombiescopeError as error:
            if "--resume" not in error.advice:
                folder(place).remove()
            raise
        folder(place).remove()
    return summary


def _identity(inputs: Sequence[Input], options: Options, model: str) -> dict[str, Any]:
    """What must be the same for parts of an earlier run to be of use."""
    read: dict[str, Any] = msgspec.json.decode(
        msgspec.json.encode(
            {"inputs": inputs, "at": options.at, "reasons_from": options.reasons_from, "model": model}
            | {"version": __version__}
        )
    )
    return read


def _begin(place: str, identity: dict[str, Any], *, resume: bool) -> None:
    work = folder(place)
    if resume:
        data = work.read(_RUN)
        if data is None:
            raise InputError(f"there is no interrupted run at {place}", "Run without --resume.")
        if msgspec.json.decode(data) != identity or any(item["name"] == STDIN for item in identity["inputs"]):
            raise InputError(
                f"the interrupted run at {place} was of other inputs, options or another model",
                "Run without --resume to begin anew.",
            )
        return
    work.remove()
    try:
        work.write(_RUN, msgspec.json.encode(identity))
    except OSError as error:
        raise InputError(f"{place} cannot be written: {error.strerror or error}") from None


def _put_together(
    jobs: Sequence[ScoringJob],
    place: str,
    output: str,
    form: str | None,
    on_rejected: Callable[[RejectedRow], None],
) -> Summary:
    work = folder(place)
    rows = rejected = late = 0
    side_file = f"{output}.rejected.jsonl"
    with ExitStack() as stack:
        reasons = bool(jobs) and jobs[0].options.reasons_from is not None
        writer = stack.enter_context(opened(output, schema(reasons=reasons), form))
        side: Any = None
        for job in jobs:
            for part in parts(job.number, work):
                writer.write(part.table)
                rows, late = rows + part.table.num_rows, late + part.late_posts
                for row in part.rejected:
                    on_rejected(row)
                    if output != STDOUT:
                        side = side or stack.enter_context(sink(side_file))
                        side.write(msgspec.json.encode(row) + b"\n")
                rejected += len(part.rejected)
    if side is None and not is_remote(output) and output != STDOUT:
        Path(side_file).unlink(missing_ok=True)  # of an earlier run
    return Summary(rows, rejected, late, side_file if side else None)
