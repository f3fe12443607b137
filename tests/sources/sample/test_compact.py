"""The compact form of the shipped lists: what it keeps and how it comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from zombiescope.records import schema
from zombiescope.sources.sample import compact

OBSERVED = datetime(2014, 6, 1, tzinfo=UTC)
SENTENCES = pa.array(["one", "two", "three"])


def post(ago: int, sentence: int, before: str = "", after: str = "") -> dict[str, object]:
    """A post of the compact form."""
    return {
        "ago": ago,
        "sentence": sentence,
        "before": before,
        "after": after,
        "is_repost": False,
        "lang": "en",
    }


def table(*posts: list[dict[str, object]] | None) -> pa.Table:
    """One follower for each list of posts."""
    rows = [
        {"platform": "weibo", "id": str(i), "observed_at": OBSERVED, "bio": i - 1, "posts": p}
        for i, p in enumerate(posts)
    ]
    return pa.Table.from_pylist(rows, schema=compact.SCHEMA)


def test_posts_come_back_with_their_dates_and_texts() -> None:
    """Each post's date is counted from the post before it, the newest from the observation; null and empty differ."""
    mixed = table([post(1, 0), post(6, 1, before="#t# ", after="!")], None, [], [post(2, 2)])
    expanded = compact.followers(mixed, SENTENCES)
    assert expanded.schema == schema.SCHEMA
    posts = expanded["recent_posts"].to_pylist()
    assert [p["text"] for p in posts[0]] == ["one", "#t# two!"]
    assert [OBSERVED - p["created_at"] for p in posts[0]] == [timedelta(seconds=10), timedelta(seconds=70)]
    assert posts[1] is None
    assert posts[2] == []
    assert OBSERVED - posts[3][0]["created_at"] == timedelta(seconds=20)
    assert posts[3][0]["id"] is None


def test_a_bio_is_a_sentence_by_its_number() -> None:
    """-1 is an empty bio, and a null stays unknown."""
    rows = table([], [], [])
    rows = rows.set_column(rows.schema.get_field_index("bio"), "bio", pa.array([-1, 1, None], pa.int32()))
    assert compact.profiles(rows, SENTENCES)["bio"].to_pylist() == ["", "two", None]


def test_a_taken_part_comes_back_like_the_whole() -> None:
    """Rows taken from a table give the same records as the table's own rows."""
    whole = table([post(1, 0), post(2, 1)], None, [post(3, 2)])
    part = whole.take(pa.array([0, 2]))
    assert compact.followers(part, SENTENCES).to_pylist() == (
        compact.followers(whole, SENTENCES).take(pa.array([0, 2])).to_pylist()
    )
