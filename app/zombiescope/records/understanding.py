"""What a file was understood to hold, the choices that decide it, and what is still open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from zombiescope.errors import InputError

__all__ = [
    "Choices",
    "ColumnReading",
    "Confidence",
    "Question",
    "Undecided",
    "Understanding",
    "load_choices",
    "save_choices",
]

Confidence = Literal["given", "certain", "likely"]

# What an audit loses where a field is not in the file, most costly first.
COSTS = {
    "followers_count": "counts carry most of the score: without two of them no share is estimated",
    "following_count": "counts carry most of the score: without two of them no share is estimated",
    "posts_count": "an account that never posts cannot be told from an active one: a wider interval",
    "created_at": "no account ages, no runs of accounts made on the same days",
    "bio": "no texts to compare: copies of one profile stay unseen",
    "has_avatar": "accounts without a picture stay unseen",
    "recent_posts": "no timelines: dormant accounts cannot be told from fake ones",
}


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is to be read where the file alone does not decide; what is None is decided by the file.

    columns: record field to column of the file. constants: record field to the value that every row has
    (`platform`, `observed_at`). date_order: of dates such as 2/3/2015. decimal: the mark before a fraction, in
    numbers such as 1.234. member: the file of an archive or the sheet of a workbook. accept_rejected: go on although
    more than 2% of the rows are rejected.
    """

    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    decimal: Literal["point", "comma"] | None = None
    encoding: str | None = None
    member: str | None = None
    accept_rejected: bool = False


@dataclass(frozen=True)
class ColumnReading:
    """One column of the file and the field that it fills.

    before: up to three cells as they stand. after: the same as they are read, "unknown" where a cell says nothing.
    how: what decided it ("the format", "its name", "its values", "given").
    """

    column: str
    field: str
    meaning: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    confidence: Confidence
    how: str
    note: str | None = None


@dataclass(frozen=True)
class Question:
    """Two readings are possible: what is open, and the options of the command line that decide it.

    key: "platform", "date-order", "decimal", "encoding", "member" or "columns". answers: the values that it takes,
    empty where it is free text. The same names decide over HTTP.
    """

    key: str
    text: str
    options: tuple[str, ...]
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Understanding:
    """What a file holds, before it is read whole.

    unused: columns that are not read, with the reason. missing: fields of the record that the file lacks, with what
    that costs an estimate. questions: what has to be decided before the file can be read.
    """

    file: str
    format: str
    platform: str | None
    container: str
    encoding: str
    columns: tuple[ColumnReading, ...]
    unused: tuple[tuple[str, str], ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    rows_looked_at: int = 0
    choices: Choices = field(default_factory=Choices)

    @property
    def known(self) -> tuple[str, ...]:
        """The fields of the record that the file fills."""
        return tuple(dict.fromkeys(column.field for column in self.columns))

    @property
    def column_of(self) -> dict[str, str]:
        """The fields that are read, each with its column."""
        return {column.field: column.column for column in self.columns if column.column}

    @property
    def not_understood(self) -> tuple[str, ...]:
        """The columns that are not read."""
        return tuple(name for name, _ in self.unused)

    @property
    def counts(self) -> int:
        """How many of the counts of followers, accounts followed and posts the file has; below 2 no share is
        estimated."""
        return len({"followers_count", "following_count", "posts_count"} & set(self.known))

    def lines(self) -> Iterator[str]:
        """The understanding for a person, a line at a time."""
        platform = f" ({self.platform})" if self.platform else ""
        yield f"read as: {self.format}{platform}; {self.container}, {self.encoding}"
        for column in self.columns:
            name = column.column or "(every row)"
            yield f"  {name} -> {column.field}: {column.meaning}; {column.confidence}, by {column.how}"
            if column.before:
                pairs = (
                    f"{_short(b)} = {_short(a)}" for b, a in zip(column.before, column.after, strict=True)
                )
                yield f"      {'   '.join(pairs)}"
            if column.note:
                yield f"      note: {column.note}"
        if self.unused:
            yield "  not used: " + ", ".join(f"{_short(name)} ({reason})" for name, reason in self.unused)
        for name, cost in self.missing:
            yield f"  missing: {name}: {cost}"
        for note in self.notes:
            yield f"  note: {note}"
        for question in self.questions:
            yield f"  undecided: {question.text}"


class Undecided(InputError):
    """A file that can be read in two ways. `questions` say what is open."""

    def __init__(self, understanding: Understanding) -> None:
        questions = understanding.questions
        super().__init__(
            f"{understanding.file}: " + "; ".join(question.text for question in questions),
            "Decide with " + " and ".join(" or ".join(question.options) for question in questions) + ".",
        )
        self.understanding = understanding
        self.questions = questions


def load_choices(path: Path) -> Choices:
    """The choices that `save_choices` wrote. Raises InputError where the file is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Choices)
    except OSError as error:
        raise InputError(f"the mapping {path} cannot be read: {error.strerror or error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is no mapping: {error}", "Write one with --save-mapping FILE.") from None


def save_choices(path: Path, choices: Choices) -> None:
    """Write the choices, to be used again for files of the same kind."""
    try:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(choices), indent=2) + b"\n")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from None


def _short(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= 48 else shown[:47] + "…"
