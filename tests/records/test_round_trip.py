"""A record written in any form of file and read again is the same record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from examples import examples
from records.strategies import LISTS
from zombiescope.domain import Follower, Post
from zombiescope.errors import InputError
from zombiescope.records import batches, posts, read, schema, write

FORMS = ("f.jsonl", "f.ndjson.gz", "f.csv", "f.csv.gz", "f.tsv", "f.parquet")


@pytest.mark.parametrize("name", FORMS)
@given(followers=LISTS)
@example(followers=[Follower(platform="x", id="-1", bio="", handle="'", recent_posts=())])
@example(followers=[Follower(platform="x", id="1", recent_posts=(Post(), Post(text="=1")))])
@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_record_comes_back_as_it_was(tmp_path: Path, name: str, followers: list[Follower]) -> None:
    """Every form of file gives back the identical records, in their order, with nothing refused."""
    path = tmp_path / name
    assert write(path, [schema.from_followers(followers)]) == len(followers)
    table, refused = read(path)
    assert refused == []
    assert list(schema.to_followers(table)) == followers


@given(followers=LISTS)
@settings(max_examples=examples(30))
def test_the_fast_table_is_the_plain_one(followers: list[Follower]) -> None:
    """The table that readers build field by field equals the one that `records` builds."""
    assert posts.table(followers).equals(schema.from_followers(followers))


@given(followers=LISTS)
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_json_lines_are_those_of_the_records(tmp_path: Path, followers: list[Follower]) -> None:
    """The writer, which goes by columns, writes each record as msgspec does."""
    write(tmp_path / "f.jsonl", [schema.from_followers(followers)])
    plain = b"".join(msgspec.json.encode(follower) + b"\n" for follower in followers)
    assert (tmp_path / "f.jsonl").read_bytes() == plain


@given(
    identity=st.sampled_from(
        ["0E0", "1e5", "00", "1.0", "+1", "-1", " 7", "NaN", "null", "0x1F", "1,5", "@a"]
    )
)
@settings(max_examples=examples(24), suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("name", FORMS)
def test_ids_and_handles_that_look_like_numbers_stay_text(tmp_path: Path, name: str, identity: str) -> None:
    """`0E0` is an id, and comes back as written; so does a handle."""
    followers = [
        Follower(platform="x", id=identity, handle=identity),
        Follower(platform="x", id="2", handle="0E0"),
    ]
    write(tmp_path / name, [schema.from_followers(followers)])
    table, refused = read(tmp_path / name)
    assert refused == []
    assert list(schema.to_followers(table)) == followers


def test_many_tables_become_one_file_read_in_batches(tmp_path: Path) -> None:
    """Tables are written one after the other; batches hold at most the rows asked for and say where they
    begin."""
    people = [Follower(platform="x", id=str(i), followers_count=i) for i in range(250)]
    tables = [schema.from_followers(people[:100]), schema.from_followers(people[100:])]
    for name in FORMS:
        write(tmp_path / name, tables)
        parts = list(batches(tmp_path / name, rows=64))
        assert [batch.table.num_rows for batch in parts] == [64, 64, 64, 58], name
        header = 0 if "json" in name or "parquet" in name else 1
        assert [batch.first for batch in parts] == [1 + header, 65 + header, 129 + header, 193 + header], name
        assert [batch.end for batch in parts] == [64, 128, 192, 250]
        whole = pa.concat_tables([batch.table for batch in parts])
        assert whole["id"].to_pylist() == [p.id for p in people]


@pytest.mark.parametrize("name", FORMS)
def test_equal_tables_give_equal_bytes(tmp_path: Path, name: str) -> None:
    """A file holds no time and no name of its own, so that a second run writes the same bytes."""
    table = schema.from_followers([Follower(platform="x", id="1", bio="hi")])
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    write(tmp_path / "a" / name, [table])
    write(tmp_path / "b" / name, [table])
    assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_no_cell_begins_as_a_formula(tmp_path: Path) -> None:
    """A spreadsheet that opens the CSV meets no cell that begins with = + - @ or a tab."""
    risky = ["=1+1", "+1", "-1", "@x", "\tx", "\rx"]
    people = [Follower(platform="x", id=str(i), bio=text, handle=text) for i, text in enumerate(risky)]
    write(tmp_path / "f.csv", [schema.from_followers(people)])
    cells = (tmp_path / "f.csv").read_text(encoding="utf-8").replace('"', "").replace("\n", ",").split(",")
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t")]


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    """Where a table cannot be made, there is no half file; a name of no form and a folder that is not there
    are told."""

    def fails() -> Iterator[pa.Table]:
        yield schema.from_followers([Follower(platform="x", id="1")])
        raise InputError("the source broke")

    with pytest.raises(InputError, match="the source broke"):
        write(tmp_path / "f.csv", fails())
    with pytest.raises(InputError, match="the name does not tell the form"):
        write(tmp_path / "f.xlsx", [])
    with pytest.raises(InputError, match="cannot be written"):
        write(tmp_path / "none" / "f.csv", [schema.empty()])
    assert list(tmp_path.iterdir()) == []
