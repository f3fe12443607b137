"""Cresci 2015 and 2017: the traps of their files, on files made here, and the counts of the real ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from zombiescope.errors import InputError
from zombiescope.records.schema import SCHEMA
from zombiescope_training.data import sets

USERS = [
    "id",
    "name",
    "screen_name",
    "statuses_count",
    "followers_count",
    "friends_count",
    "favourites_count",
    "listed_count",
    "created_at",
    "url",
    "lang",
    "location",
    "default_profile_image",
    "profile_image_url",
    "profile_banner_url",
    "protected",
    "verified",
    "description",
    "updated",
]


def user(**given: object) -> list[object]:
    """A row of users.csv."""
    row: dict[str, object] = {
        "id": "11",
        "name": "Ann Example",
        "screen_name": "annexample",
        "statuses_count": 3,
        "followers_count": 5,
        "friends_count": 7,
        "favourites_count": 0,
        "listed_count": 1,
        "created_at": "Fri Apr 06 10:58:22 +0000 2007",
        "profile_image_url": "http://example.org/p.png",
        "profile_banner_url": "NULL",
        "updated": "2/14/2015 10:54",
        **given,
    }
    return [row.get(column, "") for column in USERS]


@pytest.fixture
def folder(tmp_path: Path, write: Callable[..., Any]) -> Path:
    """INT with three accounts and posts for two."""
    people = [
        user(id="11"),
        user(
            id="12",
            profile_banner_url="http://example.org/b",
            default_profile_image="1",
            description="Hi",
            url="u",
        ),
        user(id="13", name="=1+1"),
    ]
    posts = [
        ["11", "100", "Wed May 01 10:00:00 +0000 2013", "older"],
        ["11", "102", "Fri May 03 10:00:00 +0000 2013", "RT @someone: newer"],
        ["11", "101", "Thu May 02 10:00:00 +0000 2013", "@someone between"],
        ["12", "103", "Thu May 02 10:00:00 +0000 2013", ""],
        ["99", "104", "Thu May 02 10:00:00 +0000 2013", "of an account that is not in the set"],
        ["11", "102", "Fri May 03 10:00:00 +0000 2013", "RT @someone: newer"],
    ]
    write("cresci-2015/INT/users.csv", [USERS, *people])
    write("cresci-2015/INT/tweets.csv.gz", [["user_id", "id", "created_at", "text"], *posts])
    return tmp_path


def test_posts_are_attached_newest_first_and_once(folder: Path) -> None:
    """Posts go to their account, newest first, a repeated one once; an account without any has an empty
    list."""
    table = sets.load("cresci-2015/INT", folder)
    assert table.schema.equals(SCHEMA)
    lists = table["recent_posts"].to_pylist()
    assert [[post["id"] for post in posts] for posts in lists] == [["102", "101", "100"], ["103"], []]
    assert [(post["is_repost"], post["is_reply"]) for post in lists[0]] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert lists[1][0]["text"] == ""


def test_what_is_blank_is_none_or_unknown(folder: Path) -> None:
    """Blank verified and protected are unknown; a NULL banner is none; a blank default picture is a picture
    of one's own."""
    table = sets.load("cresci-2015/INT", folder)
    assert table["verified"].null_count == table["protected"].null_count == 3
    assert table["has_banner"].to_pylist() == [False, True, False]
    assert table["has_avatar"].to_pylist() == [True, False, True]
    assert table["bio"].to_pylist() == ["", "Hi", ""]
    assert table["url"].to_pylist() == ["", "u", ""]


def test_dated_after_the_last_post_not_at_export(folder: Path) -> None:
    """What INT shows is of 2013-05-18, not of the export in 2015; the platform is X's, the label its
    vendor's."""
    table = sets.load("set:cresci-2015/INT", folder)
    assert set(table["observed_at"].to_pylist()) == {datetime(2013, 5, 18, tzinfo=UTC)}
    assert set(table["label"].to_pylist()) == {"zombie"}
    assert set(table["label_source"].to_pylist()) == {"cresci-2015/INT"}
    assert set(table["platform"].to_pylist()) == {"x"}


