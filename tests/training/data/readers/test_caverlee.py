"""Caverlee 2011: lengths are not names, and the ids of both classes are of neither."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from zombiescope_training.data import sets

COLUMNS = [
    "UserID",
    "CreatedAt",
    "CollectedAt",
    "NumerOfFollowings",
    "NumberOfFollowers",
    "NumberOfTweets",
    "LengthOfScreenName",
    "LengthOfDescriptionInUserProfile",
]


@pytest.fixture
def folder(tmp_path: Path, write: Callable[..., Any]) -> Path:
    """Two polluters, of whom one is in the other class too, and two legitimate users."""

    def row(id_: int, day: str) -> list[object]:
        return [id_, "2006-09-18 01:07:50", f"{day} 20:38:25", 3, 4, 5, 8, 0]

    write("caverlee-2011/content_polluters.csv.gz", [COLUMNS, row(1, "2010-01-17"), row(2, "2010-01-18")])
    write("caverlee-2011/legitimate_users.csv.gz", [COLUMNS, row(2, "2009-11-20"), row(3, "2009-11-21")])
    tweets = [
        ["user_id", "time", "tweet"],
        [1, "2009-12-28 11:24:44", "Hello"],
        [1, "2009-12-29 11:24:44", "@a hi"],
    ]
    write("caverlee-2011/tweets_polluter_max5.csv.gz", tweets)
    write("caverlee-2011/tweets_legit_max5.csv.gz", [["user_id", "time", "tweet"]])
    return tmp_path


def test_the_record_holds_no_length(folder: Path) -> None:
    """No handle or bio is made up from its length; counts and dates are the set's."""
    table = sets.load("caverlee-2011/content_polluters", folder)
    assert table["handle"].null_count == table["bio"].null_count == 2
    assert table["observed_at"].to_pylist()[0] == datetime(2010, 1, 17, 20, 38, 25, tzinfo=UTC)
    assert (
        table["following_count"][0].as_py(),
        table["followers_count"][0].as_py(),
        table["posts_count"][0].as_py(),
    ) == (
        3,
        4,
        5,
    )


def test_posts_are_newest_first_and_an_account_without_any_has_none(folder: Path) -> None:
    """At most five posts of each account lie beside, without ids."""
    lists = sets.load("caverlee-2011/content_polluters", folder)["recent_posts"].to_pylist()
    assert [[post["text"] for post in posts] for posts in lists] == [["@a hi", "Hello"], []]
    assert lists[0][0]["is_reply"] is True
    assert lists[0][0]["id"] is None


def test_an_id_of_both_classes_is_left_out(folder: Path) -> None:
    """The whole set leaves out who is in both classes, and counts both rows."""
    dataset = sets.loaded("caverlee-2011", folder)
    assert dataset.table["id"].to_pylist() == ["1", "3"]
    assert dataset.dropped == {"labelled both ways": 2}


@pytest.mark.realdata
def test_the_real_counts(data: Path) -> None:
    """22,223 polluters and 19,276 legitimate users, less the 44 ids of both classes."""
    dataset = sets.loaded("caverlee-2011", data)
    assert Counter(dataset.table["label"].to_pylist()) == {"zombie": 22_223 - 44, "genuine": 19_276 - 44}
    assert dataset.dropped == {"labelled both ways": 88}
