"""A network dump: one account's list out of who follows whom, profiles and posts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from records.dumps import network as write_network
from zombiescope.errors import InputError, UnknownAccount
from zombiescope.records import network_dump, schema


@pytest.mark.parametrize(("header", "users"), [(True, "User.csv"), (False, "Users.csv")])
def test_a_list_with_and_without_headers(tmp_path: Path, header: bool, users: str) -> None:
    """Followers come once each, in the edges' order, with the profile that is known and their place."""
    table, refused = network_dump.followers(
        network_dump.opened(write_network(tmp_path / "n", header=header, users=users)), "1"
    )
    assert refused == []
    three, two, one, four = schema.to_followers(table)
    assert [f.id for f in (three, two, one, four)] == ["3", "2", "1", "4"]
    assert [f.position for f in (three, two, one, four)] == [0, 1, 2, 3]
    assert (two.handle, two.bio, two.location) == ("乙", "你好", "北京")
    assert (two.followers_count, two.following_count, two.posts_count) == (22, 23, 6)
    assert (three.handle, three.bio, three.followers_count, three.posts_count) == ("丙", "从前", 30, None)
    assert (one.bio, one.created_at) == ("", None)
    assert {f.platform for f in (three, two, one, four)} == {"weibo"}
    assert {f.observed_at for f in (three, two, one, four)} == {datetime(2020, 6, 26, tzinfo=UTC)}


def test_posts_of_the_profiled(tmp_path: Path) -> None:
    """Posts once each, newest first, on China's clock; none there is empty, no profile is unknown."""
    table, _ = network_dump.followers(network_dump.opened(write_network(tmp_path / "n", header=False)), "1")
    three, two, one, four = schema.to_followers(table)
    assert two.recent_posts is not None
    assert [p.id for p in two.recent_posts] == ["102", "101"]
    assert [p.is_repost for p in two.recent_posts] == [False, True]
    assert two.recent_posts[1].created_at == datetime(2020, 6, 24, 11, 12, 28, tzinfo=UTC)
    assert two.recent_posts[0].created_at == datetime(2020, 6, 25, tzinfo=UTC)
    assert one.recent_posts == ()
    assert three.recent_posts is None
    assert four.recent_posts is None


def test_an_account_with_no_list_here(tmp_path: Path) -> None:
    """Whoever nobody follows here is answered with the longest lists, each follower counted once."""
    dump = network_dump.opened(write_network(tmp_path / "n", header=True))
    assert dump.lists() == [("1", 4), ("2", 1)]
    with pytest.raises(UnknownAccount, match="nobody follows 3 in n") as caught:
        network_dump.followers(dump, "3")
    assert "1 (4), 2 (1)" in caught.value.advice


def test_a_folder_that_is_no_dump(tmp_path: Path) -> None:
    """The files that are missing are named."""
    (tmp_path / "Edges.csv").write_text("source,target\n1,2\n")
    with pytest.raises(InputError, match=r"no User\.csv, user_detail\.csv, weibo\.csv"):
        network_dump.opened(tmp_path)
    (write_network(tmp_path / "n", header=True) / "Edges.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=r"Edges\.csv has no column source, target"):
        network_dump.opened(tmp_path / "n")
