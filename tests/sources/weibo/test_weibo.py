"""Sina Weibo against a server that replays the documented shapes."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from sources.contract import QUICK, WEIBO, Unhurried
from sources.fakes.server import Fault, Reply
from sources.fakes.weibo import FakeWeibo
from sources.test_lenient_json import JSON
from zombiescope.errors import NotAuthorised, SourceError
from zombiescope.sources import weibo
from zombiescope.sources.live import LiveSource
from zombiescope.sources.ssrf_guard import SsrfGuard
from zombiescope.sources.weibo import parse

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def test_a_filtered_window_is_said_to_be_one() -> None:
    """Where Weibo says that it hides fans, the frame is no whole list, and the report says so."""
    world = WEIBO.world(45, declared=9000)
    with WEIBO.open(world, fake=FakeWeibo(world, filtered=True)) as opened:
        frame = opened.source.listing(opened.handle).frame
        assert (frame.declared, frame.listed, frame.complete) == (9000, 45, False)
        assert any("hidden some fans" in note for note in frame.warnings)


def test_a_window_that_nobody_owns_up_to_is_one_too() -> None:
    """A list that ends long before the count is a window."""
    with WEIBO.open(WEIBO.world(45, declared=9000)) as opened:
        frame = opened.source.listing(opened.handle).frame
        assert not frame.complete
        assert any("window" in note for note in frame.warnings)


def test_registration_dates_are_asked_for_where_the_list_has_none() -> None:
    """One more call a drawn fan, and only then."""
    world = WEIBO.world(5)
    with WEIBO.open(world, fake=FakeWeibo(world, dated=False)) as opened:
        listing = opened.source.listing(opened.handle)
        assert listing.rows["created_at"].null_count == 5
        fetched = opened.source.fetch(listing, [0, 3], posts=0)
        assert fetched.rows["created_at"].to_pylist() == [one.created_at for one in world.followers[:4:3]]
        assert fetched.requests == 2


def test_throttled_is_waited_out() -> None:
    """HTTP 432 is Weibo's own word for too fast."""
    with WEIBO.open(WEIBO.world(5)) as opened:
        assert opened.server is not None
        opened.server.faults.append(Fault(Reply(status=432), path="/friends", times=2))
        assert opened.source.listing(opened.handle).frame.listed == 5


@pytest.mark.parametrize("cookie", [None, "", "expired", "SUB=expired; SUBP=x"])
def test_without_a_good_cookie_it_says_what_to_do(cookie: str | None) -> None:
    """Missing or refused: how to get one; the cookie itself is never shown."""
    with WEIBO.open(WEIBO.world(5)) as opened:
        assert opened.server is not None
        connector = weibo.connector(
            cookie=cookie,
            base=opened.server.url,
            guard=SsrfGuard(private=True),
            host_rate_limits=Unhurried(),
            limits=QUICK,
        )
        with pytest.raises(NotAuthorised) as caught:
            LiveSource(connector).listing("粉丝0")
        assert "ZOMBIESCOPE_WEIBO_COOKIE" in caught.value.advice
        assert "expired;" not in caught.value.what + caught.value.advice


def test_the_answer_that_asks_to_log_in_is_understood() -> None:
    """Weibo says so with HTTP 200, too."""
    with WEIBO.open(WEIBO.world(5)) as opened:
        assert opened.server is not None
        answer = Reply({"ok": -100, "url": "https://passport.weibo.com/sso/signin"})
        opened.server.faults.append(Fault(answer, path="/info", times=None))
        with pytest.raises(NotAuthorised):
            opened.source.listing(opened.handle)


def test_a_post_of_the_documented_shape() -> None:
    """The client stands in an anchor; a repost has its original."""
    post = parse.post(
        {
            "id": 4016,
            "created_at": "Thu Sep 08 11:39:49 +0800 2016",
            "text": '转发 <a href="/n/x">@x</a> &amp; 微博',
            "source": '<a href="http://app.weibo.com/t/feed/1" rel="nofollow">iPhone 6</a>',
            "retweeted_status": {"id": 1},
            "attitudes_count": 5,
            "reposts_count": 0,
        }
    )
    assert post is not None
    assert (post.id, post.text, post.source, post.is_repost) == (
        "4016",
        "转发 @x & 微博",
        "iPhone 6",
        True,
    )
    assert post.created_at == datetime(2016, 9, 8, 3, 39, 49, tzinfo=UTC)
    assert (post.likes_count, post.reposts_count, post.replies_count) == (5, 0, None)


@pytest.mark.parametrize(
    ("more", "following"),
    [({"next_cursor": 20}, "2"), ({"next_cursor": 0}, None), ({"next_cursor": "0"}, None), ({}, "2")],
)
def test_the_end_of_the_list(more: dict[str, Any], following: str | None) -> None:
    """A cursor of 0 ends it, an absent one does not; an empty page does."""
    page = parse.fan_page({"users": [{"id": 1}], **more}, 1, now=NOW)
    assert page.next == following
    assert parse.fan_page({"users": [], "next_cursor": 40}, 3, now=NOW).next is None


@given(JSON)
def test_nothing_breaks_the_parsers(value: object) -> None:
    """Whatever Weibo answers is read, refused or an error of ours."""
    parse.post(value)
    for data in (value, {"users": [value, {"id": 1, "screen_name": value}], "data": value}):
        for read in (
            lambda d: parse.fan_page(d, 1, now=NOW),
            parse.user_of,
            parse.posts_of,
            lambda d: parse.registered(d, now=NOW),
        ):
            with suppress(SourceError):
                read(data)


@pytest.mark.parametrize(
    ("fields", "window"),
    [
        ({"total_number": 900, "display_total_number": 900}, False),
        ({"total_number": 900, "display_total_number": 899}, True),
        ({"display_total_number": 900}, True),
        ({"total_number": 900}, False),
        ({"has_filtered_fans": True}, True),
        ({"has_filtered_fans": False}, False),
    ],
)
def test_a_page_says_whether_fans_are_hidden(fields: dict[str, object], window: bool) -> None:
    """By its flag, or by a displayed total that is not the total; then the page has a note that says so."""
    page = parse.fan_page({"ok": 1, "users": [{"id": 1}], **fields}, 1, now=datetime(2026, 1, 1, tzinfo=UTC))
    assert page.window is window
    assert bool(page.notes) is window
