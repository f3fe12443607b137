"""The Botometer repository's form: labels beside profiles, some torn, some missing, more of them than
profiles.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from zombiescope_training.data import sets


def probe(id_: int, **given: object) -> dict[str, object]:
    """A probe of one profile."""
    user = {
        "id": id_,
        "id_str": str(id_),
        "screen_name": f"user{id_}",
        "name": f"User {id_}",
        "description": "",
        "location": "",
        "url": None,
        "followers_count": 3,
        "friends_count": 4,
        "statuses_count": 5,
        "favourites_count": 6,
        "listed_count": 0,
        "verified": False,
        "protected": False,
        "created_at": "Wed Jun 20 15:07:36 +0000 2012",
        "default_profile_image": False,
        "profile_banner_url": "https://example.org/b",
        **given,
    }
    return {"created_at": "Mon Jan 21 19:37:21 +0000 2019", "user": user}


@pytest.fixture
def folder(tmp_path: Path, write: Callable[..., Any]) -> Path:
    """gilani-2017 with four profiles: a bot, a human, one labelled both ways and one without a label."""
    bare = probe(2)
    del bare["user"]["profile_banner_url"]  # type: ignore[attr-defined] # Twitter leaves it out where there is none
    folder = tmp_path / "botometer-repository" / "gilani-2017"
    folder.mkdir(parents=True)
    content = json.dumps([probe(1, default_profile_image=True), bare, probe(3), probe(4)])
    (folder / "gilani-2017_tweets.json.gz").write_bytes(gzip.compress(content.encode()))
    labels = [[1, "bot"], [2, "human"], [3, "bot"], [3, "human"], [1, "bot"], [99, "bot"]]
    write("botometer-repository/gilani-2017/gilani-2017.tsv", labels, sep="\t")
    return tmp_path


@pytest.mark.parametrize(
    "name", ["gilani-2017", "set:botometer-repository/gilani-2017", "botometer-repository/gilani-2017"]
)
def test_labels_are_joined_and_torn_ones_left_out(folder: Path, name: str) -> None:
    """bot is zombie, human genuine; an id of both is left out and counted; one of neither has no label."""
    dataset = sets.loaded(name, folder)
    assert dataset.dropped == {"labelled both ways": 1}
    assert dataset.table["id"].to_pylist() == ["1", "2", "4"]
    assert dataset.table["label"].to_pylist() == ["zombie", "genuine", None]
    assert dataset.table["label_source"].to_pylist() == [*["botometer-repository/gilani-2017"] * 2, None]


def test_the_probe_dates_the_profile(folder: Path) -> None:
    """observed_at is the probe's time; no timeline is known; a missing banner is none, a default picture no
    avatar.
    """
    table = sets.load("gilani-2017", folder)
    assert set(table["observed_at"].to_pylist()) == {datetime(2019, 1, 21, 19, 37, 21, tzinfo=UTC)}
    assert table["recent_posts"].null_count == 3
    assert table["has_banner"].to_pylist() == [True, False, True]
    assert table["has_avatar"].to_pylist() == [False, True, True]
    assert table["url"].to_pylist() == ["", "", ""]
    assert table["verified"].to_pylist() == [False, False, False]


@pytest.mark.realdata
def test_the_real_gilani_counts(data: Path) -> None:
    """2,494 profiles: 1,071 bots, 1,394 humans, 19 labelled both ways and 10 without a label."""
    dataset = sets.loaded("gilani-2017", data)
    assert Counter(dataset.table["label"].to_pylist()) == {"zombie": 1071, "genuine": 1394, None: 10}
    assert dataset.dropped == {"labelled both ways": 19}


@pytest.mark.realdata
def test_the_real_stock_counts(data: Path) -> None:
    """7,102 bots and 6,174 humans."""
    table = sets.load("botometer-repository/cresci-stock-2018", data)
    assert Counter(table["label"].to_pylist()) == {"zombie": 7102, "genuine": 6174}
