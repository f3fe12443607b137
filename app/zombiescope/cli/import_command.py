"""`zombiescope import`: any known dump of followers to the follower record, with what was understood of it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zombiescope.cli.file_choices import choices_from, decided, file_options

if TYPE_CHECKING:
    import pyarrow as pa

    from zombiescope.domain import RejectedRow
    from zombiescope.records import Choices

__all__ = ["command"]

_SHOWN = 20


@click.command(name="import")
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.option("--account", metavar="ID", help="Which list of a network dump (a folder) to take.")
@file_options
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    required=True,
    type=click.Path(path_type=Path),
    help="Where to: .jsonl, .csv, .tsv (each also with .gz) or .parquet.",
)
def command(source: Path, account: str | None, target: Path, **options: Any) -> None:
    """Turn a list of followers into follower records, in the list's order.

    INPUT is a table (CSV, TSV, XLSX, ODS, Parquet), JSON of any shape, a graph file (GraphML, GEXF), any of them packed
    (ZIP, gzip, zstandard), or the folder of a network dump. What each column was understood as is shown on stderr, with
    values before and after. Where two readings are possible it asks; in a pipe it stops with the options that decide.
    Rejected rows are listed beside the output, in OUTPUT.rejected.csv.
    """
    save = options["save_mapping"]
    choices = choices_from(options)
    if source.is_dir() and (account is not None or (source / "Edges.csv").is_file()):
        if choices.columns:
            raise click.UsageError("--map is for files; the columns of a network dump are known.")
        tables, rejected = _network(source, account)
    else:
        if account is not None:
            raise click.UsageError(
                f"--account picks one list of a network dump, which is a folder; {source} is none."
            )
        choices = decided(source, choices)
        tables, rejected = _file(source, choices)
    from zombiescope.records import save_choices, write

    rows = write(target, tables)
    if save:
        save_choices(save, choices)
    for one in rejected[:_SHOWN]:
        _say(f"rejected: {one.where}: {one.field + ': ' if one.field else ''}{one.reason}")
    if len(rejected) > _SHOWN:
        _say(f"... and {len(rejected) - _SHOWN} more")
    if rejected:
        _say(f"all rejected rows: {list_rejected(target, rejected)}")
    _say(f"{rows} followers written to {target}, {len(rejected)} rejected")


def _file(source: Path, choices: Choices) -> tuple[Iterator[pa.Table], list[RejectedRow]]:
    """The file's records as they are read, and the list of rejected rows, which fills meanwhile.

    The tables raise InputError at their end where too many rows were rejected, so that nothing is written.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    from zombiescope.records import batches, understand
    from zombiescope.records.rejections import Rejections
    from zombiescope.records.schema import SCHEMA

    rejections = Rejections()

    def tables() -> Iterator[pa.Table]:
        at = SCHEMA.get_field_index("position")
        for batch in batches(source, choices=choices):
            rejections.add(batch)
            # A row that names no position has the place where it stands, so that the gaps of rejected rows are
            # kept.
            position = pc.coalesce(batch.table["position"], pa.array(batch.places, pa.int64()))
            yield batch.table.set_column(at, SCHEMA.field(at), position)
        if rejections.rows and not choices.accept_rejected:
            rejections.check(name=source.name, columns=understand(source, choices).column_of)

    return tables(), rejections.rows


def _network(folder: Path, account: str | None) -> tuple[Iterable[pa.Table], list[RejectedRow]]:
    """One account's list of a network dump."""
    from zombiescope.errors import InputError
    from zombiescope.records import network_dump

    dump = network_dump.opened(folder)
    if account is None:
        longest = ", ".join(f"{who} ({count})" for who, count in dump.lists()[:5])
        raise InputError(
            f"{folder} holds the lists of {len(dump.lists())} accounts",
            f"Name one with --account; those with the most followers: {longest}.",
        )
    table, rejected = network_dump.followers(dump, account)
    for name, plan in dump.plans().items():
        _say(f"{name}:")
        for alias in plan.aliases:
            _say(f"  {alias.column} -> {alias.field}")
    if account in table["id"].to_pylist():
        _say(f"note: {account} is on its own list")
    return [table], rejected


def list_rejected(target: Path, rejected: list[RejectedRow]) -> Path:
    """Write the rejected rows beside the output: where, field and reason with the value."""
    from zombiescope.records.formula_guard import cell

    path = target.with_name(f"{target.name}.rejected.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["where", "field", "reason"])
        writer.writerows([cell(row.where), cell(row.field or ""), cell(row.reason)] for row in rejected)
    return path


def _say(line: str) -> None:
    click.echo(line, err=True)
