"""The files of data/sample: written so that the same seeds give the same bytes (with the pinned numpy and pyarrow)."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zombiescope.records import write
from zombiescope_training.simulate.accounts import World
from zombiescope_training.simulate.embassies import COLUMNS, EMBASSY_ROWS
from zombiescope_training.simulate.forms import Embassy
from zombiescope_training.simulate.lists import SimulatedList, follower_list, labelled_sample
from zombiescope_training.simulate.parameters import (
    EMBASSIES,
    LABELLED_EACH,
    LABELLED_POSTS,
    LABELLED_SEED,
    LIST_SEED,
    OBSERVED,
)

__all__ = ["embassies_csv", "labelled", "shared_world", "simulate", "write_all"]

DICTIONARY = ["platform", "location", "truth", "kind", "reached"]
DICTIONARY += [f"posts.list.element.{name}" for name in ("before", "after", "lang", "source")]
LEVEL = 19  # of zstd
PAGE = 1 << 30  # one page a column: zstd then sees all of it at once


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write the table as one row group of zstd pages, without statistics or the Arrow schema."""
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=LEVEL,
        row_group_size=max(table.num_rows, 1),
        data_page_size=PAGE,
        dictionary_pagesize_limit=PAGE,
        use_dictionary=DICTIONARY,
        write_statistics=False,
        store_schema=False,
    )


def shared_world() -> World:
    """The sentences and stocks that all shipped files are made with."""
    return World(np.random.default_rng(LIST_SEED))


def simulate(embassy: Embassy, world: World) -> SimulatedList:
    """The embassy's shipped list. Each has its own stream of random numbers, so that one can be remade alone."""
    place = [known.name for known in EMBASSIES].index(embassy.name)
    return follower_list(embassy, world, np.random.default_rng([LIST_SEED, place]))


def labelled(world: World) -> pa.Table:
    """The shipped labelled sample, drawn with another seed than the lists."""
    return labelled_sample(
        world, np.random.default_rng(LABELLED_SEED), each=LABELLED_EACH, newest=LABELLED_POSTS
    )


def embassies_csv() -> str:
    """The 47 embassies as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in EMBASSY_ROWS:
        cells = dataclasses.asdict(row)
        writer.writerow(
            [
                str(cell).lower() if isinstance(cell, bool) else cell
                for cell in (cells[name] for name in COLUMNS)
            ]
        )
    return text.getvalue()


def accounts_json() -> str:
    """What the source says of each simulated account."""
    accounts = [
        {
            "name": embassy.name,
            "display_name": embassy.display_name,
            "platform": "weibo",
            "declared": embassy.listed + embassy.hidden,
            "order": "newest-first",
            "observed_at": OBSERVED.isoformat().replace("+00:00", "Z"),
            "created_at": f"{embassy.opened.isoformat()}T00:00:00Z",
        }
        for embassy in EMBASSIES
    ]
    return json.dumps(accounts, indent=2, ensure_ascii=False) + "\n"


def write_all(folder: Path) -> None:
    """Remake everything in data/sample at `folder`."""
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    (folder / "embassies.csv").write_text(embassies_csv(), encoding="utf-8")
    (folder / "accounts.json").write_text(accounts_json(), encoding="utf-8")
    world = shared_world()
    write_parquet(pa.table({"text": world.sentences}), folder / "sentences.parquet")
    unreachable = ["account,id,reason"]
    for embassy in EMBASSIES:
        simulated = simulate(embassy, world)
        write_parquet(simulated.followers, folder / f"{embassy.name}.parquet")
        write_parquet(simulated.truth, folder / "truth" / f"{embassy.name}.parquet")
        gone = simulated.truth.filter(pc.not_equal(simulated.truth["reached"], "ok")).to_pylist()
        unreachable += [f"{embassy.name},{row['id']},{row['reached']}" for row in gone]
    (folder / "unreachable.csv").write_text("\n".join(unreachable) + "\n", encoding="utf-8")
    write(folder / "labelled.jsonl", [labelled(world)])
