"""A simulated list: exact shares, follow order, nothing that tells the truth."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from zombiescope.records import read
from zombiescope.sources.sample import compact
from zombiescope_training.simulate import files
from zombiescope_training.simulate.accounts import World
from zombiescope_training.simulate.lists import follower_list, labelled_sample
from zombiescope_training.simulate.parameters import EMBASSIES, OBSERVED, POPULATIONS

FOLDER = Path(__file__).parents[3] / "data" / "sample"
BY_NAME = {embassy.name: embassy for embassy in EMBASSIES}


@pytest.fixture(scope="module")
def world() -> World:
    """The shared world of the shipped files."""
    return files.shared_world()


def test_a_list_can_be_remade(world: World) -> None:
    """The same seed gives every row of a shipped list and of its truth again, and the shared sentences."""
    simulated = files.simulate(BY_NAME["japan"], world)
    assert pq.read_table(FOLDER / "sentences.parquet")["text"].to_pylist() == world.sentences
    shipped = pq.read_table(FOLDER / "japan.parquet")
    assert shipped.cast(compact.SCHEMA).equals(simulated.followers)
    assert pq.read_table(FOLDER / "truth" / "japan.parquet").to_pylist() == simulated.truth.to_pylist()


def test_writing_twice_gives_the_same_bytes(world: World, tmp_path: Path) -> None:
    """A file's bytes depend on its rows alone."""
    followers = follower_list(BY_NAME["brazil"], world, np.random.default_rng(1), listed=300)
    for name in ("one", "two"):
        files.write_parquet(followers.followers, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("share", [0.0, 0.345, 0.87, 1.0])
def test_the_share_is_exact(world: World, share: float) -> None:
    """round(share * listed) followers are zombies, at the ends too."""
    embassy = dataclasses.replace(BY_NAME["canada"], zombies=share)
    truth = follower_list(embassy, world, np.random.default_rng(1), listed=401).truth
    assert pc.sum(pc.equal(truth["truth"], "zombie")).as_py() == round(share * 401)
    assert truth.num_rows == 401


def test_each_purchase_is_a_streak_in_follow_order(world: World) -> None:
    """The accounts of a bought block stand together in the list, and were made within a few days of each other."""
    embassy = BY_NAME["brazil"]
    followers = follower_list(
        dataclasses.replace(embassy, zombies=0.3), world, np.random.default_rng(2), listed=1_500
    )
    kind = np.array(followers.truth["kind"].to_pylist())
    places = np.flatnonzero(kind == "aged")
    assert np.ptp(places) < 1.2 * len(places) + 20
    created = followers.followers["created_at"].take(pa.array(places)).drop_null().to_pylist()
    quartiles = np.quantile([(OBSERVED - c) / timedelta(days=1) for c in created], [0.25, 0.75])
    assert quartiles[1] - quartiles[0] < 5


def test_the_oldest_followers_are_old_accounts(world: World) -> None:
    """The list is in follow order, newest first, and who follows exists: behind old followers stand old accounts."""
    followers = follower_list(BY_NAME["israel"], world, np.random.default_rng(3), listed=2_000)
    created = followers.followers["created_at"]
    oldest = created.slice(1_900).drop_null().to_pylist()
    assert max(oldest) < OBSERVED - timedelta(days=500)
    assert max(created.slice(0, 100).drop_null().to_pylist()) > OBSERVED - timedelta(days=100)


def test_rows_do_not_tell_the_truth(world: World) -> None:
    """Out of reach is a bare id; ids and fields in use are the same for zombies and genuine accounts."""
    followers = follower_list(BY_NAME["usa"], world, np.random.default_rng(4), listed=600)
    rows, truths = followers.followers.to_pylist(), followers.truth.to_pylist()
    fields_of: dict[str, set[frozenset[str]]] = {"zombie": set(), "genuine": set()}
    for place, (row, truth) in enumerate(zip(rows, truths, strict=True)):
        assert row["id"] == truth["id"] == f"sim-usa-{599 - place:05d}"
        known = frozenset(name for name, value in row.items() if value is not None)
        if truth["reached"] != "ok":
            assert known == {"platform", "id", "position"}
        elif not row["protected"]:
            fields_of[truth["truth"]].add(known)
    assert fields_of["zombie"] == fields_of["genuine"]


def test_the_labelled_sample_is_balanced_and_named(world: World) -> None:
    """Every kind as often, with its label and its source, in no order of theirs."""
    table = labelled_sample(world, np.random.default_rng(5), each=20, newest=4)
    sources = table["label_source"].to_pylist()
    assert {name: sources.count(name) for name in set(sources)} == {
        f"simulated-{name}": 20 for name in POPULATIONS
    }
    assert table["label"].null_count == 0
    assert sources != sorted(sources)


def test_the_shipped_labelled_sample_reads_without_a_fault(world: World) -> None:
    """labelled.jsonl is first-class input, and what its seed gives."""
    table, refused = read(FOLDER / "labelled.jsonl")
    assert not refused
    assert table.to_pylist() == files.labelled(world).to_pylist()
