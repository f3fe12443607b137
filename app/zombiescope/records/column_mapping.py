"""Which column of a file fills which field of the record: chosen by the alias table, corrected by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, replace

from zombiescope.errors import InputError
from zombiescope.records.field_aliases import FORMATS, RECORD, Alias, Format, kind_of, squash
from zombiescope.records.schema import SCHEMA

__all__ = ["Mapping", "choose"]

# A file of people tells at least one of these; without one it is likely a file of something else.
_TELLING = {"handle", "display_name", "followers_count", "following_count", "posts_count"}


@dataclass(frozen=True)
class Mapping:
    """The columns that are read (`aliases`, named as the file names them) and those that are not."""

    format: Format
    aliases: tuple[Alias, ...]
    unused: tuple[str, ...]

    @property
    def strict(self) -> bool:
        """Whether the file is in the follower record's own form, under its own names."""
        return self.format is RECORD and all(alias.column == alias.field for alias in self.aliases)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file that are read, each once."""
        names = (name for alias in self.aliases for name in (alias.column, alias.also) if name)
        return tuple(dict.fromkeys(names))

    def lines(self) -> Iterator[str]:
        """What was chosen, a line a column, for a person to read."""
        yield f"read as: {self.format.name}"
        for alias in self.aliases:
            yield f"  {alias.column}{' + ' + alias.also if alias.also else ''} -> {alias.field}"
        if self.unused:
            yield f"  not used: {', '.join(self.unused)}"


def choose(columns: Sequence[str], *, where: str, overrides: Lookup[str, str] | None = None) -> Mapping:
    """The mapping of a file whose columns are `columns`; `overrides` is field to column and wins.

    The format with the most fields among the columns is taken. Raises InputError where an override names a
    field or a column that is not there, or where no column is known to hold the id.
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
    best = max(
        (_matched(format_, columns) for format_ in FORMATS), key=lambda m: len({a.field for a in m.aliases})
    )
    by_hand = tuple(Alias(column, field, kind_of(field)) for field, column in overrides.items())
    taken = set(overrides.values())
    aliases = (*by_hand, *(a for a in best.aliases if a.field not in overrides and a.column not in taken))
    used = {a.column for a in aliases} | {a.also for a in aliases}
    mapping = replace(best, aliases=aliases, unused=tuple(c for c in columns if c not in used))
    fields = {alias.field for alias in aliases}
    if "id" not in fields or not (fields & _TELLING or "platform" in fields):
        raise InputError(
            f"{where}: the columns are of no known kind of follower list: {_some(columns)}",
            "Name them with `zombiescope import ... --map id=COLUMN --map followers_count=COLUMN`.",
        )
    return mapping


def _matched(format_: Format, columns: Sequence[str]) -> Mapping:
    """The columns of a file that a format knows, in the format's order."""
    there = {squash(column): column for column in reversed(columns)}
    found = []
    for alias in format_.columns:
        column = there.get(squash(alias.column))
        if column is not None:
            found.append(
                replace(alias, column=column, also=there.get(squash(alias.also)) if alias.also else None)
            )
    return Mapping(format_, tuple(found), ())


def _some(columns: Sequence[str]) -> str:
    """The first dozen columns, each cut short."""
    names = [c if len(c) <= 30 else c[:29] + "…" for c in columns[:12]]
    return ", ".join(names) + (f" and {len(columns) - 12} more" if len(columns) > 12 else "")
