"""Features: equal to the slow oracle, blind to the future, and the same however the records are batched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from features.reference import features as oracle
from features.strategies import AT, followers
from zombiescope.domain import Follower, Post
from zombiescope.errors import InputError
from zombiescope.features import CATALOGUE, INDEX, NAMES, extract
from zombiescope.records import schema


def golden() -> Follower:
    """A made-up follower whose row was worked out by hand."""
    day = timedelta(days=1)
    return Follower(
        platform="twitter",
        id="1",
        handle="ann_lee_77",
        display_name="Ann Lee",
        bio="Tea. #books @ann http://example.org",
        location="",
        url=None,
        created_at=AT - 128 * day,
        followers_count=4,
        following_count=640,
        posts_count=64,
        likes_count=0,
        listed_count=0,
        has_avatar=True,
        has_banner=False,
        recent_posts=(
            Post(text="Win a prize http://example.org/1", created_at=AT - 4 * day, source="auto"),
            Post(text="Win a prize http://example.org/2", created_at=AT - 5 * day, source="auto"),
            Post(text="@bob hi", created_at=AT - 6 * day, source="auto"),
            Post(text="RT @bob: hi #tea", created_at=AT - 7 * day, source="auto"),
            Post(text="not yet written", created_at=AT + day, source="auto"),
        ),
    )


def test_golden_row() -> None:
    """The golden follower's row, feature by feature, as worked out by hand from the catalogue's meanings."""
    expected = {
        "account_age": 7.0,  # log2(128)
        "posts_per_day": 0.5,
        "likes_per_day": 0.0,
        "follows_per_day": 5.0,
        "followers_per_day": 4 / 128,
        "following_to_followers": 641 / 5,
        "posts_to_followers": 65 / 5,
        "posts_to_following": 65 / 641,
        "likes_to_posts": 1 / 65,
        "listed_to_followers": 1 / 5,
        "has_avatar": 1.0,
        "has_banner": 0.0,
        "has_bio": 1.0,
        "has_location": 0.0,
        "has_url": np.nan,
        "profile_filled": 2 / 3,
        "bio_length": 35.0,
        "bio_marks": 3.0,
        "handle_length": 10.0,
        "handle_digit_share": 0.2,
        "handle_tail_digits": 2.0,
        "handle_hard_run": 2.0,
        "name_length": 7.0,
        "name_words": 2.0,
        "name_nonlatin_share": 0.0,
        # an nn nl le ee of the name; an nn nl le ee e7 77 of the handle
        "handle_name_similarity": 2 * 5 / (5 + 7),
        "timeline_empty": 0.0,
        "days_since_post": 2.0,
        "posting_rate": 1.0,
        "active_days_share": 1.0,
        "hour_entropy": np.nan,  # all at midnight sharp: dates without an hour
        "weekday_entropy": 1.0,
        "minute_entropy": np.nan,
        "gap_entropy": 0.0,
        "gap_burstiness": -1.0,
        "gap_median": 24.0,
        "client_entropy": 0.0,
        "text_length": (32 + 32 + 7 + 16) / 4,
        "near_duplicate_share": 1 / 4,
        "link_share": 0.5,
        "mention_share": 0.5,
        "hashtag_share": 0.25,
        "repost_share": 0.25,
        "reply_share": 0.25,
    }
    features = extract([golden()], at=AT)
    row = dict(zip(NAMES, features.matrix[0], strict=True))
    assert features.late_posts == 1
    for name, value in expected.items():
        assert row[name] == pytest.approx(value, nan_ok=True), name


@settings(max_examples=examples(150))
@given(st.lists(followers, min_size=1, max_size=6))
def test_equals_the_oracle(rows: list[Follower]) -> None:
    """The vectorised pass gives what plain Python gives from each feature's meaning, missing values included."""
    features = extract(rows, at=AT).matrix
    wanted = np.array([oracle(row, AT) for row in rows])
    for j, name in enumerate(NAMES):
        np.testing.assert_allclose(features[:, j], wanted[:, j], rtol=1e-9, atol=1e-9, err_msg=name)


