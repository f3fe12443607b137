"""The AppView's answers, as the real one gives them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.fakes.bluesky import tid
from sources.test_lenient_json import JSON
from zombiescope.errors import AccountError, SourceError
from zombiescope.sources.bluesky import parse

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@given(st.integers(0, 4_000_000_000))
def test_a_tid_gives_its_time_back(seconds: int) -> None:
    """Thirteen letters hold microseconds."""
    date = datetime.fromtimestamp(seconds, UTC)
    time = parse.tid_time(tid(date))
    assert time is not None
    assert abs(time - date) < timedelta(microseconds=10)


@given(st.text(max_size=15))
def test_what_is_no_tid_has_no_time(key: str) -> None:
    """Clients may choose any key."""
    time = parse.tid_time(key)
    assert time is None or len(key) == 13


def test_a_known_tid() -> None:
    """The example of the specification."""
    assert parse.tid_time("3jzfcijpj2z2a") == datetime(2023, 6, 30, 15, 3, 1, 887007, tzinfo=UTC)
    assert parse.tid_time("self") is None
    assert parse.tid_time("zzzzzzzzzzzzz") is None


def test_follow_times_to_come_are_not_believed() -> None:
    """The client chooses the key; a future one is a lie."""
    answer = {
        "relationships": [
            {
                "did": "did:plc:a",
                "followedBy": f"at://did:plc:a/app.bsky.graph.follow/{tid(NOW - timedelta(days=3))}",
            },
            {
                "did": "did:plc:b",
                "followedBy": f"at://did:plc:b/app.bsky.graph.follow/{tid(NOW + timedelta(days=3))}",
            },
            {"did": "did:plc:c", "followedBy": "at://did:plc:c/app.bsky.graph.follow/self"},
            {"did": "did:plc:d"},
            {"actor": "did:plc:e", "notFound": True},
            "text",
        ]
    }
    assert parse.followed_at(answer, now=NOW) == {"did:plc:a": NOW - timedelta(days=3)}


def test_an_account_without_a_profile_is_known_to_be_empty() -> None:
    """A view that leaves a field out says that it is empty, not that it is unknown."""
    page = parse.follower_page({"followers": [{"did": "did:plc:a", "handle": "a.test"}]}, now=NOW)
    row = page.rows[0]
    assert (row.display_name, row.bio, row.created_at, row.has_avatar) == ("", "", None, False)
    assert (row.followers_count, row.has_banner, row.recent_posts) == (None, None, None)
    assert page.next is None


def test_a_row_without_a_did_is_refused_and_counted() -> None:
    """And the rest of its page is read."""
    page = parse.follower_page({"followers": [{}, 7, {"did": "did:plc:a"}], "cursor": "x"}, now=NOW)
    assert [row.id for row in page.rows] == ["did:plc:a"]
    assert [refusal.where for refusal in page.refused] == ["row 1 of a page", "row 2 of a page"]
    assert page.next == "x"


def test_a_profile_that_claims_to_be_from_the_future_has_no_age() -> None:
    """The profile's date is a claim of its owner."""
    view = {"did": "did:plc:a", "createdAt": "2030-01-01T00:00:00Z", "handle": "handle.invalid"}
    profile = parse.profile(view, now=NOW)
    assert (profile.created_at, profile.handle) == (None, None)


def test_reposts_are_dated_by_the_repost() -> None:
    """The words are the other's, the time is that of the repost."""
    inner = {
        "uri": "at://x/app.bsky.feed.post/1",
        "record": {"text": "hello", "createdAt": "2020-01-01T00:00:00Z"},
        "likeCount": 4,
        "repostCount": 2,
        "replyCount": 0,
    }
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "indexedAt": "2026-01-01T00:00:00Z"}
    post = parse.post({"post": inner, "reason": reason})
    assert post is not None
    assert (post.created_at, post.is_repost, post.is_reply) == (
        datetime(2026, 1, 1, tzinfo=UTC),
        True,
        False,
    )
    own = parse.post({"post": {**inner, "record": {**inner["record"], "reply": {}}}})  # type: ignore[dict-item]
    assert own is not None
    assert (own.is_repost, own.is_reply) == (False, True)
    assert (own.likes_count, own.reposts_count, own.replies_count) == (4, 2, 0)
    assert (post.likes_count, post.reposts_count, post.replies_count) == (None, None, None)


@given(JSON)
def test_nothing_breaks_the_parsers(value: object) -> None:
    """Whatever a server answers is read, refused or an error of ours."""
    parse.post(value)
    parse.plc_created(value)
    for read in (parse.follower_page, parse.followed_at):
        for data in (value, {"followers": [value, {"did": "d", "handle": value}], "relationships": value}):
            with suppress(SourceError):
                read(data, now=NOW)


@given(st.text(max_size=60))
def test_a_handle_is_one_or_an_error(handle: str) -> None:
    """Any text is a handle in its one form, or refused."""
    try:
        handle_read = parse.normal(handle)
    except AccountError:
        return
    assert parse.normal(handle_read) == handle_read


def test_bare_names_are_explained() -> None:
    """The commonest slip, with what to write."""
    with pytest.raises(AccountError) as caught:
        parse.normal("alice")
    assert "name.bsky.social" in caught.value.advice
