"""Bad input: every row is read or refused with its line, its field and a reason; never a traceback."""

from __future__ import annotations

import gzip
import json
import sqlite3
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from examples import examples
from zombiescope.domain import RejectedRow
from zombiescope.errors import InputError
from zombiescope.records import batches, read

GOOD = '{"platform": "x", "id": "good", "followers_count": 1}'


def record(**given: object) -> str:
    """A line of JSON."""
    return json.dumps({"platform": "x", "id": "1", **given})


def refused(path: Path) -> list[tuple[str, str | None, str]]:
    """What was refused of a file whose good rows are all `good`."""
    table, rejected = read(path)
    assert set(table["id"].to_pylist()) == {"good"}
    return [(r.where, r.field, r.reason) for r in rejected]


@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        ("not json", None, "is not JSON"),
        ('{"platform": "x", "id": "1"', None, "is not JSON"),
        ('"text"', None, "'text', not a record"),
        ("[1]", None, "a list, not a record"),
        (record(followers_count="12"), "followers_count", "'12', not a whole number"),
        (record(followers_count="many"), "followers_count", "'many', not a whole number"),
        (record(followers_count=-3), "followers_count", "-3 is negative"),
        (record(following_count=2.5), "following_count", "2.5 is no whole number"),
        (record(posts_count=1e300), "posts_count", "too large"),
        (record(posts_count=2**60), "posts_count", "too large"),
        (record(position=True), "position", "true, not a whole number"),
        (record(created_at="soon"), "created_at", "'soon' is no date"),
        (record(created_at="2013-02-30"), "created_at", "is no date"),
        (record(created_at=[]), "created_at", "a list, not a date"),
        (record(followed_at=""), "followed_at", "is no date"),
        (record(observed_at="0001-01-01T00:00:00+08:00"), "observed_at", "beyond the years"),
        (record(verified="yes"), "verified", "'yes', not true or false"),
        (record(bio=5), "bio", "5, not text"),
        (record(label="maybe"), "label", "'maybe' is neither zombie nor genuine"),
        (record(recent_posts="none"), "recent_posts", "'none', not a list of posts"),
        (
            record(recent_posts=[{"text": "a"}, {"created_at": "x"}]),
            "recent_posts[1].created_at",
            "'x' is no date",
        ),
        (record(recent_posts=[3]), "recent_posts[0]", "3, not a post"),
        ('{"platform": "x", "followers_count": 3}', "id", "is missing"),
        ('{"platform": "x", "id": null}', "id", "is missing"),
        (record(id=""), "id", "is missing"),
        (record(id="  "), "id", "is missing"),
        (record(id=1.5), "id", "1.5 is a rounded number"),
        (record(id=True), "id", "true, not text"),
        ('{"id": "1"}', "platform", "is missing"),
        (record(id="good"), "id", "'good' is there twice"),
        ('{"platform": "x", "id": "\\ud800"}', None, "is not JSON"),
        ('{"platform": "x", "id": "1", "more": ' + "[" * 5000, None, "is nested too deeply"),
    ],
)
def test_a_bad_line_is_refused_by_name(tmp_path: Path, line: str, field: str | None, reason: str) -> None:
    """The line, the field and the reason are told; the good lines around it are read."""
    path = tmp_path / "followers.jsonl"
    path.write_text(f"{GOOD}\n\n{line}\n", encoding="utf-8")
    (row,) = refused(path)
    assert row[:2] == ("followers.jsonl line 3", field)
    assert reason in row[2]


@pytest.mark.parametrize(
    ("cells", "field", "reason"),
    [
        ("1,many,,", "followers_count", "'many' is no whole number"),
        ("1,-3,,", "followers_count", "'-3' is negative"),
        ("1,2.5,,", "followers_count", "'2.5' is no whole number"),
        ("1,99999999999999999999,,", "followers_count", "is too large"),
        ("1,,soon,", "created_at", "'soon' is no date"),
        ("1,,2/3/2015,", "created_at", "is no date"),
        (",3,,", "id", "is missing"),
        ("good,3,,", "id", "'good' is there twice"),
        ("1.23E+17,3,,", "id", "was rounded by a spreadsheet"),
        ("1,3", None, "has 3 cells where the header has 5"),
        ("1,3,,,,more", None, "has 7 cells where the header has 5"),
        ("1,,,[{]", "recent_posts", "is not JSON"),
        ('1,,,"[{""created_at"": 5.5}]"', "recent_posts", "recent_posts[0].created_at: is 5.5, not a date"),
    ],
)
def test_a_bad_csv_row_is_refused_by_name(tmp_path: Path, cells: str, field: str | None, reason: str) -> None:
    """As for JSON, by the line on which the row begins."""
    path = tmp_path / "followers.csv"
    path.write_text(
        f"platform,id,followers_count,created_at,recent_posts\nx,good,1,,\nx,{cells}\n", encoding="utf-8"
    )
    (row,) = refused(path)
    assert row[:2] == ("followers.csv line 3", field)
    assert reason in row[2]


