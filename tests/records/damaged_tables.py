"""Tables with damage, and whether reading one is honest: every count that is read is one that was written.

Damage is to the form (delimiters, quotes, line ends, bytes that are no text, cells of another kind) and never turns a
count into another one by itself, which no reader could tell: rows must come back right, or rejected, or be asked about.
"""

from __future__ import annotations

import csv
import io
import random
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from records.written_tables import COUNTS, Account, Style, WrittenTable, accounts, random_style, written
from zombiescope.errors import ZombiescopeError
from zombiescope.records import Choices, Undecided, read, schema

__all__ = ["DAMAGE", "damaged", "outcome"]

# What is no count, and what no reader may take for one.
_GARBAGE = ("12a", "1 2", "--", "1.2.3", "1,2,3", "x", "#REF!", "1e400", "0x1F", "½", "1/2", "5%", "<5", "5+", "~7",
            "-3", "true", "12:30", "2014-05-06", "1.5", "NaNK", "1..2", "K",
            "万", "{}", "[1]", "1;2", "\x00", "1_000", "+", "1E+05")  # fmt: skip
_MARKS = (b",", b";", b"\t", b"|", b'"', b"'", b"\n", b"\r", b"\x00", b"\xff", b"\xe2\x80", b"\\", b" ")


def _lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def _within_digits(line: bytes, at: int) -> bool:
    """Whether a place is between two digits, where a mark more or less makes another number."""
    before, after = line[at - 1 : at], line[at : at + 1]
    # Digits of other scripts, and marks between them, are bytes beyond ASCII.
    return (before.isdigit() or before > b"\x7f") and (after.isdigit() or after > b"\x7f")


def _insert(rng: random.Random, line: bytes) -> bytes:
    places = [i for i in range(len(line) + 1) if not _within_digits(line, i)]
    at = rng.choice(places)
    return line[:at] + rng.choice(_MARKS) + line[at:]


def _remove_mark(rng: random.Random, line: bytes) -> bytes:
    places = [
        i
        for i, byte in enumerate(line)
        if byte in b",;\t|\"'\r\n" and not _within_digits(line[:i] + line[i + 1 :], i)
    ]
    if not places:
        return line
    at = rng.choice(places)
    return line[:at] + line[at + 1 :]


def _cut(rng: random.Random, line: bytes) -> bytes:
    """A line without its end, cut where no count is shortened."""
    places = [
        i
        for i, byte in enumerate(line)
        if byte in b",;\t|" and not _within_digits(line[:i] + line[i + 1 :], i)
    ]
    return line[: rng.choice(places)] + b"\n" if places else line


def _double(_: random.Random, line: bytes) -> bytes:
    return line + line


def _foul(rng: random.Random, line: bytes) -> bytes:
    """A letter turned into a byte that is none."""
    places = [i for i, byte in enumerate(line) if chr(byte).isalpha()]
    if not places:
        return line
    at = rng.choice(places)
    return line[:at] + bytes([rng.choice((0, 1, 7, 27, 128, 254, 255))]) + line[at + 1 :]


DAMAGE: dict[str, Callable[[random.Random, bytes], bytes]] = {
    "a mark inserted": _insert, "a mark removed": _remove_mark, "a line cut": _cut, "a line doubled": _double,
    "a byte fouled": _foul,
}  # fmt: skip


def damaged(rng: random.Random, *, rows: int) -> tuple[WrittenTable, Style, str]:
    """A table of a random style with one kind of damage to a few of its lines, and which."""
    style = random_style(rng)
    if rng.random() < 0.9:
        plain = "utf-8" if style.encoding.startswith("utf-16") else style.encoding
        style = replace(style, packed="", encoding=plain)
    if style.line_end == "\r":
        style = replace(style, line_end="\n")
    people = list(accounts(rng, rows, style.language))
    kind = rng.choice((*DAMAGE, "garbage for a count", "cells swapped", "the file cut off"))
    table = written(people, style)
    if kind in ("garbage for a count", "cells swapped"):
        return _with_cells(rng, table, style, kind), style, kind
    data = table.data
    if kind == "the file cut off" or table.name != "list.csv" or style.encoding.startswith("utf-16"):
        return replace(table, data=_cut_off(rng, data, table, style.delimiter)), style, "the file cut off"
    lines = _lines(data)
    for at in (
        rng.sample(range(1, len(lines)), min(rng.randrange(1, 4), len(lines) - 1)) if len(lines) > 1 else ()
    ):
        lines[at] = DAMAGE[kind](rng, lines[at])
    return replace(table, data=b"".join(lines)), style, kind


