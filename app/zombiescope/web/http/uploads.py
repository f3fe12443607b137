"""Follower lists that a client sends: written to a file of ours, read, and the file deleted at once."""

from __future__ import annotations

import dataclasses
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi.concurrency import run_in_threadpool

from zombiescope import bounded_process
from zombiescope.domain import AccountInfo, Order
from zombiescope.errors import InputError
from zombiescope.sources.base import Listing
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
_ROWS = 1_000_000
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
        listing = await run_in_threadpool(bounded_process.run, _listing, path, order, declared)
    account = AccountInfo(ref=f"upload:{label}", platform=listing.account.platform, handle=label)
    return dataclasses.replace(listing, account=account)


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

    What it declares may be untrue: reading it is bounded too (`bounded_process`).
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
        if declared.num_rows > _ROWS or size > _UNPACKED:
            raise InputError("the Parquet file unpacks to too much", f"Send at most {_ROWS:,} followers.")


def _listing(path: Path, order: Order | None, declared: int | None) -> Listing:
    """Runs in a process of its own."""
    from zombiescope.sources.file import FileSource

    listing = FileSource(order=order or "unknown", declared=declared).listing(str(path))
    if listing.frame.listed > _ROWS:
        raise InputError(f"the list has {listing.frame.listed:,} followers", f"Send at most {_ROWS:,}.")
    return listing
