"""Followers from JSON: one a line, in an array, one after the other, or in the pages and dumps of other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import IO, Any

import msgspec
import numpy as np
import pyarrow as pa

from zombiescope.domain import Follower
from zombiescope.records import cells, lenient_record, lines, posts
from zombiescope.records.column_mapping import Mapping
from zombiescope.records.container import Material
from zombiescope.records.formats import RECORD
from zombiescope.records.json_shape import Shape, names, pick, shape_of
from zombiescope.records.json_values import values
from zombiescope.records.row_batch import Chunk, Head, Unread

__all__ = ["chunks", "head"]

# Where a value stands, for a person, and its JSON text.
Piece = tuple[str, bytes | lines.Broken]

_STRICT = msgspec.json.Decoder(Follower)
_SAMPLE = 1000  # values that are looked at to tell what a file is
_SAMPLE_BYTES = 32 * 2**20
_MOST = 64 * 2**20  # bytes of text in a chunk
_ASSIGNED = b"="  # what stands before the value in the .js files of X archives


def head(material: Material, limit: int) -> Head:
    """The names of a file's values and its first rows."""
    with lines.opened(material.path, material.name) as file:
        sample = _sample(_pieces(file, material))
    decoded = _decodable(sample)
    shape = shape_of(decoded)
    people = [item for value in decoded for item in shape.people(value) if isinstance(item, dict)][:limit]
    columns = list(dict.fromkeys(name for item in people for name in names(item)))
    if not columns:
        columns = [alias.column for alias in RECORD.columns]
    rows = {name: [pick(item, name) for item in people] for name in columns}
    return Head(columns, rows, len(people), plain=shape == Shape())


def chunks(material: Material, columns: Mapping, *, rows: int) -> Iterator[Chunk]:
    """The rows of a JSON file, at most `rows` in a chunk, bounded also in bytes."""
    with lines.opened(material.path, material.name) as file:
        pieces = _pieces(file, material)
        sample = _sample(pieces)
        shape = shape_of(_decodable(sample))
        everything = chain(sample, pieces)
        if columns.strict and shape == Shape():
            yield from _records(everything, rows)
        else:
            yield from _dump(everything, rows, columns, shape)


def _sample(pieces: Iterator[Piece]) -> list[Piece]:
    sample: list[Piece] = []
    size = 0
    for piece in islice(pieces, _SAMPLE):
        sample.append(piece)
        size += len(piece[1]) if isinstance(piece[1], bytes) else 0
        if size > _SAMPLE_BYTES:
            break
    return sample


def _decodable(sample: Iterable[Piece]) -> list[Any]:
    decoded = []
    for _, data in sample:
        try:
            if isinstance(data, bytes):
                decoded.append(msgspec.json.decode(data))
        except (ValueError, RecursionError):
            continue
    return decoded


def _pieces(file: IO[bytes], material: Material) -> Iterator[Piece]:
    """The values of the file: its lines, unless values are spread over lines or stand several on one."""
    start = lines.head(file)
    before = start.lstrip()[:200]
    if (
        before[:1] not in (b"{", b"[")
        and _ASSIGNED in before
        and before.startswith((b"window.", b"var ", b"const "))
    ):
        file.read(start.index(_ASSIGNED) + 1)
        start = lines.head(file)
    start = start.lstrip()
    first = start.split(b"\n", 1)[0].rstrip()
    by_line = material.path.name.removesuffix(".gz").endswith((".jsonl", ".ndjson"))
    spread = b"\n" in start and first.endswith((b"{", b"[", b","))
    if start.startswith(b"[") or (not by_line and (spread or _several(start, first))):
        for item, (line, data) in enumerate(values(file), start=1):
            yield f"{material.unit} {line} item {item}", data
        return
    for line, data in lines.lines(file):
        if line == 1 and isinstance(data, bytes):
            data = data.removeprefix(b"\xef\xbb\xbf")
        if isinstance(data, lines.Broken) or not data.isspace():
            yield f"{material.unit} {line}", data


def _several(start: bytes, first: bytes) -> bool:
    """Whether a first line, where all of it is seen, holds more than one value or less than one."""
    if b"\n" not in start and len(start) >= 8000:
        return True
    try:
        msgspec.json.decode(first)
    except (ValueError, RecursionError):
        return b"}{" in first or b"} {" in first
    return False