def _cut_off(rng: random.Random, data: bytes, table: WrittenTable, delimiter: str) -> bytes:
    """The beginning of a file; of text up to the end of a cell, so that no count is shortened."""
    cut = data[: rng.randrange(len(data) // 2, len(data))]
    if table.name != "list.csv" or b"\x00" in data[:200]:
        # A packed file is told to be cut; UTF-16 is cut at a line's end.
        return cut if table.name != "list.csv" else data
    return cut[: cut.rfind(delimiter.encode())]


def _with_cells(rng: random.Random, table: WrittenTable, style: Style, kind: str) -> WrittenTable:
    """The table with cells of a row changed, written again in UTF-8."""
    if table.name != "list.csv":
        return table
    encoding = table.truth["encoding"]
    text = table.data.decode(encoding)
    lines = list(csv.reader(text.splitlines(keepends=True), delimiter=style.delimiter))
    width = max(map(len, lines), default=0)
    full = [i for i, row in enumerate(lines) if len(row) == width]
    shift = width - len(table.fields) if style.extra in ("index", "row names") else 0
    for at in rng.sample(full[1:], min(2, len(full) - 1)) if len(full) > 1 else ():
        row = lines[at]
        counts = [i + shift for i, field in enumerate(table.fields) if field in COUNTS]
        i = rng.choice(counts)
        if kind == "cells swapped":
            others = [
                j for j, cell in enumerate(row) if j not in counts and not any(c.isdigit() for c in cell[:1])
            ]
            others = [j for j in others if len(row[j]) > 1 and not row[j].isdigit()]
            if others:
                j = rng.choice(others)
                row[i], row[j] = row[j], row[i]
        else:
            row[i] = rng.choice(_GARBAGE)
    out = io.StringIO()
    csv.writer(out, delimiter=style.delimiter, lineterminator=style.line_end).writerows(lines)
    return replace(table, data=out.getvalue().encode(), truth={**table.truth, "encoding": "utf-8"})


def outcome(table: WrittenTable, folder: Path) -> str:
    """ "read", "rejected", "asked" or "refused"; "misread: ..." where a count or a date is none that was written."""
    path = folder / table.name
    path.write_bytes(table.data)
    truth = dict(table.truth)
    choices = Choices(constants={"platform": "x"})
    asked = False
    try:
        try:
            rows, rejected = read(path, choices)
        except Undecided as undecided:
            asked = True
            keys = {question.key for question in undecided.questions}
            choices = Choices(
                constants=choices.constants,
                decimal=truth["decimal"] if "decimal" in keys else None,  # type: ignore[arg-type]
                date_order=(truth["date-order"] or None) if "date-order" in keys else None,  # type: ignore[arg-type]
                encoding=truth["encoding"] if "encoding" in keys else None,
            )
            rows, rejected = read(path, choices)
    except ZombiescopeError:
        return "asked" if asked else "refused"
    known: dict[str, list[Account]] = {}
    name = "handle" if "handle" in table.fields else "id" if "id" in table.fields else "display_name"
    for account in table.accounts:
        known.setdefault(getattr(account, name), []).append(account)
    for follower in schema.to_followers(rows):
        written_ones = known.get(getattr(follower, name) or "", [])
        for field in (*COUNTS, "created_at"):
            value = getattr(follower, field)
            if value is None or field not in table.fields:
                continue
            truths = [getattr(one, field) for one in written_ones] or [
                getattr(one, field) for one in table.accounts
            ]
            day = value.date() if isinstance(value, datetime) else value
            if value not in truths and day not in truths:
                return f"misread: {field} {value!r} of {getattr(follower, name)!r} for {truths[:3]}"
    return "rejected" if rejected else "asked" if asked else "read"


def trial(seed: int, rows: int) -> tuple[str, str]:
    """The kind of damage and the outcome of one input."""
    table, _, kind = damaged(random.Random(seed), rows=rows)
    with tempfile.TemporaryDirectory() as folder:
        return kind, outcome(table, Path(folder))
