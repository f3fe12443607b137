"""Uploaded follower lists: written to a temporary file, read, and the file deleted at once."""

from __future__ import annotations

import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from zombiescope.domain import Order
from zombiescope.errors import InputError
from zombiescope.sources.base import Listing
from zombiescope.usecases import received_file
from zombiescope.usecases.received_file import MOST_ROWS
from zombiescope.web.http.accept import OCTETS
from zombiescope.web.http.problem_json import Refusal
from zombiescope.web.http.request_body import kind

__all__ = ["FORMS", "checked", "form_of_file", "received", "written"]

# A body's media type, and the name by which the readers and the parameter `format` know its form.
FORMS = {
    "application/x-ndjson": "ndjson",
    "application/jsonl": "ndjson",
    "application/ndjson": "ndjson",
    "application/json": "json",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/vnd.apache.parquet": "parquet",
    "application/x-parquet": "parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/zip": "zip",
}
LABEL = re.compile(r"[\w .@:+-]{1,100}")
_UNPACKED = 2**29  # bytes that a Parquet file may unpack to


def form_of_file(request: Request, form: str | None) -> str:
    """The form of the file in the body, by the parameter `format` or the Content-Type.

    Raises Refusal (415, 422) where neither says it, or they say different ones.
    """
    media = kind(request, *FORMS, OCTETS)
    declared = FORMS.get(media, form)
    if declared is None:
        forms = ", ".join(sorted(set(FORMS.values())))
        raise Refusal(422, "the form of the file is not said", f"Add &format= with one of {forms}.")
    if form not in (None, declared):
        raise Refusal(422, f"format is {form!r}, but the body is {media}", "Leave one of them out.")
    return declared


async def received(
    pieces: AsyncIterator[bytes], label: str, form: str, *, order: Order | None, declared: int | None
) -> Listing:
    """The list in a body, read at once so that a wrong one is refused.

    Raises InputError where nothing of it can be read, or the label is none; TooLarge past the limits of reading.
    """
    if not LABEL.fullmatch(label):
        raise InputError(
            f"{label[:80]!r} is no label for an account",
            "Name it with up to 100 letters, digits and . _ - @ + :",
        )
    async with written(pieces, f"upload.{form}") as path:
        return await run_in_threadpool(received_file.listing, path, label, order=order, declared=declared)


@asynccontextmanager
async def written(pieces: AsyncIterator[bytes], name: str) -> AsyncIterator[Path]:
    """A body as a temporary file, for as long as the context lasts. Raises InputError or Refusal as `checked`."""
    with tempfile.TemporaryDirectory(prefix="zombiescope-") as folder:
        path = Path(folder, name)
        with path.open("wb") as file:
            async for piece in pieces:
                file.write(piece)
        checked(path)
        yield path


def checked(path: Path) -> None:
    """Raises InputError or Refusal for a small file that unpacks to a large one, by what the file declares.

    What it declares may be untrue: reading it is bounded too (`received_file`).
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] == b"\x1f\x8b":
        raise Refusal(415, "the body is gzipped", "Send it unpacked.")
    if start == b"PAR1":
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            declared = pq.ParquetFile(path).metadata
        except (pa.ArrowException, OSError, UnicodeDecodeError):
            return  # the reader says what is wrong with it
        size = sum(declared.row_group(i).total_byte_size for i in range(declared.num_row_groups))
        if declared.num_rows > MOST_ROWS or size > _UNPACKED:
            raise InputError("the Parquet file unpacks to too much", f"Send at most {MOST_ROWS:,} followers.")
