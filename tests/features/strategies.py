"""Hypothesis strategies: followers as the wire may bring them, every field possibly unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from zombiescope.domain import Follower, Post

AT = datetime(2014, 6, 1, tzinfo=UTC)

text = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
pieces = st.sampled_from(
    [
        "hello",
        "WORLD",
        "@ada",
        "a@b.c",
        "#tag",
        "#蔡徐坤#",
        "http://t.co/x1",
        "https://t.co/9",
        "蔡徐坤",
        "😀",
        "42",
        "RT @x:",
        " ",
        "  ",
        ",",
        "!",
        "\n",
        "&#39;",
        "é",
        "ünï",
        "//@",
        "한국",
        "\u3000",
        "-",
        "_",
    ]
)
sentence = st.one_of(
    text, st.lists(pieces, max_size=8).map("".join), st.lists(pieces, max_size=8).map(" ".join)
)
seconds = st.one_of(st.integers(-400 * 86_400, 86_400 * 30), st.integers(-400, 30).map(lambda d: d * 86_400))
dates = seconds.map(lambda s: AT + timedelta(seconds=s))
count = st.one_of(st.integers(0, 50), st.integers(0, 2**40))
flag = st.none() | st.booleans()

posts = st.builds(
    Post,
    id=st.none() | st.just("p"),
    created_at=st.none() | dates,
    text=st.none() | sentence,
    source=st.none() | st.sampled_from(["web", "iPhone", ""]),
    is_repost=flag,
    is_reply=flag,
    likes_count=st.none() | count,
    reposts_count=st.none() | count,
    replies_count=st.none() | count,
)

followers = st.builds(
    Follower,
    platform=st.sampled_from(["twitter", "weibo", "bluesky", "mastodon"]),
    id=st.integers(1, 10**9).map(str),
    handle=st.none()
    | text
    | st.sampled_from(
        ["john_smith42", "xkcdqwrtz", "用户6913468693", "A1b2", "ann.bsky.social", "bo@example.org"]
    ),
    display_name=st.none() | text | st.sampled_from(["John Smith 😀", "蔡 徐坤", "ΑΒΓ δ", "İstanbul"]),
    bio=st.none() | sentence,
    location=st.none() | st.sampled_from(["", " ", "Rome"]),
    url=st.none() | st.sampled_from(["", "https://example.org"]),
    created_at=st.none() | dates | st.just(datetime(2006, 3, 21, tzinfo=UTC)),
    observed_at=st.just(AT),
    followers_count=st.none() | count,
    following_count=st.none() | count,
    posts_count=st.none() | count,
    likes_count=st.none() | count,
    listed_count=st.none() | count,
    has_avatar=flag,
    has_banner=flag,
    recent_posts=st.none() | st.lists(posts, max_size=9).map(tuple),
)
