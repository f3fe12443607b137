"""Groups of labelled accounts (a vendor's zombies or a study's people), and the faults that users' files have."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.detector.parts import APART, part_of
from zombiescope.features import FIELDS, extract, missing_fields, quiet
from zombiescope_training.data.labelled import Labelled

__all__ = [
    "COUNTS",
    "FAULTS",
    "Fault",
    "Group",
    "SeenGroup",
    "groups_of",
    "pairs",
    "seen_together",
    "thinned",
]

FloatArray = npt.NDArray[np.float64]
Kind = Literal["vendor", "study"]

ROWS = 1_500  # accounts of a group, at most
LEAST = 100  # a smaller group has no tail to speak of
COUNTS = ("followers_count", "following_count", "posts_count")
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Fault:
    """What a file lacks, a date that is wrong, or people unlike those of most studies.

    late: by how much the date of the audit is later than it was. quiet: the list's people are the quiet ones alone.
    """

    name: str
    hidden: frozenset[str] = frozenset()
    late: timedelta = timedelta()
    quiet: bool = False

    @property
    def whole(self) -> bool:
        """Nothing is missing, nothing is wrong."""
        return not self.hidden and not self.late and not self.quiet

    @property
    def counts_known(self) -> bool:
        """All three counts are there."""
        return not self.hidden & set(COUNTS)


FAULTS = (
    Fault("whole"),
    Fault("no posts", frozenset({"recent_posts"})),
    Fault("no follower count", frozenset({"followers_count", "recent_posts"})),
    Fault("no following count", frozenset({"following_count", "recent_posts"})),
    Fault("no post count", frozenset({"posts_count", "recent_posts"})),
    Fault("no creation date", frozenset({"created_at", "recent_posts"})),
    Fault("counts only", frozenset(FIELDS) - set(COUNTS)),
    Fault("a year early", late=-YEAR),
    Fault("a year late", late=YEAR),
    Fault("quiet people", quiet=True),
)


@dataclass(frozen=True)
class SeenGroup:
    """A group as a list shows it: features, ids and, of each account, platform and missing fields."""

    matrix: FloatArray
    ids: tuple[str, ...]
    patterns: tuple[tuple[str, frozenset[str]], ...]

    def quiet_alone(self) -> SeenGroup:
        """Its quiet accounts."""
        rows = np.flatnonzero(quiet(self.matrix))
        return SeenGroup(
            self.matrix[rows], tuple(self.ids[k] for k in rows), tuple(self.patterns[k] for k in rows)
        )


@dataclass(frozen=True)
class Group:
    """A vendor's zombies or a study's people. table: at most `ROWS` of them, columns of `records.SCHEMA`."""

    name: str
    kind: Kind
    table: pa.Table
    _seen: dict[tuple[str, frozenset[str], timedelta], SeenGroup] = field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def platform(self) -> str:
        """The platform of most of its accounts."""
        names, counts = np.unique(self.table["platform"].to_pylist(), return_counts=True)
        return str(names[np.argmax(counts)])

    @cached_property
    def missing(self) -> frozenset[str]:
        """Record fields that none of its accounts has."""
        return frozenset.intersection(*missing_fields(self.table))

    def as_seen(self, platform: str, hidden: frozenset[str], late: timedelta) -> SeenGroup:
        """The group in a list of a platform, with fields hidden and the date of the audit moved."""
        key = (platform, hidden, late)
        if key not in self._seen:
            table = _observed(_hidden(_on(self.table, platform), hidden), late)
            patterns = zip(table["platform"].to_pylist(), missing_fields(table), strict=True)
            self._seen[key] = SeenGroup(
                extract(table).matrix, tuple(table["id"].to_pylist()), tuple(patterns)
            )
        return self._seen[key]


def groups_of(labelled: Labelled, rows: int = ROWS, least: int = LEAST) -> tuple[Group, ...]:
    """The vendors, then the studies of a sample that are large enough, at most `rows` accounts of each."""
    sides: tuple[tuple[Kind, Sequence[str]], ...] = (
        ("vendor", labelled.vendors),
        ("study", labelled.studies),
    )
    groups = []
    for kind, names in sides:
        for name in names:
            mine = np.flatnonzero((labelled.groups == name) & (labelled.zombie == (kind == "vendor")))
            if len(mine) >= least:
                some = np.sort(np.random.default_rng(1).permutation(mine)[:rows])
                groups.append(Group(name, kind, labelled.table.take(pa.array(some)).combine_chunks()))
    return tuple(groups)


def thinned(labelled: Labelled, rows: int) -> Labelled:
    """A sample with at most so many accounts of each vendor and study, for trainings that are many."""
    order = np.random.default_rng(2).permutation(len(labelled.zombie))
    key = np.char.add(labelled.groups[order], np.where(labelled.zombie[order], "+", "-"))
    _, which = np.unique(key, return_inverse=True)
    along = np.argsort(which, kind="stable")
    turn = np.arange(len(order)) - np.searchsorted(which[along], which[along], side="left")
    return labelled.take(np.sort(order[along[turn < rows]]))


def pairs(groups: Collection[Group]) -> Iterator[tuple[Group, Group]]:
    """Each vendor with each study that may stand in one list: a platform with a part of its own stays by itself."""
    for vendor in groups:
        for study in groups:
            home = [part_of(one.platform, APART) for one in (vendor, study)]
            if (vendor.kind, study.kind) == ("vendor", "study") and home[0] == home[1]:
                yield vendor, study


def seen_together(vendor: Group, study: Group, fault: Fault) -> tuple[SeenGroup, SeenGroup]:
    """Both groups as one list shows them: on the study's platform, without the fields that either lacks."""
    hidden = fault.hidden | vendor.missing | study.missing
    return vendor.as_seen(study.platform, hidden, fault.late), study.as_seen(
        study.platform, hidden, fault.late
    )


def _on(table: pa.Table, platform: str) -> pa.Table:
    return _column(table, "platform", pa.array([platform] * table.num_rows))


def _hidden(table: pa.Table, fields: frozenset[str]) -> pa.Table:
    for name in fields:
        table = _column(table, name, pa.nulls(table.num_rows, table.schema.field(name).type))
    return table


def _observed(table: pa.Table, late: timedelta) -> pa.Table:
    moved = pc.add(table["observed_at"], pa.scalar(late, pa.duration("us")))
    return _column(table, "observed_at", moved)


def _column(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    index = table.schema.get_field_index(name)
    return table.set_column(index, table.schema.field(index), values.cast(table.schema.field(index).type))
