"""What is known of a simulated list: for the demo and the tests; no audit reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Truth", "truth_of"]


@dataclass(frozen=True)
class Truth:
    """The known truth of a list.

    share: zombies among all listed. reached: zombies among those whose profile can be reached. kinds: how many of
    each vendor and genuine kind are listed.
    """

    listed: int
    zombies: int
    reachable: int
    zombies_reachable: int
    kinds: Mapping[str, int]

    @property
    def share(self) -> float:
        """Share of zombies among all listed."""
        return self.zombies / self.listed

    @property
    def reached(self) -> float:
        """Share of zombies among those whose profile can be reached."""
        return self.zombies_reachable / self.reachable


def truth_of(table: pa.Table) -> Truth:
    """The truth of a table with the columns id, truth, kind and reached, one row a follower."""
    zombie = pc.equal(table["truth"], "zombie")
    ok = pc.equal(table["reached"], "ok")
    kinds = {row["values"]: row["counts"] for row in pc.value_counts(table["kind"]).to_pylist()}
    return Truth(
        listed=table.num_rows,
        zombies=pc.sum(zombie).as_py(),
        reachable=pc.sum(ok).as_py(),
        zombies_reachable=pc.sum(pc.and_(zombie, ok)).as_py(),
        kinds=dict(sorted(kinds.items())),
    )