@settings(max_examples=examples(60))
@given(followers, st.lists(st.integers(1, 10**7), max_size=4))
def test_no_feature_uses_a_date_after_at(row: Follower, seconds: list[int]) -> None:
    """Posts and a creation date later than `at` change nothing: they are dropped, and the posts counted."""
    row = msgspec.structs.replace(row, recent_posts=row.recent_posts or ())
    early = tuple(p for p in row.recent_posts or () if p.created_at is None or p.created_at <= AT)
    late = tuple(Post(text="later", created_at=AT + timedelta(seconds=s)) for s in seconds)
    known = msgspec.structs.replace(row, recent_posts=early)
    if row.created_at is not None and row.created_at > AT:
        known = msgspec.structs.replace(known, created_at=None)
    now = extract([msgspec.structs.replace(row, recent_posts=late + early)], at=AT)
    then = extract([known], at=AT)
    np.testing.assert_array_equal(now.matrix, then.matrix)
    assert now.late_posts == len(late)


@settings(max_examples=examples(40))
@given(st.lists(followers, min_size=1, max_size=8))
def test_rows_do_not_touch_each_other(rows: list[Follower]) -> None:
    """A follower's row is the same alone, among others, in a slice, and in a table of many chunks."""
    together = extract(rows, at=AT).matrix
    alone = np.concatenate([extract([row], at=AT).matrix for row in rows])
    np.testing.assert_array_equal(together, alone)
    table = schema.from_followers(rows)
    np.testing.assert_array_equal(extract(table.slice(1), at=AT).matrix, together[1:])
    import pyarrow as pa

    chunks = pa.concat_tables([table.slice(i, 1) for i in range(len(rows))])
    np.testing.assert_array_equal(extract(chunks, at=AT).matrix, together)


@settings(max_examples=40, deadline=None)
@given(st.lists(followers, min_size=1, max_size=6))
def test_features_without_posts_are_the_same(rows: list[Follower]) -> None:
    """Left out, the posts' features are NaN, all others and the count of late posts as they were."""
    whole, part = extract(rows, at=AT), extract(rows, at=AT, posts=False)
    timeline = np.array([feature.timeline for feature in CATALOGUE])
    np.testing.assert_array_equal(part.matrix[:, ~timeline], whole.matrix[:, ~timeline])
    assert np.isnan(part.matrix[:, timeline]).all()
    assert part.late_posts == whole.late_posts


def test_not_fetched_is_not_empty() -> None:
    """What is unknown is NaN throughout (a platform is always known); an empty timeline says so in its own feature."""
    unknown = extract([Follower(platform="x", id="1")], at=AT)
    empty = extract([Follower(platform="x", id="1", recent_posts=())], at=AT)
    assert np.isnan(np.delete(unknown.matrix, INDEX["on_weibo"], axis=1)).all()
    assert empty.column("timeline_empty")[0] == 1.0
    assert np.isnan(empty.column("hour_entropy")[0])


def test_the_order_of_posts_does_not_matter() -> None:
    """Posts come newest first or oldest first, as the platform likes."""
    row = golden()
    turned = msgspec.structs.replace(row, recent_posts=tuple(reversed(row.recent_posts or ())))
    np.testing.assert_array_equal(extract([row], at=AT).matrix, extract([turned], at=AT).matrix)


def test_observed_at_is_the_date_where_none_is_given() -> None:
    """Each record carries its own date; without one the error says what to do."""
    row = golden()
    dated = msgspec.structs.replace(row, observed_at=AT)
    np.testing.assert_array_equal(extract([dated]).matrix, extract([row], at=AT).matrix)
    with pytest.raises(InputError, match="record 2 has no observed_at") as error:
        extract([dated, row])
    assert "--as-of" in error.value.advice


def test_catalogue_is_complete() -> None:
    """Between 40 and 60 features, each with a unit, a one-line meaning and a source, none named twice."""
    assert 40 <= len(CATALOGUE) <= 60
    assert len(set(NAMES)) == len(NAMES)
    assert all(f.unit and f.meaning and f.source and "\n" not in f.meaning for f in CATALOGUE)


def test_a_naive_date_is_utc() -> None:
    """A date without a zone is taken as UTC, not as this machine's."""
    row = golden()
    naive = datetime(2014, 6, 1)  # noqa: DTZ001  the point of the test
    np.testing.assert_array_equal(
        extract([row], at=naive).matrix, extract([row], at=datetime(2014, 6, 1, tzinfo=UTC)).matrix
    )
