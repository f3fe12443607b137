"""Answers of the Mastodon API, of the several servers that speak it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.test_lenient_json import JSON
from zombiescope.errors import AccountError, SourceError
from zombiescope.sources.mastodon import parse

NOW = datetime(2026, 6, 1, tzinfo=UTC)
NEXT = (
    '<https://a.test/api/v1/accounts/1/followers?limit=80&max_id={}>; rel="next", '
    '<https://a.test/x?since_id=9>; rel="prev"'
)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (NEXT.format(7), "https://a.test/api/v1/accounts/1/followers?limit=80&max_id=7"),
        ("<https://a.test/n>;rel=next", "https://a.test/n"),
        ('<https://a.test/p>; rel="prev"', None),
        ('<https://a.test/n,1>; title="a, b"; rel="last next"', "https://a.test/n,1"),
        ("", None),
        (None, None),
        ("garbage; rel=next", None),
    ],
)
def test_the_next_link(link: str | None, expected: str | None) -> None:
    """Only what is called next is the way on."""
    assert parse.next_link(link) == expected


@given(st.text(alphabet='<>;,="rel nxt\\ ', max_size=200))
def test_no_link_header_breaks_it(link: str) -> None:
    """Nor takes long."""
    parse.next_link(link)


@pytest.mark.parametrize(
    ("max_id", "order"),
    [("7", "newest-first"), ("42", None), ("01HZX3ULID", None)],
    ids=["follow", "account", "ULID"],
)
def test_the_order_is_known_where_the_cursor_is_a_follow(max_id: str, order: str | None) -> None:
    """Mastodon pages by the follow's number; who pages by account or at random lists in no known order."""
    rows = [{"id": "41"}, {"id": "42"}]
    assert parse.follower_page(rows, NEXT.format(max_id), now=NOW).order == order
    assert parse.follower_page(rows, None, now=NOW).order is None


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>one<br>two</p><p>three</p>", "one\ntwo\n\nthree"),
        (
            '<a href="https://x.test/a"><span class="invisible">https://</span><span>x.test/a</span></a>',
            "https://x.test/a",
        ),
        ("a &lt; b &amp; c", "a < b & c"),
        ('<span class="h-card"><a>@<span>bob</span></a></span> hi', "@bob hi"),
        ("plain", "plain"),
        ("<p", "<p"),
    ],
)
def test_plain_text(html: str, words: str) -> None:
    """A post is its words."""
    assert parse.plain(html) == words


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://a.test/system/accounts/avatars/1.png", True),
        ("https://a.test/avatars/original/missing.png", False),
        ("https://a.test/images/avi.png", False),
        ("https://a.test/assets/default_avatars/GoToSocial_icon1.webp", False),
        ("", False),
    ],
)
def test_placeholder_pictures(url: str, own: bool) -> None:
    """What the server puts there is no picture of one's own."""
    assert parse.follower_page([{"id": "1", "avatar": url}], None, now=NOW).rows[0].has_avatar is own


def test_hidden_counts_and_suspended_rows() -> None:
    """-1 is unknown; who is suspended is on the list, and out of reach."""
    page = parse.follower_page(
        [{"id": "1", "followers_count": -1}, {"id": "2", "suspended": True}], None, now=NOW
    )
    assert page.rows[0].followers_count is None
    assert page.skipped == {1: "suspended"}


def test_a_website_is_the_first_link_of_the_fields() -> None:
    """No fields known is unknown; none filled is none."""

    def website(**view: object) -> str | None:
        return parse.follower_page([{"id": "1", **view}], None, now=NOW).rows[0].url

    assert website() is None
    assert website(fields=[]) == ""
    link = {"name": "Web", "value": '<a href="https://me.test/">me.test</a>'}
    assert website(fields=[{"name": "They", "value": "them"}, link]) == "https://me.test/"


def test_boosts() -> None:
    """The words are the other's, the time is that of the boost."""
    post = parse.post(
        {
            "id": "1",
            "created_at": "2026-01-01T00:00:00Z",
            "content": "",
            "reblog": {"content": "<p>hello</p>", "language": "de", "favourites_count": 9},
            "application": None,
            "favourites_count": 9,
        }
    )
    assert post is not None
    assert (post.text, post.lang, post.is_repost, post.created_at) == (
        "hello",
        "de",
        True,
        datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert post.likes_count is None


def test_reactions_that_a_status_received() -> None:
    """Favourites, boosts and replies; what is not there is unknown."""
    post = parse.post({"id": "1", "favourites_count": 3, "reblogs_count": 1})
    assert post is not None
    assert (post.likes_count, post.reposts_count, post.replies_count) == (3, 1, None)


@pytest.mark.parametrize(
    ("handle", "expected"),
    [
        ("User@Example.ORG", "user@example.org"),
        ("@user@bücher.example", "user@xn--bcher-kva.example"),
        ("https://a.test/@user@b.test", "user@b.test"),
        ("user@[::1]", "user@[::1]"),
    ],
)
def test_handles(handle: str, expected: str) -> None:
    """The home instance is what stands last."""
    assert parse.normal(handle) == expected


@given(st.text(max_size=60))
def test_a_handle_is_one_or_an_error(handle: str) -> None:
    """Any text is a handle in its one form, or refused."""
    try:
        handle_read = parse.normal(handle)
    except AccountError:
        return
    assert parse.normal(handle_read) == handle_read


@given(JSON)
def test_nothing_breaks_the_parsers(value: object) -> None:
    """Whatever a server answers is read, refused or an error of ours."""
    parse.post(value)
    parse.post({"content": value, "reblog": value, "application": value})
    for data in (value, [value, {"id": "1", "fields": [value], "note": value, "avatar": value}]):
        with suppress(SourceError):
            parse.follower_page(data, None, now=NOW)
