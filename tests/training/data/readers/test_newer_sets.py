"""TikTok, GitHub, Instagram, Bluesky and follower-record sets: their traps on rows made up here."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from zombiescope.errors import InputError
from zombiescope_training.data import sets

from .conftest import Write

TIKTOK = [
    "diggCount",
    "followerCount",
    "followingCount",
    "heartCount",
    "videoCount",
    "nickname",
    "signature",
    "uniqueId",
    "verified",
    "fake",
]
GITHUB = [
    "login",
    "type",
    "name",
    "blog",
    "location",
    "bio",
    "public_repos",
    "public_gists",
    "followers",
    "following",
    "created_at",
    "updated_at",
]
INSTAGRAM = [
    "Profile Pic",
    "External Url",
    "Private",
    "Verified",
    "#Posts",
    "#Followers",
    "#Following",
    "Fake",
]


def as_gzip(path: Path, text: str) -> None:
    """Write a gzipped file and its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()))


def test_tiktok_placeholders_are_unknown(write: Write, tmp_path: Path) -> None:
    """ "Tik Toker" and "No bio yet" are hidden for fakes and people; such fakes are a vendor of their own."""
    write(
        "tiktok-2024/tiktok_accounts.csv.gz",
        [
            TIKTOK,
            [279, 0, 564, 0, 0, "Tik Toker", "No bio yet", "aa1", "False", "True"],
            [1, 2, 3, 4, 5, "BB", "", "bb2", "False", "True"],
            [6, 7, 8, 9, 10, "Tik Toker", "No bio yet", "cc3", "False", "False"],
        ],
    )
    table = sets.load("set:tiktok-2024", tmp_path)
    assert table["label_source"].to_pylist() == [
        "tiktok-2024/bulk",
        "tiktok-2024/other",
        "tiktok-2024/people",
    ]
    assert table["label"].to_pylist() == ["zombie", "zombie", "genuine"]
    assert table["display_name"].to_pylist() == [None, "BB", None]
    assert table["bio"].to_pylist() == [None, "", None]
    assert table["likes_count"].to_pylist() == [279, 1, 6]
    assert table["posts_count"].to_pylist() == [0, 5, 10]
    assert table["created_at"].null_count == 3
    assert set(table["platform"].to_pylist()) == {"tiktok"}


def test_github_counts_and_empty_texts(write: Write, tmp_path: Path) -> None:
    """Counts written as 27.0 are whole; a text that is not there is none; repositories stand for posts."""
    row = ["ada", "User", "", "", "", "", "27.0", "2.0", "3.0", "1.0", "2011-02-11T08:02:14Z", ""]
    write("github-2024/sample_user_info.csv.gz", [GITHUB, row])
    write("github-2024/fake_user_info.csv.gz", [GITHUB, ["bob", *row[1:]]])
    people = sets.load("set:github-2024/people", tmp_path).to_pylist()[0]
    assert (people["posts_count"], people["followers_count"], people["following_count"]) == (27, 3, 1)
    assert (people["display_name"], people["bio"], people["url"], people["has_avatar"]) == ("", "", "", None)
    assert people["label"] == "genuine"
    assert sets.load("set:github-2024/suspects", tmp_path)["label"].to_pylist() == ["zombie"]


def test_instagram_has_no_names(write: Write, tmp_path: Path) -> None:
    """What the set has as a length only is unknown; a link is one or none."""
    write(
        "instagram-parma-2020/OldDataSet.csv", [INSTAGRAM, [1, 1, 0, 0, 3, 4, 5, 0], [0, 0, 1, 0, 0, 1, 9, 1]]
    )
    table = sets.load("set:instagram-parma-2020/old", tmp_path)
    assert table["label"].to_pylist() == ["genuine", "zombie"]
    assert table["has_avatar"].to_pylist() == [True, False]
    assert table["protected"].to_pylist() == [False, True]
    assert [bool(url) for url in table["url"].to_pylist()] == [True, False]
    assert table["bio"].null_count == table["handle"].null_count == 2
    assert len(set(table["id"].to_pylist())) == 2


def test_bluesky_labels_and_ages(tmp_path: Path) -> None:
    """Unlabelled accounts have no label; the date that a row shows is after its creation by its age."""
    row = {
        "handle": "ann.example",
        "display_name": None,
        "followers_count": 1,
        "follows_count": 2,
        "posts_count": 3,
        "created_at": "2025-06-25T20:23:46.133Z",
        "account_age": 20,
        "description": None,
        "is_verified": False,
    }
    as_gzip(tmp_path / "bluesky-2025/labelled-by-hand.json.gz", json.dumps([{**row, "label": "bot"}]))
    as_gzip(tmp_path / "bluesky-2025/unlabelled.json.gz", json.dumps([{**row, "handle": "bob.example"}]))
    bot, other = sets.load("set:bluesky-2025", tmp_path).to_pylist()
    assert (bot["label"], bot["label_source"], bot["bio"]) == ("zombie", "bluesky-2025/labelled", "")
    assert (other["label"], other["label_source"]) == (None, None)
    assert (bot["observed_at"] - bot["created_at"]).days == 21


def test_a_text_that_a_record_set_leaves_out_is_none(tmp_path: Path) -> None:
    """Three fakes in four of one vendor have no bio: were that unknown, the absence would tell the class."""
    record = {
        "platform": "x",
        "id": "1",
        "observed_at": "2013-05-10T00:00:00Z",
        "bio": None,
        "label": "zombie",
    }
    as_gzip(tmp_path / "cresci-2015/TWT/accounts.jsonl.gz", json.dumps(record) + "\n")
    row = sets.load("set:cresci-2015/TWT", tmp_path).to_pylist()[0]
    assert (row["bio"], row["location"], row["url"], row["label_source"]) == ("", "", "", "cresci-2015/TWT")
    with pytest.raises(InputError, match=r"accounts\.jsonl\.gz"):
        sets.load("set:cresci-2015/TFP", tmp_path)


@pytest.mark.realdata
def test_the_real_sets_have_their_counts(data: Path) -> None:
    """Rows of each class, as the studies give them."""
    for name, zombies, genuine in (
        ("cresci-2015/TWT", 845, 0),
        ("cresci-2015/TFP", 0, 469),
        ("tiktok-2024/bulk", 4061, 0),
        ("tiktok-2024/other", 968, 0),
        ("tiktok-2024/people", 0, 5014),
        ("github-2024/people", 0, 8883),
        ("github-2024/suspects", 8208, 0),
        ("instagram-parma-2020/new", 500, 500),
        ("botometer-repository/verified-2019", 0, 1987),
        ("bluesky-2025/labelled", 51, 53),
    ):
        labels = sets.load(name, data)["label"].to_pylist()
        # An account that a set repeats is taken once.
        assert (labels.count("zombie"), labels.count("genuine")) in (
            (zombies, genuine),
            (zombies, genuine - 1),
        ), name
