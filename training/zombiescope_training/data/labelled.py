"""A labelled sample: records with labels, as training needs them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zombiescope.errors import TrainingError

__all__ = ["Labelled", "of_table"]


@dataclass(frozen=True)
class Labelled:
    """Labelled followers.

    table: columns of `records.SCHEMA`, every row labelled. zombie: (rows,) True for zombies.
    groups: (rows,) the vendor or study each label comes from. unlabelled: rows left out for want of a label.
    """

    table: pa.Table
    zombie: npt.NDArray[np.bool_]
    groups: npt.NDArray[np.str_]
    unlabelled: int = 0

    @property
    def ids(self) -> list[str]:
        """Platform and id of each row: what an account is told from others by."""
        return [
            f"{p}:{i}"
            for p, i in zip(self.table["platform"].to_pylist(), self.table["id"].to_pylist(), strict=True)
        ]

    @property
    def timeline(self) -> npt.NDArray[np.bool_]:
        """(rows,) True where posts were fetched (an empty timeline counts)."""
        return np.asarray(self.table["recent_posts"].is_valid().to_numpy(), dtype=bool)

    @property
    def vendors(self) -> tuple[str, ...]:
        """The groups that hold zombies."""
        return tuple(np.unique(self.groups[self.zombie]).tolist())

    @property
    def studies(self) -> tuple[str, ...]:
        """The groups that hold genuine accounts."""
        return tuple(np.unique(self.groups[~self.zombie]).tolist())

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> Labelled:
        """Some of its rows, by mask or by index."""
        index = np.flatnonzero(rows) if rows.dtype == bool else rows
        return Labelled(self.table.take(pa.array(index)), self.zombie[index], self.groups[index])


def of_table(table: pa.Table) -> Labelled:
    """The labelled rows of a table; rows without a label are counted and left out.

    A row without label_source belongs to a group named after its class and platform.
    """
    known = table["label"].is_valid()
    labelled = table.filter(known)
    if labelled.num_rows == 0:
        raise TrainingError(
            "no row is labelled", "Give each record a label, zombie or genuine, in the field `label`."
        )
    zombie = np.asarray(pc.equal(labelled["label"], "zombie").to_numpy(), dtype=bool)
    named = labelled["label_source"].to_pylist()
    platforms = labelled["platform"].to_pylist()
    groups = [
        name or f"{platform} {'zombies' if is_zombie else 'genuine'}"
        for name, platform, is_zombie in zip(named, platforms, zombie, strict=True)
    ]
    return Labelled(labelled, zombie, np.array(groups, dtype=np.str_), table.num_rows - labelled.num_rows)
