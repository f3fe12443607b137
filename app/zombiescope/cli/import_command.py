"""`zombiescope import`: any known dump of followers to the follower record, with the mapping that was
chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pyarrow as pa

    from zombiescope.domain import RejectedRow

__all__ = ["command"]

_SHOWN = 20


@click.command(name="import")
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.option("--account", metavar="ID", help="Which list of a network dump (a folder) to take.")
@click.option(
    "--map", "maps", metavar="FIELD=COLUMN", multiple=True, help="Read FIELD of the record from COLUMN."
)
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    required=True,
    type=click.Path(path_type=Path),
    help="Where to: .jsonl, .csv, .tsv (each also with .gz) or .parquet.",
)
def command(source: Path, account: str | None, maps: tuple[str, ...], target: Path) -> None:
    """Turn a dump of followers into follower records, in the list's order.

    INPUT is a file (Twitter v1.1 or v2, Apify, Phantombuster, Twint, Weibo crawlers, follower records; JSON,
    JSONL, CSV, TSV or Parquet) or the folder of a network dump. The columns that were recognised are shown on
    stderr.
    """
    overrides = _overrides(maps)
    if source.is_dir():
        tables, refused = _network(source, account, overrides)
    else:
        if account is not None:
            raise click.UsageError(
                f"--account picks one list of a network dump, which is a folder; {source} is none."
            )
        tables, refused = _file(source, overrides)
    from zombiescope.records import write

    rows = write(target, tables)
    for one in refused[:_SHOWN]:
        _say(f"refused: {one.where}: {one.field + ': ' if one.field else ''}{one.reason}")
    if len(refused) > _SHOWN:
        _say(f"... and {len(refused) - _SHOWN} more")
    _say(f"{rows} followers written to {target}, {len(refused)} refused")


def _file(source: Path, overrides: dict[str, str]) -> tuple[Iterator[pa.Table], list[RejectedRow]]:
    """The file's records as they are read, and the list of refused rows, which fills meanwhile."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from zombiescope.records import Choices, batches, understand
    from zombiescope.records.schema import SCHEMA

    choices = Choices(columns=overrides)
    for line in understand(source, choices).lines():
        _say(line)
    refused: list[RejectedRow] = []

    def tables() -> Iterator[pa.Table]:
        at = SCHEMA.get_field_index("position")
        for batch in batches(source, choices=choices):
            refused.extend(batch.refused)
            # A row that names no position has the place where it stands, so that the gaps of refused rows are
            # kept.
            position = pc.coalesce(batch.table["position"], pa.array(batch.places, pa.int64()))
            yield batch.table.set_column(at, SCHEMA.field(at), position)

    return tables(), refused


def _network(
    folder: Path, account: str | None, overrides: dict[str, str]
) -> tuple[Iterable[pa.Table], list[RejectedRow]]:
    """One account's list of a network dump."""
    from zombiescope.errors import InputError
    from zombiescope.records import network_dump

    if overrides:
        raise click.UsageError("--map is for files; the columns of a network dump are known.")
    dump = network_dump.opened(folder)
    if account is None:
        longest = ", ".join(f"{who} ({count})" for who, count in dump.lists()[:5])
        raise InputError(
            f"{folder} holds the lists of {len(dump.lists())} accounts",
            f"Name one with --account; those with the most followers: {longest}.",
        )
    table, refused = network_dump.followers(dump, account)
    for name, plan in dump.plans().items():
        _say(f"{name}:")
        for alias in plan.aliases:
            _say(f"  {alias.column} -> {alias.field}")
    if account in table["id"].to_pylist():
        _say(f"note: {account} is on its own list")
    return [table], refused


def _overrides(maps: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for given in maps:
        field, equals, column = given.partition("=")
        if not (field and equals and column):
            raise click.BadParameter(f"{given!r} is not FIELD=COLUMN", param_hint="--map")
        found[field] = column
    return found


def _say(line: str) -> None:
    click.echo(line, err=True)
