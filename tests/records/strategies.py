"""Records of any kind, for property tests."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from zombiescope.domain import Follower, Post

TEXT = (
    st.none()
    | st.text(st.characters(codec="utf-8"), max_size=12)
    | st.sampled_from(
        [
            "",
            "'",
            "''",
            "=1+1",
            "+1",
            "-",
            "@a",
            "\t",
            "'=x",
            "NULL",
            "null",
            "#NAME?",
            'a "b", c',
            "l1\nl2",
            "\r",
            "你好🙂",
            "l1\r\nl2",
        ]
    )
)
TIME = st.none() | st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001 - the zone is the next argument's
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
COUNT = st.none() | st.integers(0, 2**53)
FLAG = st.none() | st.booleans()

POSTS = st.builds(
    Post,
    id=TEXT,
    created_at=TIME,
    text=TEXT,
    source=TEXT,
    lang=TEXT,
    is_repost=FLAG,
    is_reply=FLAG,
    likes_count=COUNT,
    reposts_count=COUNT,
    replies_count=COUNT,
)

FOLLOWERS = st.builds(
    Follower,
    platform=st.sampled_from(["x", "weibo", "bluesky"]),
    id=st.from_regex(r"(did:plc:)?[0-9a-zA-Z@=+-]{1,20}", fullmatch=True),
    handle=TEXT,
    display_name=TEXT,
    bio=TEXT,
    location=TEXT,
    url=TEXT,
    created_at=TIME,
    observed_at=TIME,
    followed_at=TIME,
    position=COUNT,
    followers_count=COUNT,
    following_count=COUNT,
    posts_count=COUNT,
    likes_count=COUNT,
    listed_count=COUNT,
    has_avatar=FLAG,
    has_banner=FLAG,
    verified=FLAG,
    protected=FLAG,
    recent_posts=st.none() | st.lists(POSTS, max_size=3).map(tuple),
    label=st.sampled_from([None, "zombie", "genuine"]),
    label_source=TEXT,
)

LISTS = st.lists(FOLLOWERS, min_size=1, max_size=6, unique_by=lambda f: (f.platform, f.id))