def test_csv_rows_over_several_lines_keep_count(tmp_path: Path) -> None:
    """A quoted line break does not shift the lines that are told, and an open quote tells from where to
    where."""
    path = tmp_path / "f.csv"
    path.write_text(
        'platform,id,bio,followers_count\nx,good,"a\nb",1\nx,2,"c\nd",x\nx,3,"e\nf', encoding="utf-8"
    )
    assert [(r[0], r[2]) for r in refused(path)] == [
        ("f.csv lines 4-5", "'x' is no whole number"),
        ("f.csv lines 6-7", "a quote is opened and not closed"),
    ]


@pytest.mark.parametrize("name", ["f.jsonl", "f.csv"])
def test_invalid_utf8_is_refused(tmp_path: Path, name: str) -> None:
    """A line in another encoding is refused, the others are read."""
    path = tmp_path / name
    if name == "f.csv":
        path.write_bytes(b"platform,id,bio\nx,good,a\nx,2,\xff\xfe\n")
    else:
        path.write_bytes(GOOD.encode() + b'\n{"platform": "x", "id": "2", "bio": "\xff"}\n')
    (row,) = refused(path)
    assert "is not UTF-8" in row[2]


@pytest.mark.parametrize("name", ["f.jsonl", "f.csv", "f.json"])
def test_a_truncated_gzip_tells_where_it_breaks(tmp_path: Path, name: str) -> None:
    """What was read stands; that the rest is lost is told, and the list is not complete."""
    if name == "f.csv":
        content = "platform,id\n" + "".join(f"x,{i}\n" for i in range(20_000))
    elif name == "f.jsonl":
        content = "".join(record(id=str(i)) + "\n" for i in range(20_000))
    else:
        content = "[" + ",".join(record(id=str(i)) for i in range(20_000)) + "]"
    path = tmp_path / (name + ".gz")
    packed = gzip.compress(content.encode())
    path.write_bytes(packed[: len(packed) // 2])
    parts = list(batches(path))
    assert 1000 < sum(batch.table.num_rows for batch in parts) < 20_000
    assert parts[-1].torn
    assert "breaks off here" in parts[-1].refused[-1].reason


@pytest.mark.parametrize(
    ("name", "size"), [("f.jsonl", 2 * 2**30), ("f.csv", 40 * 2**20), ("f.json", 40 * 2**20)]
)
def test_a_line_of_two_gigabytes_is_never_held(tmp_path: Path, name: str, size: int) -> None:
    """A line of 2 GB is passed over with its number, in less than 200 MB; what follows it is read."""
    path = tmp_path / name
    with path.open("wb") as file:
        if name == "f.csv":
            file.write(b"platform,id,bio\nx,good,\nx,2,")
        else:
            file.write(GOOD.encode() + b'\n{"platform": "x", "id": "2", "bio": "')
        file.seek(size, 1)  # a hole: zeros that take no space on the disk
        file.write(b"\nx,3,\n" if name == "f.csv" else b'"}\n' + record(id="3").encode() + b"\n")
    tracemalloc.start()
    try:
        table, rejected = read(path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    line = 3 if name == "f.csv" else 2
    assert rejected == [RejectedRow(f"{name} line {line}", None, "the line is longer than 32 MB")]
    assert table["id"].to_pylist() == ["good", "3"]
    assert most < 200 * 2**20


def _sqlite(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("create table t (a)")
    connection.commit()
    connection.close()


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "b")


@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        ("f.jsonl", lambda p: p.write_bytes(b""), "is empty"),
        ("f.jsonl.gz", lambda p: p.write_bytes(gzip.compress(b"")), "is empty"),
        ("f.jsonl.gz", lambda p: p.write_bytes(b"\x1f\x8b"), "damaged from its first byte"),
        ("f.json", lambda p: p.write_text("[]"), "holds no follower"),
        ("f.jsonl", lambda p: p.write_text("\n\n"), "holds no follower"),
        ("f.csv", lambda p: p.write_text("platform,id\n"), "holds no follower"),
        ("f.jsonl", lambda p: p.write_text("{\n{\n"), r"\(2 refused; f.jsonl line 1: is not JSON"),
        ("f.csv", lambda p: p.write_text("platform,id\nx,\n"), r"\(1 refused; f.csv line 2: id: is missing"),
        (
            "f.csv",
            lambda p: p.write_text("apples,pears\n1,2\n"),
            "no known kind of follower list: apples, pears",
        ),
        ("f.json", lambda p: p.write_text('{"apples": 1}'), "no known kind of follower list: apples"),
        ("f.csv", lambda p: p.write_bytes(b"\x00\x01\x02\x03" * 50), "is no text file"),
        ("f.xlsx", _zip, "a ZIP archive without a file that can be read"),
        ("f.db", _sqlite, "a SQLite database"),
        ("f", lambda p: p.mkdir(), "is a folder"),
        ("none.csv", lambda p: None, "there is no file"),
        ("f.parquet", lambda p: p.write_bytes(b"PAR1 and then nothing"), "no Parquet file that can be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(
    tmp_path: Path, name: str, make: Callable[..., Any], message: str
) -> None:
    """A file of no use is one error of one line, with advice."""
    path = tmp_path / name
    make(path)
    with pytest.raises(InputError, match=message) as caught:
        read(path)
    assert "\n" not in caught.value.what
    assert caught.value.advice


def test_a_damaged_array_tells_what_is_lost(tmp_path: Path) -> None:
    """In an array, what follows a fault cannot be told apart: it is said to be lost, not dropped in
    silence."""
    path = tmp_path / "f.json"
    path.write_text(f"[\n{GOOD},\n{record(id='2')},,, oops {record(id='3')}]", encoding="utf-8")
    table, rejected = read(path)
    assert table["id"].to_pylist() == ["good", "2"]
    assert [(r.where, "what follows is lost" in r.reason) for r in rejected] == [
        ("f.json line 3 item 3", True)
    ]


def test_parquet_names_the_column_that_does_not_fit(tmp_path: Path) -> None:
    """A column of the wrong type is named; a bad row is refused by its number; loose types are read."""
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"platform": ["x"], "id": ["1"], "followers_count": ["many"]}), path)
    with pytest.raises(InputError, match="the column followers_count does not fit: string"):
        read(path)
    table = {
        "platform": pa.array(["x"] * 5).dictionary_encode(),
        "id": pa.array([1, 2, None, 2, 5]),
        "followers_count": pa.array([1.0, float("nan"), 3, 4, -5]),
        "created_at": pa.array([0, 1, 2, 3, 4], pa.timestamp("ns")),
    }
    pq.write_table(pa.table(table), path)
    good, rejected = read(path)
    assert good["id"].to_pylist() == ["1", "2"]
    assert good["followers_count"].to_pylist() == [1, None]
    assert [(r.where, r.field) for r in rejected] == [
        ("f.parquet row 3", "id"),
        ("f.parquet row 4", "id"),
        ("f.parquet row 5", "followers_count"),
    ]