def test_a_count_that_is_text_is_named(folder: Path, write: Callable[..., Any]) -> None:
    """A set whose file does not fit is refused with the row and the field."""
    write("cresci-2015/INT/users.csv", [USERS, user(), user(id="12", followers_count="many")])
    with pytest.raises(InputError, match=r"users\.csv row 2: followers_count: 'many' is no whole number"):
        sets.load("cresci-2015/INT", folder)


def test_2017_takes_the_crawl_date_and_milliseconds(tmp_path: Path, write: Callable[..., Any]) -> None:
    """Ages are to crawled_at; 1183552203000L is a date; before banners there were, none is unknown."""
    columns = [*USERS, "timestamp", "crawled_at"]
    row = [
        *user(created_at="1183552203000L", default_profile_image="NULL"),
        "2007-07-04 14:30:03",
        "2010-11-07 11:10:52",
    ]
    face = [
        *user(id="12", profile_image_url="http://s.twimg.com/a/1/images/default_profile_1_normal.png"),
        "",
        "",
    ]
    face[-1] = "2015-05-02 06:41:46"
    face[USERS.index("default_profile_image")] = "NULL"
    write("cresci-2017/spambots_1.csv.gz", [columns, row, face], quote_all=True)
    table = sets.load("cresci-2017/spambots_1", tmp_path)
    assert table["created_at"].to_pylist()[0] == datetime(2007, 7, 4, 12, 30, 3, tzinfo=UTC)
    assert table["observed_at"].to_pylist()[0] == datetime(2010, 11, 7, 11, 10, 52, tzinfo=UTC)
    assert table["has_banner"].to_pylist() == [None, False]
    assert table["has_avatar"].to_pylist() == [True, False]
    assert table["recent_posts"].null_count == 2


def test_genuine_users_are_genuine(tmp_path: Path, write: Callable[..., Any]) -> None:
    """genuine_users is the one genuine part of the 2017 set; protected is known where it says 1."""
    rows = [[*user(protected="1"), "2015-05-02 06:41:46"], [*user(id="12"), "2015-05-02 06:41:46"]]
    write("cresci-2017/genuine_users.csv.gz", [[*USERS, "crawled_at"], *rows])
    table = sets.load("cresci-2017/genuine_users", tmp_path)
    assert table["label"].to_pylist() == ["genuine", "genuine"]
    assert table["protected"].to_pylist() == [True, None]


@pytest.mark.realdata
def test_the_real_counts_of_2015(data: Path) -> None:
    """1,481 and 469 genuine accounts, 1,337, 1,169 and 845 fakes; no account is left out;
    timelines of at most 200 posts, newest first."""
    dataset = sets.loaded("cresci-2015", data)
    assert Counter(dataset.table["label_source"].to_pylist()) == {
        "cresci-2015/E13": 1481,
        "cresci-2015/INT": 1337,
        "cresci-2015/FSF": 1169,
        "cresci-2015/TWT": 845,
        "cresci-2015/TFP": 469,
    }
    assert dataset.dropped == {}
    posts = dataset.table["recent_posts"].combine_chunks()
    lengths = np.asarray(pc.list_value_length(posts))
    assert (lengths.sum(), lengths.max()) == (268_040 + 51_846 + 22_910 + 110_637, 200)
    times = np.asarray(pc.struct_field(pc.list_flatten(posts), "created_at").cast(pa.int64()))
    account = np.repeat(np.arange(lengths.size), lengths)
    assert (np.diff(times)[np.diff(account) == 0] <= 0).all()
    observed = np.asarray(dataset.table["observed_at"].combine_chunks().cast(pa.int64()))
    assert (times < observed[account]).all()


@pytest.mark.realdata
def test_the_real_counts_of_2017(data: Path) -> None:
    """3,474 genuine accounts and seven files of spambots, each row read."""
    counts = Counter(sets.load("cresci-2017", data)["label_source"].to_pylist())
    assert [
        counts[f"cresci-2017/{part}"] for part in ("genuine_users", "social_spambot_users_2", "spambots_4")
    ] == [
        3474,
        3457,
        1128,
    ]
