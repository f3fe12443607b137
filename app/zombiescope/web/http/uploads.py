"""Follower lists that a client sends: written to a file of ours, read, and the file deleted at once."""

from __future__ import annotations

import dataclasses
import re
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi.concurrency import run_in_threadpool

from zombiescope.domain import AccountInfo, Order
from zombiescope.errors import InputError
from zombiescope.sources.base import Listing
from zombiescope.web.http.problem_json import Refusal

__all__ = ["SUFFIXES", "checked", "received"]

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
_SPREAD = 2**31  # bytes that a Parquet file may unpack to


async def received(
    pieces: AsyncIterator[bytes], label: str, media: str, *, order: Order | None, declared: int | None
) -> Listing:
    """The list in a body, read at once so that a wrong one is refused.

    Raises InputError where nothing of it can be read, or the label is none.
    """
    if not LABEL.fullmatch(label):
        raise InputError(
            f"{label[:80]!r} is no label for an account",
            "Name it with up to 100 letters, digits and . _ - @ + :",
        )
    with tempfile.TemporaryDirectory(prefix="zombiescope-") as folder:
        path = Path(folder, f"upload{SUFFIXES[media]}")
        with path.open("wb") as file:
            async for piece in pieces:
                file.write(piece)
        return await run_in_threadpool(_read, path, label, order, declared)


def _read(path: Path, label: str, order: Order | None, declared: int | None) -> Listing:
    # Imported by the first upload: pandas, which reads dates, takes a second.
    from zombiescope.sources.file import FileSource

    checked(path)
    found = FileSource(order=order or "unknown", declared=declared).listing(str(path))
    if found.frame.listed > _ROWS:
        raise InputError(f"the list has {found.frame.listed:,} followers", f"Send at most {_ROWS:,}.")
    account = AccountInfo(ref=f"upload:{label}", platform=found.account.platform, handle=label)
    return dataclasses.replace(found, account=account)


def checked(path: Path) -> None:
    """Raises InputError or Refusal for a small file that unpacks to a large one, before it is unpacked."""
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] == b"\x1f\x8b":
        raise Refusal(415, "the body is gzipped", "Send it unpacked.")
    if start == b"PAR1":
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            held = pq.ParquetFile(path).metadata
        except (pa.ArrowException, OSError, UnicodeDecodeError):
            return  # the reader says what is wrong with it
        spread = sum(held.row_group(i).total_byte_size for i in range(held.num_row_groups))
        if held.num_rows > _ROWS or spread > _SPREAD:
            raise InputError("the Parquet file unpacks to too much", f"Send at most {_ROWS:,} followers.")
