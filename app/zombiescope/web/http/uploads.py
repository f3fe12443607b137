"""Follower lists that a client sends: written to a file of ours, read, and the file deleted at once."""

from __future__ import annotations

import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi.concurrency import run_in_threadpool

from zombiescope.domain import Order
from zombiescope.errors import InputError
from zombiescope.sources.base import Listing
from zombiescope.usecases import received_file
from zombiescope.usecases.received_file import MOST_ROWS
from zombiescope.web.http.problem_json import Refusal

__all__ = ["SUFFIXES", "checked", "received", "written"]

# A body's media type and the name by which the readers know its form.
SUFFIXES = {
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/ndjson": ".jsonl",
    "application/json": ".json",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/vnd.apache.parquet": ".parquet",
    "application/x-parquet": ".parquet",
}
LABEL = re.compile(r"[\w .@:+-]{1,100}")
_UNPACKED = 2**29  # bytes that a Parquet file may unpack to


async def received(
    pieces: AsyncIterator[bytes], label: str, media: str, *, order: Order | None, declared: int | None
) -> Listing:
    """The list in a body, read at once so that a wrong one is refused.

    Raises InputError where nothing of it can be read, or the label is none; TooLarge past the limits of reading.
    """
    if not LABEL.fullmatch(label):
        raise InputError(
            f"{label[:80]!r} is no label for an account",
            "Name it with up to 100 letters, digits and . _ - @ + :",
        )
    async with written(pieces, f"upload{SUFFIXES[media]}") as path:
        return await run_in_threadpool(received_file.listing, path, label, order=order, declared=declared)


@asynccontextmanager
async def written(pieces: AsyncIterator[bytes], name: str) -> AsyncIterator[Path]:
    """A body as a file of ours, for as long as the context lasts. Raises InputError or Refusal as `checked`."""
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
