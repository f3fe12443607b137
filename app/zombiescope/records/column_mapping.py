"""Which column of a file fills which field of the record, by the columns' names: of a known format, of the table of
names in the platforms' languages, or given by hand."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from zombiescope.errors import InputError
from zombiescope.records.formats import FORMATS, GENERIC, RECORD, Alias, Format, Kind, kind_of, squash
from zombiescope.records.schema import SCHEMA

__all__ = ["Mapping", "choose", "known_names", "plain_name", "wrapper"]

# A file of people tells at least one of these; without one it is likely a file of something else.
_TELLING = {"handle", "display_name", "followers_count", "following_count", "posts_count"}
_NAMED_KINDS: dict[str, Kind] = {"has_avatar": "avatar", "has_banner": "url"}
# What programs wrap a profile in; the name after it is the column's own.
_WRAPPERS = frozenset(
    (
        *(
            "user",
            "node",
            "legacy",
            "core",
            "owner",
            "userinfo",
            "profile",
            "account",
            "author",
            "follower",
            "channel",
        ),
        *(
            "attributes",
            "data",
            "result",
            "item",
            "stats",
            "statistics",
            "publicmetrics",
            "metrics",
            "counts",
        ),
    )
)


@dataclass(frozen=True)
class Mapping:
    """The columns that are read (`aliases`, named as the file names them) and those that are not.

    platform: of the rows that name none. constants: fields that have one value in every row, as text. numbered: the
    file has neither ids nor handles, and rows are named by their number. how: field to what decided its column.
    """

    format: Format
    aliases: tuple[Alias, ...]
    unused: tuple[str, ...]
    platform: str | None = None
    constants: tuple[tuple[str, str], ...] = ()
    numbered: bool = False
    how: tuple[tuple[str, str], ...] = ()

    @property
    def strict(self) -> bool:
        """Whether the file is in the follower record's own form, under its own names."""
        return (
            self.format is RECORD
            and not self.constants
            and all(alias.column == alias.field for alias in self.aliases)
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file that are read, each once."""
        names = (name for alias in self.aliases for name in (alias.column, alias.also) if name)
        return tuple(dict.fromkeys(names))

    @property
    def fields(self) -> frozenset[str]:
        """The fields of the record that a column or a constant fills."""
        return frozenset([*(a.field for a in self.aliases), *(field for field, _ in self.constants)])


def choose(
    columns: Sequence[str], *, where: str, overrides: Lookup[str, str] | None = None, tables: bool = False
) -> Mapping:
    """The mapping of a file whose columns are `columns`; `overrides` is field to column and wins. tables: the file is a
    text table, and no platform's download, which are JSON.

    Of the formats whose marking columns are all there, the one of the highest priority is taken, and among equals the
    one that reads the most fields. Fields that it leaves open are looked up in the table of names. Raises InputError
    where an override names a field or a column that is not there, or where the columns are not those of a list of
    people.
    """
    overrides = overrides or {}
    for field, column in overrides.items():
        if field not in SCHEMA.names:
            raise InputError(
                f"--map {field}={column}: the record has no field {field!r}",
                f"Fields: {', '.join(SCHEMA.names)}.",
            )
        if column not in columns:
            raise InputError(
                f"--map {field}={column}: {where} has no column {column!r}", f"Columns: {_some(columns)}."
            )
    there = {plain_name(column): column for column in reversed(columns)}
    candidates = [
        format_
        for format_ in FORMATS
        if _marked(format_, there, len(columns)) and not (tables and format_.at_most)
    ]
    matched = [(format_, _matched(format_, there)) for format_ in candidates]
    format_, aliases = max(
        matched,
        key=lambda pair: (pair[0].priority, len({alias.field for alias in pair[1]})),
        default=(GENERIC, ()),
    )
    by_hand = tuple(Alias(column, field, kind_of(field)) for field, column in overrides.items())
    taken = set(overrides.values())
    aliases = tuple(a for a in aliases if a.field not in overrides and a.column not in taken)
    how = {alias.field: "the format" for alias in aliases} | dict.fromkeys(overrides, "given")
    read = {a.column for a in (*by_hand, *aliases)} | {a.also for a in aliases}
    named = tuple(
        alias
        for alias in _by_name([c for c in columns if c not in read])
        if alias.field not in how and not (format_ is RECORD and alias.field == "platform")
    )
    how |= {alias.field: "its name" for alias in named}
    aliases = (*by_hand, *aliases, *named)
    used = {a.column for a in aliases} | {a.also for a in aliases}
    mapping = Mapping(
        format_, aliases, tuple(c for c in columns if c not in used), format_.platform, how=tuple(how.items())
    )
    fields = mapping.fields
    known = format_ is not GENERIC or "id" in fields or "handle" in fields
    telling = fields & _TELLING or "platform" in fields or format_.platform not in (None, "x")
    if not known and len(fields & {"followers_count", "following_count", "posts_count"}) >= 2:
        known = True  # a table of counts alone can be scored, with its rows named by their number
    if not (known and (telling or format_.priority > 1)):
        raise InputError(
            f"{where}: the columns are of no known kind of follower list: {_some(columns)}",
            "Name them with `zombiescope import ... --map id=COLUMN --map followers_count=COLUMN`.",
        )
    return mapping


def known_names(names: Iterable[str]) -> int:
    """How many fields of the record a program's names fill, by any format or the table of names."""
    there = {plain_name(name): name for name in names}
    best = max((len({a.field for a in _matched(f, there)}) for f in FORMATS), default=0)
    return max(best, len({alias.field for alias in _by_name(there.values())}))


def plain_name(column: str) -> str:
    """A column's name as names are compared: without case, blanks, underscores, hyphens and its byte-order mark."""
    return squash(column.strip().removeprefix("\ufeff"))


@cache
def _names() -> dict[str, tuple[int, str]]:
    """Each name in the table to its rank among the names of its field, and the field."""
    table = tomllib.loads(
        files("zombiescope.records").joinpath("column_names.toml").read_text(encoding="utf-8")
    )
    names: dict[str, tuple[int, str]] = {}
    for field, languages in table.items():
        listed = [name for line in languages.values() for name in line.split("|")]
        for rank, name in enumerate(listed):
            names.setdefault(_bare(name), (rank, field))
    return names


def _bare(name: str) -> str:
    return "".join(c for c in squash(name) if c not in "()[]:#.'’\"")


def _by_name(columns: Iterable[str]) -> list[Alias]:
    """The columns that the table of names knows, the likelier name of a field first."""
    matches: list[tuple[int, int, Alias]] = []
    for order, column in enumerate(columns):
        known = _names().get(_bare(column)) or _names().get(_bare(_unwrapped(column)))
        if known is not None:
            rank, field = known
            kind = _NAMED_KINDS.get(field) or kind_of(field)
            matches.append((rank, order, Alias(column, field, kind)))
    aliases: dict[str, Alias] = {}
    for _, _, alias in sorted(matches, key=lambda entry: entry[:2]):
        aliases.setdefault(alias.field, alias)
    return list(aliases.values())


def _unwrapped(column: str) -> str:
    """A dotted name without the objects that programs wrap a profile in."""
    parts = _parts(column)
    while len(parts) > 1 and squash(parts[0]) in _WRAPPERS:
        parts = parts[1:]
    return ".".join(parts)


def _parts(column: str) -> list[str]:
    """The words of a name: of user.followers, user_followers and userFollowers the same."""
    parts = re.split(r"[._\s]+", column.strip())
    return parts if len(parts) > 1 else re.findall(r"[A-Z]?[^A-Z]+|[A-Z]+(?![^A-Z])", column)


def wrapper(column: str) -> str | None:
    """The name of a profile's value within an object of a user or author, None where it is in none."""
    inner = _unwrapped(column)
    return None if inner == ".".join(_parts(column)) else inner.replace(".", "")


def _marked(format_: Format, there: Lookup[str, str], columns: int) -> bool:
    if format_.at_most is not None and columns > format_.at_most:
        return False
    return all(any(squash(name) in there for name in need.split("|")) for need in format_.needs)


def _matched(format_: Format, there: Lookup[str, str]) -> tuple[Alias, ...]:
    """The columns of a file that a format knows, in the format's order."""
    aliases = []
    for alias in format_.columns:
        column = there.get(squash(alias.column))
        if column is not None:
            also = there.get(squash(alias.also)) if alias.also else None
            aliases.append(replace(alias, column=column, also=also))
    return tuple(aliases)


def _some(columns: Sequence[str]) -> str:
    """The first dozen columns, each cut short."""
    names = [c if len(c) <= 30 else c[:29] + "…" for c in columns[:12]]
    return ", ".join(names) + (f" and {len(columns) - 12} more" if len(columns) > 12 else "")
