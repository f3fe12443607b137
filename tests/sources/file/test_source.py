"""`file:PATH` as an account: the frame keeps a place for whom it cannot read, and the order it is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zombiescope.domain import Follower, Post
from zombiescope.errors import InputError
from zombiescope.records import schema, write
from zombiescope.sources.base import Listing, Source
from zombiescope.sources.file import FileSource


def lines(path: Path, *rows: object) -> Path:
    """A JSONL file; a text row stands as it is."""
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def person(id_: str, **given: object) -> dict[str, object]:
    """A record with a profile."""
    return {"platform": "weibo", "id": id_, "followers_count": 1, **given}


def listed(path: Path, **options: object) -> Listing:
    """The listing of a file."""
    return FileSource(**options).listing(str(path))  # type: ignore[arg-type]


def test_it_is_a_source(tmp_path: Path) -> None:
    """FileSource fills the protocol; the account is named by the file, its platform by the rows."""
    source: Source = FileSource(order="newest-first", declared=10)
    path = lines(tmp_path / "f.jsonl", person("1"), person("2"))
    listing = source.listing(str(path))
    assert (listing.account.ref, listing.account.platform, listing.account.handle) == (
        f"file:{path}",
        "weibo",
        "f.jsonl",
    )
    assert (listing.frame.declared, listing.frame.listed, listing.frame.order) == (10, 2, "newest-first")
    assert listing.frame.complete
    assert not listing.simulated
    assert listed(path).frame.order == "unknown"
    assert listed(path).frame.declared is None


def test_an_unreadable_line_keeps_its_place(tmp_path: Path) -> None:
    """A follower was there: an empty id, skipped as unreadable. A repeated line is no second follower."""
    path = lines(tmp_path / "f.jsonl", "oops", person("1"), person("1"), person("2", bio=3), person("3"), "{")
    listing = listed(path)
    assert listing.rows["id"].to_pylist() == ["", "1", "", "3", ""]
    assert set(listing.rows["platform"].to_pylist()) == {"weibo"}
    assert listing.skipped == {0: "unreadable", 2: "unreadable", 4: "unreadable"}
    assert listing.frame.listed == 5
    assert [refused.where for refused in listing.refused] == [f"f.jsonl line {n}" for n in (1, 3, 4, 6)]
    assert any("4 rows" in warning for warning in listing.frame.warnings)


def test_a_record_of_a_list_alone_has_no_profile(tmp_path: Path) -> None:
    """Platform, id, handle, position and follow date are what any list says: skipped, with the reason."""
    bare = {"platform": "x", "id": "2", "handle": "b", "position": 1, "followed_at": "2020-01-01T00:00:00Z"}
    path = lines(
        tmp_path / "f.jsonl",
        person("1", position=0),
        bare,
        {**bare, "id": "3", "posts_count": 0, "position": 2},
    )
    listing = listed(path)
    assert listing.skipped == {1: "no profile"}
    assert listing.account.platform == "file"


def test_positions_order_the_list(tmp_path: Path) -> None:
    """Rows that all say their position are put in its order, an unreadable one behind the row it followed."""
    path = lines(
        tmp_path / "f.jsonl",
        person("c", position=20),
        "oops",
        person("a", position=0),
        person("b", position=7),
    )
    listing = listed(path)
    assert listing.rows["id"].to_pylist() == ["a", "b", "c", ""]
    assert listing.skipped == {3: "unreadable"}
    part = lines(tmp_path / "g.jsonl", person("c", position=20), person("a"))
    assert listed(part).rows["id"].to_pylist() == ["c", "a"]
    assert "1 of 2 rows say their position: the file's order is kept" in listed(part).frame.warnings


def test_fetch_gives_the_reached_and_their_newest_posts(tmp_path: Path) -> None:
    """Drawn places are reached or skipped; posts are cut to the newest; none fetched is unknown, not
    empty.
    """

    def post(day: int) -> dict[str, object]:
        return {"id": str(day), "created_at": f"2020-01-{day:02}T00:00:00Z"}

    path = lines(
        tmp_path / "f.jsonl",
        person("1", recent_posts=[post(1), post(3), {"id": "undated"}, post(2)]),
        "oops",
        person("2", recent_posts=[]),
        person("3"),
        person("4", recent_posts=[post(5), post(6)]),
    )
    source = FileSource()
    listing = source.listing(str(path))
    fetched = source.fetch(listing, [0, 1, 2, 3, 4], posts=2)
    assert fetched.places.tolist() == [0, 2, 3, 4]
    assert fetched.skipped == {1: "unreadable"}
    assert fetched.rows.schema.equals(schema.SCHEMA)
    ids = [
        None if own is None else [p["id"] for p in own] for own in fetched.rows["recent_posts"].to_pylist()
    ]
    assert ids == [["3", "2"], [], None, ["5", "6"]]
    assert source.fetch(listing, [0, 2], posts=0).rows["recent_posts"].null_count == 2
    assert source.fetch(listing, [1], posts=2).rows.num_rows == 0


def test_a_file_that_breaks_off_is_not_complete(tmp_path: Path) -> None:
    """The frame of a cut-off file says so."""
    path = tmp_path / "f.json"
    path.write_text(f"[{json.dumps(person('1'))}, {json.dumps(person('2'))}")
    listing = listed(path)
    assert listing.frame.listed == 2
    assert not listing.frame.complete
    assert any("breaks off" in warning for warning in listing.frame.warnings)


def test_fields_that_are_not_used_are_named(tmp_path: Path) -> None:
    """A field that the record does not have is told, not dropped in silence."""
    path = lines(tmp_path / "f.jsonl", person("1", folowers=3))
    assert "not used of f.jsonl: folowers" in listed(path).frame.warnings


@pytest.mark.parametrize("name", ["f.csv", "f.parquet", "f.jsonl.gz"])
def test_any_form_is_an_account(tmp_path: Path, name: str) -> None:
    """A list is the same in each form."""
    people = [
        Follower(platform="x", id=str(i), posts_count=i, recent_posts=(Post(text="a"),)) for i in range(5)
    ]
    write(tmp_path / name, [schema.from_followers(people)])
    listing = listed(tmp_path / name)
    assert list(schema.to_followers(listing.rows)) == people


def test_no_such_file(tmp_path: Path) -> None:
    """A path that is none is told as it was given."""
    with pytest.raises(InputError, match="there is no file"):
        listed(tmp_path / "none.jsonl")
