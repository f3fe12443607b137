"""Labelled rows for the sample model: lists like the shipped ones, of another seed, each follower's truth told."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from zombiescope.sources.sample import compact
from zombiescope_training.simulate.files import shared_world
from zombiescope_training.simulate.lists import follower_list
from zombiescope_training.simulate.parameters import EMBASSIES

__all__ = ["LISTED", "SEED", "practice"]

SEED = 20180127
LISTED = 1_600  # followers of each list: some 3,000 zombies and 4,400 genuine accounts that can be reached


def practice() -> pa.Table:
    """The reachable followers of five lists, with label and, as label_source, the list (rows of `records.SCHEMA`).

    No row of them is in data/sample: the seed is another. Kinds come in the lists' own proportions, as they would in
    a random sample that somebody labelled.
    """
    world = shared_world()
    tables = []
    for place, embassy in enumerate(EMBASSIES):
        followers = follower_list(embassy, world, np.random.default_rng([SEED, place]), listed=LISTED)
        reached = pa.array([r == "ok" for r in followers.truth["reached"].to_pylist()])
        truth = followers.truth.filter(reached)
        table = compact.followers(followers.followers.filter(reached), pa.array(world.sentences))
        columns = {
            "id": [f"practice-{embassy.name}-{n}" for n in range(table.num_rows)],
            "label": truth["truth"].to_pylist(),
            "label_source": [f"simulated-{embassy.name}"] * table.num_rows,
        }
        for name, values in columns.items():
            column = table.schema.get_field_index(name)
            table = table.set_column(column, table.schema.field(column), pa.array(values))
        tables.append(table)
    return pa.concat_tables(tables).combine_chunks()