def _records(pieces: Iterable[Piece], rows: int) -> Iterator[Chunk]:
    """Records in their own form; only a row that the strict reading refuses is read the slow way."""
    run = _Run(rows)
    followers: list[Follower] = []
    for where, data in pieces:
        if isinstance(data, lines.Broken):
            run.broken(where, data)
        else:
            try:
                followers.append(_STRICT.decode(data))
            except (ValueError, RecursionError):
                try:
                    followers.append(lenient_record.follower(_decoded(data)))
                except lenient_record.Misfit as misfit:
                    run.unread(where, misfit.field, misfit.reason)
                    continue
            run.read(where, len(data))
        if run.full:
            yield run.chunk(posts.table(followers))
            followers = []
    yield run.chunk(posts.table(followers))


def _dump(pieces: Iterable[Piece], rows: int, columns: Mapping, shape: Shape) -> Iterator[Chunk]:
    """Objects of another program's form."""
    run = _Run(rows)
    wanted = columns.columns
    picked: list[list[str | None]] = []

    def table() -> tuple[pa.Table, list[cells.Bad]]:
        turned = list(zip(*picked, strict=True)) or [()] * len(wanted)
        text = {name: pa.array(column, pa.string()) for name, column in zip(wanted, turned, strict=True)}
        return cells.fill(text, columns, len(picked))

    for where, data in pieces:
        if isinstance(data, lines.Broken):
            run.broken(where, data)
            continue
        try:
            people = shape.people(_decoded(data))
        except lenient_record.Misfit as misfit:
            run.unread(where, misfit.field, misfit.reason)
            continue
        for i, item in enumerate(people, start=1):
            own = where if len(people) == 1 else f"{where} item {i}"
            if not isinstance(item, dict):
                run.unread(own, None, "is no object")
                continue
            picked.append([pick(item, name) for name in wanted])
            run.read(own, len(data) // len(people))
            if run.full:
                yield run.chunk(*table())
                picked = []
    yield run.chunk(*table())


class _Run:
    """The chunk that is being filled: where its rows stand, and the count of rows in the file so far."""

    def __init__(self, rows: int) -> None:
        self._most, self._end = rows, 0
        self._start()

    def _start(self) -> None:
        self._rows: list[int] = []
        self._lines: list[str] = []
        self._unread: list[Unread] = []
        self._bytes = 0

    @property
    def full(self) -> bool:
        return len(self._rows) + len(self._unread) >= self._most or self._bytes >= _MOST

    def read(self, where: str, size: int) -> None:
        self._rows.append(self._end)
        self._lines.append(where)
        self._bytes += size
        self._end += 1

    def unread(self, where: str, field: str | None, reason: str) -> None:
        self._unread.append(Unread(self._end, where, field, reason))
        self._end += 1

    def broken(self, where: str, broken: lines.Broken) -> None:
        if broken.last:
            self._unread.append(Unread(None, where, None, broken.reason))
        else:
            self.unread(where, None, broken.reason)

    def chunk(self, table: pa.Table, bad: Iterable[cells.Bad] = ()) -> Chunk:
        """The chunk with the table of the rows that were read, less the `bad` ones; the next one is begun."""
        accepted = np.ones(table.num_rows, dtype=bool)
        for cell in bad:
            accepted[cell.row] = False
            self._unread.append(Unread(self._rows[cell.row], self._lines[cell.row], cell.field, cell.reason))
        places = [line for line, keep in zip(self._lines, accepted, strict=True) if keep]
        begins = (*self._lines[:1], *(u.where for u in self._unread[:1]))
        first = min((int(where.split()[1]) for where in begins), default=1)
        rows = np.array(self._rows, dtype=np.int64)[accepted]
        lost = table.filter(pa.array(~accepted))
        chunk = Chunk(table.filter(pa.array(accepted)), rows, places, self._unread, first, self._end, lost)
        self._start()
        return chunk


def _decoded(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except UnicodeDecodeError:
        raise lenient_record.Misfit(None, "is not UTF-8") from None
    except msgspec.DecodeError as error:
        raise lenient_record.Misfit(
            None, f"is not JSON ({str(error).removeprefix('JSON is malformed: ')})"
        ) from None
    except RecursionError:
        raise lenient_record.Misfit(None, "is nested too deeply") from None
