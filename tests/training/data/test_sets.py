"""Sets by name: what there is, what a wrong name answers, and how sets are merged."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from zombiescope.domain import Follower
from zombiescope.errors import InputError
from zombiescope.records import schema
from zombiescope_training.data import sets


def follower(id_: str, label: str | None, **given: object) -> Follower:
    """A labelled record."""
    return Follower(platform="x", id=id_, label=label, label_source=label and "study", **given)  # type: ignore[arg-type]


def test_an_unknown_name_answers_with_the_names(tmp_path: Path) -> None:
    """A wrong name is answered with the names there are."""
    with pytest.raises(InputError, match="no set 'cresci-2014'") as caught:
        sets.load("set:cresci-2014", tmp_path)
    assert "cresci-2015/INT" in caught.value.advice
    assert "weibo-fudan-2019" in caught.value.advice


def test_a_set_that_is_not_there_says_which_file(tmp_path: Path) -> None:
    """A set without its files names the first of them and the setting."""
    with pytest.raises(InputError, match=r"UserDetail\.csv") as caught:
        sets.load("weibo-fudan-2019", tmp_path)
    assert "ZOMBIESCOPE_DATA" in caught.value.advice
    assert sets.names(tmp_path) == []


def test_the_digest_is_of_the_files(tmp_path: Path) -> None:
    """A set's digest is the sha256 of each of its files."""
    file = tmp_path / "weibo-fudan-2019" / "UserDetail.csv"
    file.parent.mkdir()
    file.write_bytes(b"some bytes")
    assert sets.digest("weibo-fudan-2019", tmp_path) == {
        "weibo-fudan-2019/UserDetail.csv": hashlib.sha256(b"some bytes").hexdigest()
    }
    assert sets.names(tmp_path) == ["weibo-fudan-2019"]


def test_merging_counts_what_it_leaves_out() -> None:
    """An account labelled both ways is left out whole; a repeated one stands once, the labelled row first."""
    one = schema.from_followers([follower("1", "zombie"), follower("2", "genuine"), follower("3", None)])
    two = schema.from_followers(
        [
            follower("2", "zombie"),
            follower("1", "zombie", handle="again"),
            follower("3", "genuine"),
            follower("4", None),
        ]
    )
    table, dropped = sets.merge([one, two])
    assert table["id"].to_pylist() == ["1", "3", "4"]
    assert table["label"].to_pylist() == ["zombie", "genuine", None]
    assert table["handle"].to_pylist() == [None, None, None]
    assert dropped == {"labelled both ways": 2, "repeated": 2}


def test_the_same_id_on_another_platform_is_another_account() -> None:
    """Ids are the platform's own."""
    one = schema.from_followers([follower("1", "zombie")])
    two = schema.from_followers([Follower(platform="weibo", id="1", label="genuine")])
    table, dropped = sets.merge([one, two])
    assert table.num_rows == 2
    assert dropped == {}
