"""CSV files of the published sets as columns of text, and columns of text as records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.errors import InputError
from zombiescope.records import cells, dates
from zombiescope.records.column_mapping import choose
from zombiescope.records.schema import SCHEMA, times

__all__ = ["labelled", "missing", "people", "posts", "replaced", "text", "utc"]


def utc(year: int, month: int, day: int) -> datetime:
    """A midnight UTC."""
    return datetime(year, month, day, tzinfo=UTC)


def text(path: Path, names: Sequence[str] | None = None, *, sep: str = ",") -> dict[str, pa.Array]:
    """A CSV file, gzipped or not, with or without a byte-order mark: column name to (rows,) string, as it
    stands.

    names: the columns of a file without a header.
    """
    try:
        frame = pd.read_csv(
            path,
            sep=sep,
            dtype=str,
            keep_default_na=False,
            encoding="utf-8-sig",
            names=list(names) if names else None,
            header=None if names else 0,
        )
    except FileNotFoundError:
        raise missing(path) from None
    table = pa.Table.from_pandas(frame, preserve_index=False).combine_chunks()
    return {name: table[name].chunk(0).cast(pa.string()) for name in table.column_names}


def missing(path: Path) -> InputError:
    """The error for a set whose file is not there."""
    return InputError(
        f"{path.name} is not in {path.parent}", "Set ZOMBIESCOPE_DATA to the folder of the published sets."
    )


def people(columns: dict[str, pa.Array], *, where: str) -> pa.Table:
    """The records of a set's user file, by the one table of aliases; a set with a cell that does not fit is
    refused."""
    mapping = choose(list(columns), where=where)
    rows = len(next(iter(columns.values())))
    table, bad = cells.fill(columns, mapping, rows)
    if bad:
        raise InputError(
            f"{where} row {bad[0].row + 1}: {bad[0].field}: {bad[0].reason} ({len(bad)} such rows)"
        )
    return table


def posts(columns: dict[str, pa.Array], *, where: str, zone_hours: int = 0) -> dict[str, pa.Array]:
    """The columns of posts with their times read; a date that is none is an error."""
    created, bad = dates.parse(columns["created_at"], zone_hours=zone_hours)
    if bad.any():
        raise InputError(f"{where}: {int(bad.sum())} posts have a date that is none")
    return {**columns, "created_at": created}


def replaced(table: pa.Table, **columns: pa.Array) -> pa.Table:
    """The table with whole columns replaced."""
    for name, values in columns.items():
        table = table.set_column(SCHEMA.get_field_index(name), SCHEMA.field(name), values)
    return table


def labelled(table: pa.Table, label: str | pa.Array, source: str, *, at: datetime | None = None) -> pa.Table:
    """The table with its labels, their source where there is a label, and the date it shows (`at`)."""
    labels = pa.repeat(label, table.num_rows) if isinstance(label, str) else label
    sources = pc.if_else(pc.is_valid(labels), source, None).cast(pa.string())
    table = replaced(table, label=labels, label_source=sources)
    return table if at is None else replaced(table, observed_at=times(at, table.num_rows))
