"""Followers from JSON: one a line, in an array, or in the pages and dumps of other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import msgspec
import numpy as np
import pyarrow as pa

from zombiescope.domain import Follower
from zombiescope.records import cells, lenient_record, lines, posts
from zombiescope.records.column_mapping import Mapping as Columns
from zombiescope.records.column_mapping import choose
from zombiescope.records.field_aliases import RECORD
from zombiescope.records.json_values import values
from zombiescope.records.row_batch import Chunk, Unread

__all__ = ["chunks", "plan"]

# Where a value stands, for a person, and its JSON text.
Piece = tuple[str, bytes | lines.Broken]

_STRICT = msgspec.json.Decoder(Follower)
_SAMPLE = 200  # values that are looked at to tell what a file is
_MOST = 64 * 2**20  # bytes of text in a chunk
_LISTS = ("data", "users", "followers", "items")  # where pages of other programs keep their people
_DEEPEST = 4


def chunks(path: Path, *, rows: int, overrides: Mapping[str, str]) -> Iterator[Chunk]:
    """The rows of a JSON file, at most `rows` in a chunk, bounded also in bytes."""
    with lines.opened(path) as file:
        pieces = _pieces(file, path)
        sample = list(islice(pieces, _SAMPLE))
        columns = _columns(sample, path.name, overrides)
        everything = chain(sample, pieces)
        yield from _records(everything, rows) if columns.strict else _dump(everything, rows, columns)


def plan(path: Path, overrides: Mapping[str, str]) -> Columns:
    """What would be read from which field."""
    with lines.opened(path) as file:
        return _columns(list(islice(_pieces(file, path), _SAMPLE)), path.name, overrides)


def _pieces(file: IO[bytes], path: Path) -> Iterator[Piece]:
    """The values of the file: its lines, unless it is an array or an object spread over lines."""
    head = lines.head(file).lstrip()
    first = head.split(b"\n", 1)[0].rstrip()
    by_line = path.name.removesuffix(".gz").endswith((".jsonl", ".ndjson"))
    if head.startswith(b"[") or (not by_line and b"\n" in head and first.endswith((b"{", b"[", b","))):
        for item, (line, data) in enumerate(values(file), start=1):
            yield f"line {line} item {item}", data
        return
    for line, data in lines.lines(file):
        if line == 1 and isinstance(data, bytes):
            data = data.removeprefix(b"\xef\xbb\xbf")
        if isinstance(data, lines.Broken) or not data.isspace():
            yield f"line {line}", data


def _columns(sample: Iterable[Piece], name: str, overrides: Mapping[str, str]) -> Columns:
    found: dict[str, None] = {}
    for _, data in sample:
        try:
            decoded = msgspec.json.decode(data) if isinstance(data, bytes) else None
        except (ValueError, RecursionError):
            continue
        for item in _people(decoded):
            if isinstance(item, dict):
                found.update(dict.fromkeys(_names(item)))
    return choose(list(found) or [alias.column for alias in RECORD.columns], where=name, overrides=overrides)


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


def _dump(pieces: Iterable[Piece], rows: int, columns: Columns) -> Iterator[Chunk]:
    """Objects of another program's form."""
    run = _Run(rows)
    names = columns.columns
    picked: list[list[str | None]] = []

    def table() -> tuple[pa.Table, list[cells.Bad]]:
        turned = list(zip(*picked, strict=True)) or [()] * len(names)
        text = {name: pa.array(column, pa.string()) for name, column in zip(names, turned, strict=True)}
        return cells.fill(text, columns, len(picked))

    for where, data in pieces:
        if isinstance(data, lines.Broken):
            run.broken(where, data)
            continue
        try:
            people = _people(_decoded(data))
        except lenient_record.Misfit as misfit:
            run.unread(where, misfit.field, misfit.reason)
            continue
        for i, item in enumerate(people, start=1):
            own = where if len(people) == 1 else f"{where} item {i}"
            if not isinstance(item, dict):
                run.unread(own, None, "is no object")
                continue
            picked.append([_pick(item, name) for name in names])
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
        kept = np.ones(table.num_rows, dtype=bool)
        for cell in bad:
            kept[cell.row] = False
            self._unread.append(Unread(self._rows[cell.row], self._lines[cell.row], cell.field, cell.reason))
        places = [line for line, keep in zip(self._lines, kept, strict=True) if keep]
        begins = (*self._lines[:1], *(u.where for u in self._unread[:1]))
        first = min((int(where.split()[1]) for where in begins), default=1)
        rows = np.array(self._rows, dtype=np.int64)[kept]
        chunk = Chunk(table.filter(pa.array(kept)), rows, places, self._unread, first, self._end)
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


def _people(value: Any) -> list[Any]:
    """The people in a value: itself, or those of a page (Twitter v2 answers, lists of users)."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict) or "id" in value or "user" in value:
        return [value]
    users = (value.get("includes") or {}).get("users") if isinstance(value.get("includes"), dict) else None
    for found in (users if _has_posts(value) else None, *(value.get(key) for key in _LISTS)):
        if isinstance(found, list):
            seen = {"__twarc": value["__twarc"]} if "__twarc" in value else {}
            return [{**seen, **person} if isinstance(person, dict) else person for person in found]
    return [value]


def _has_posts(page: dict[str, Any]) -> bool:
    """Whether a page's data are posts, whose authors stand in its `includes`."""
    data = page.get("data")
    return isinstance(data, list) and any(isinstance(item, dict) and "author_id" in item for item in data)


def _names(item: dict[str, Any], prefix: str = "", depth: int = 1) -> Iterator[str]:
    """The dotted names of an object's values; what lies too deep is one value."""
    for key, value in item.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _names(value, f"{prefix}{key}.", depth + 1)
        else:
            yield prefix + key


def _pick(item: dict[str, Any], name: str) -> str | None:
    """The text of the value under a dotted name, or under a key that has the dots in it."""
    if name in item:
        value: Any = item[name]
    else:
        value = item
        for key in name.split("."):
            value = value.get(key) if isinstance(value, dict) else None
    if value is None or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()
