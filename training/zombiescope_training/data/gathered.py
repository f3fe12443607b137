"""Labelled records gathered from published sets and files: the inputs of training and of evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.detector.artefact import digest
from zombiescope.domain import RejectedRow
from zombiescope.errors import InputError
from zombiescope.features import INDEX, extract
from zombiescope.records import Choices, read
from zombiescope_training.data import leak_checks, sets
from zombiescope_training.data.labelled import Labelled, of_table
from zombiescope_training.model.recipe import REACTIONS, Recipe

__all__ = ["Inputs", "gather", "gather_beside", "lean", "set_names", "side_by_side"]

UNDATED = datetime(2000, 1, 1, tzinfo=UTC)  # of rows without any date: no age is counted of them
SMALL = 3_000  # rows below which a leaf has to be finer
REACTED = 100  # rows a class with reactions from which they are learnt


@dataclass(frozen=True)
class Inputs:
    """Labelled records from sets and files, merged.

    sources: name, rows of each class and sha256 of each file, for the card. refused: rows that could not be read.
    dropped: rows left out when merging, by reason.
    """

    labelled: Labelled
    sources: tuple[Mapping[str, Any], ...]
    refused: tuple[RejectedRow, ...]
    dropped: Mapping[str, int]

    @cached_property
    def doubts(self) -> tuple[str, ...]:
        """What is doubtful of the sample, one line each."""
        return leak_checks.findings(self.labelled, self.dropped)


def set_names(root: Path) -> list[str]:
    """The published sets that are there."""
    return sets.names(root)


def gather(
    names: Sequence[str], root: Path, *, group: str = "label_source", choices: Choices | None = None
) -> Inputs:
    """Read every input: `set:NAME` under `root`, or a file of labelled records.

    group: the record field that tells vendors and studies apart. choices: how the files are read.
    """
    tables: list[pa.Table] = []
    sources: list[Mapping[str, Any]] = []
    refused: list[RejectedRow] = []
    for name in names:
        if name.startswith("set:"):
            table = sets.load(name, root)
            digests = sets.digest(name, root)
        else:
            table, bad = read(Path(name), choices)
            refused.extend(bad)
            table = _dated(table, name)
            digests = {Path(name).name: digest(Path(name).read_bytes())}
        if group != "label_source":
            table = _grouped(table, group)
        tables.append(table)
        label = table["label"].to_pylist()
        sources.append(
            {
                "name": name if name.startswith("set:") else Path(name).name,
                "zombie": label.count("zombie"),
                "genuine": label.count("genuine"),
                "sha256": digests,
            }
        )
    merged, dropped = sets.merge(tables)
    return Inputs(of_table(merged), tuple(sources), tuple(refused), dropped)


def _dated(table: pa.Table, name: str) -> pa.Table:
    """The table with a date of observation in every row; a row without any date of its own has no age to count.

    Raises InputError where an account's creation or posts are dated and the observation is not.
    """
    undated = pc.is_null(table["observed_at"])
    dated = pc.or_(pc.is_valid(table["created_at"]), pc.is_valid(table["recent_posts"]))
    lost = int(pc.sum(pc.and_(undated, dated)).as_py() or 0)
    if lost:
        raise InputError(
            f"{name}: {lost} rows have dates but no observed_at, so no age can be counted",
            "Give the date of the data with --set observed_at=YYYY-MM-DD.",
        )
    index = table.schema.get_field_index("observed_at")
    field = table.schema.field(index)
    return table.set_column(index, field, pc.fill_null(table["observed_at"], pa.scalar(UNDATED, field.type)))


def gather_beside(names: Sequence[str], root: Path) -> Labelled:
    """Inputs that are only reference groups; a set's parts are of one study: one group of zombies, one of people."""
    parts = [(name, gather([name], root).labelled) for name in names]
    return Labelled(
        pa.concat_tables([one.table for _, one in parts]).combine_chunks(),
        np.concatenate([one.zombie for _, one in parts]),
        np.concatenate([np.full(len(one.zombie), name.removeprefix("set:")) for name, one in parts]),
    )


def _grouped(table: pa.Table, group: str) -> pa.Table:
    if group not in table.column_names:
        raise InputError(f"--group {group}: the records have no such field")
    index = table.schema.get_field_index("label_source")
    return table.set_column(index, table.schema.field(index), table[group].cast(pa.string()))


def lean(recipe: Recipe, labelled: Labelled) -> Recipe:
    """The recipe for this sample: finer leaves where it is small; reactions to posts where both classes have them."""
    reacted = ~np.isnan(extract(labelled.table).matrix[:, INDEX[REACTIONS[0]]])
    if min((reacted & (labelled.zombie == z)).sum() for z in (True, False)) >= REACTED:
        recipe = replace(recipe, exclude=tuple(name for name in recipe.exclude if name not in REACTIONS))
    rows = len(labelled.zombie)
    if rows >= SMALL:
        return recipe
    # A leaf of 80 rows is a fortieth of a small sample's class: let it be as fine as it is on the published sets.
    return replace(recipe, leaf_rows=max(10, recipe.leaf_rows * rows // SMALL))


@contextmanager
def side_by_side(labelled: Labelled) -> Iterator[None]:
    """Within it, boosters of a small sample are trained by threads: to start processes takes longer than these save."""
    from joblib import parallel_config

    with parallel_config(backend="threading") if len(labelled.zombie) < SMALL else nullcontext():
        yield
