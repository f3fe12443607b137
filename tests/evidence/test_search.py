"""`find`: everything together, on the whole list and on a sample, in either order."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from evidence.lists import END, make, table
from zombiescope.domain import Evidence, Order
from zombiescope.evidence import Findings, find, searched
from zombiescope.records import schema

NOW = datetime.fromtimestamp(END / 1e6, UTC)
PLANTED = make(
    3_000, np.random.default_rng(8), blocks=2, sizes=(200, 400), purity=(0.95, 1.0), bands=(5.0, 20.0)
)


def look(rows: pa.Table, places: np.ndarray, order: Order, **given: object) -> Findings:
    asked = {
        "listed": len(PLANTED.created),
        "scores": None,
        "rng": np.random.default_rng(0),
        "as_of": NOW,
        **given,
    }
    return find(rows, places, order=order, **asked)  # type: ignore[arg-type]


def test_both_orders_tell_the_same_blocks() -> None:
    """A list told newest first is the same list: positions are mirrored, nothing else changes."""
    rows, size = table(PLANTED), len(PLANTED.created)
    old = look(rows, np.arange(size), "oldest-first").evidence
    new = look(rows.take(pa.array(np.arange(size)[::-1])), np.arange(size), "newest-first").evidence
    runs = [(b.from_, b.to, b.followers) for b in (*old.blocks, *old.sign_ups)]
    mirrored = [(size - 1 - b.to, size - 1 - b.from_, b.followers) for b in (*new.blocks, *new.sign_ups)]
    assert len(runs) == 2
    assert sorted(runs) == sorted(mirrored)
    assert old.basis == new.basis == "list"
    assert old.examined == old.dated == size


def test_members_share_what_sets_them_apart() -> None:
    """The batch never posted and has handles of one form; the report is told so, with the others' part "
    "beside it."""
    evidence = look(
        table(PLANTED), np.arange(len(PLANTED.created)), "oldest-first", scores=PLANTED.scores
    ).evidence
    names = {trait.name for block in (*evidence.blocks, *evidence.sign_ups) for trait in block.traits}
    assert names == {"never posted", "a handle of the form Word Word 4 digits", "a score of .5 or more"}


def test_a_sample_says_that_it_is_one() -> None:
    """Fewer rows than the list has are a sample, and places are those of the list."""
    rows = np.sort(np.random.default_rng(1).choice(len(PLANTED.created), 800, replace=False))
    evidence = look(table(PLANTED, rows), rows, "oldest-first", scores=PLANTED.scores[rows])
    assert evidence.evidence.basis == "sample"
    assert evidence.place.tolist() == rows.tolist()
    for block in (*evidence.evidence.blocks, *evidence.evidence.sign_ups):
        assert block.from_ in rows
        assert block.examined == ((rows >= block.from_) & (rows <= block.to)).sum()


def test_an_unknown_order_tells_no_follow_dates() -> None:
    """Which end is old is not guessed."""
    evidence = look(table(PLANTED), np.arange(len(PLANTED.created)), "unknown").evidence
    assert evidence.follow_dates is None


def test_accounts_from_the_future_have_no_known_date() -> None:
    """A creation date after the audit is no date; it moves no bound."""
    rows = table(PLANTED)
    forged = PLANTED.created.copy()
    forged[5] = END + 10**12
    column = pa.array(forged).cast(pa.timestamp("us", "UTC"))
    rows = rows.set_column(rows.schema.get_field_index("created_at"), "created_at", column)
    evidence = look(rows, np.arange(len(forged)), "oldest-first")
    assert evidence.evidence.dated == len(forged) - 1
    assert (evidence.earliest <= END).all()


@pytest.mark.parametrize("order", ["newest-first", "oldest-first", "unknown"])
def test_nobody_and_nothing_known(order: Order) -> None:
    """An empty list and one of bare ids give empty evidence, in a form that encodes."""
    for rows in (schema.empty(), schema.SCHEMA.empty_table()):
        evidence = look(rows, np.arange(0), order).evidence
        assert evidence.blocks == ()
        assert evidence.clock is None
    bare = pa.Table.from_pylist([{"platform": "x", "id": str(i)} for i in range(300)], schema=schema.SCHEMA)
    of_bare_rows = look(bare, np.arange(300), order, listed=300).evidence
    assert of_bare_rows.families == ()
    assert msgspec.json.decode(msgspec.json.encode(of_bare_rows), type=Evidence) == of_bare_rows


def test_the_whole_list_is_searched_where_it_tells_creation_dates() -> None:
    """What was fetched stands in for its rows; without dates in the list the sample is all there is."""
    rows = table(PLANTED)
    places = np.array([3, 10])
    fetched = rows.take(pa.array(places)).set_column(
        rows.schema.get_field_index("handle"), "handle", pa.array(["fetched", "fetched"])
    )
    some = np.array([0.25, 0.75])
    whole, at, scores = searched(rows, fetched, places, some)
    assert whole.num_rows == len(at) == rows.num_rows
    assert whole["handle"].to_pylist()[10] == "fetched"
    assert scores[10] == 0.75
    assert np.isnan(scores[4])
    dateless = rows.set_column(
        rows.schema.get_field_index("created_at"),
        "created_at",
        pa.nulls(rows.num_rows, pa.timestamp("us", "UTC")),
    )
    assert searched(dateless, fetched, places, some)[0] is fetched


def test_the_followers_platform_names_its_waves() -> None:
    """The same creation dates are a named wave of Bluesky, and a spike of its own where no figures are known."""
    rng = np.random.default_rng(6)
    now = datetime(2025, 6, 1, tzinfo=UTC)
    base, wave = (int(datetime(2024, m, 6, tzinfo=UTC).timestamp() * 1e6) for m in (1, 11))
    day = 86_400_000_000
    born = np.concatenate((base + rng.integers(0, 500 * day, 2_000), wave + rng.integers(0, 28 * day, 500)))
    for platform, named in (("bluesky", True), ("x", False)):
        rows = table(PLANTED, np.arange(len(born)))
        columns = {
            "platform": pa.repeat(platform, len(born)),
            "created_at": pa.array(born).cast(pa.timestamp("us", "UTC")),
        }
        for name, column in columns.items():
            at = rows.schema.get_field_index(name)
            rows = rows.set_column(at, rows.schema.field(at), column.cast(rows.schema.field(at).type))
        evidence = look(rows, np.arange(len(born)), "unknown", listed=len(born), as_of=now).evidence
        assert evidence.spikes
        assert (evidence.spikes[0].wave is not None) == named
        assert (evidence.cohorts is not None) == named