@given(st.binary(max_size=300), st.sampled_from(["f.jsonl", "f.json", "f.csv", "f.tsv", "f.parquet", "f"]))
@example(b'{"platform":"x","id":"1"}\n{"platform":"x","id":"1","a":', "f.json")
@example(b"id,platform\r1,x\r", "f.csv")
@example(b'"', "f.csv")
@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_make_a_traceback(tmp_path: Path, content: bytes, name: str) -> None:
    """Whatever a file holds, it is read or refused as InputError."""
    path = tmp_path / name
    for prefix in (b"", b"\x1f\x8b\x08\x00", b'{"platform":"x","id":"1"}\n', b"platform,id,bio\nx,1,a\n"):
        path.write_bytes(prefix + content)
        message = ""
        try:
            read(path)
        except InputError as error:
            message = error.what
        assert "\n" not in message


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["id", "text", "created_at", "user", "data"]), inner)
        ),
        max_leaves=5,
    ),
    st.sampled_from(
        [
            "id",
            "followers_count",
            "created_at",
            "recent_posts",
            "verified",
            "bio",
            "label",
            "user",
            "data",
            "weibo",
        ]
    ),
)
@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_value_makes_a_traceback(tmp_path: Path, value: object, field: str) -> None:
    """Whatever stands in a field, the row is read or refused, as a record and as another program's object."""
    path = tmp_path / "f.jsonl"
    for row in (
        {"platform": "x", "id": "1"},
        {"id": "1", "screen_name": "a", "followers_count": 1, "user": {"id": 1}},
    ):
        path.write_text(json.dumps({**row, field: value}) + "\n" + json.dumps(row) + "\n")
        outcome = "", 1
        try:
            table, rejected = read(path)
            outcome = "", table.num_rows + len(rejected)
        except InputError as error:
            outcome = error.what, 1
        assert "\n" not in outcome[0]
        assert outcome[1] >= 1
