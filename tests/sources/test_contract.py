"""The contract of a source, held to by every source there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sources.contract import IMPATIENT, LIVE, QUICK, Opened, Platform, file_source
from sources.fakes.server import Fault, Reply
from sources.fakes.world import World
from zombiescope import wiring
from zombiescope.errors import (
    AccountError,
    BudgetError,
    HiddenFollowers,
    InputError,
    RateLimited,
    SourceError,
    UnknownAccount,
    Untrusted,
)
from zombiescope.records import schema
from zombiescope.sources.base import Listing, Source
from zombiescope.sources.budget import Budget
from zombiescope.sources.paging import MemoryPages

live = pytest.mark.parametrize("platform", LIVE, ids=lambda platform: platform.name)


def ids(listing: Listing) -> list[str]:
    """The ids of the frame, in order."""
    listed_ids: list[str] = listing.rows["id"].to_pylist()
    return listed_ids


@pytest.fixture(params=["sample", "file", *(platform.name for platform in LIVE)])
def anyone(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Source, str, str]]:
    """Each source there is: it, a handle, and a handle of nobody."""
    if request.param == "file":
        source, path = file_source(tmp_path)
        yield source, path, str(tmp_path / "nothing.jsonl")
    elif request.param == "sample":
        from zombiescope.sources.sample import SampleSource

        folder = wiring.settings().shipped_sample
        if not any(folder.glob("*")):
            pytest.skip("data/sample has not been made here (make sample)")
        yield SampleSource(folder), "canada", "atlantis"
    else:
        platform = next(one for one in LIVE if one.name == request.param)
        with platform.open(platform.world(45)) as opened:
            yield (
                opened.source,
                opened.handle,
                opened.handle.replace("fan0", "nobody").replace("粉丝0", "无人"),
            )


def test_a_listing_is_whole(anyone: tuple[Source, str, str]) -> None:
    """The frame has one row a place, in the record's columns, numbered from 0, each follower once."""
    source, handle, _ = anyone
    pages_seen: list[int] = []
    listing = source.listing(handle, progress=lambda done, of, requests: pages_seen.append(done))
    assert listing.rows.schema == schema.SCHEMA
    assert listing.frame.listed == listing.rows.num_rows > 0
    assert listing.account.ref.startswith(f"{source.platform}:")
    assert pages_seen == sorted(pages_seen)
    assert len(set(ids(listing))) == listing.rows.num_rows
    assert set(listing.skipped) <= set(range(listing.rows.num_rows))


def test_a_fetch_accounts_for_every_place(anyone: tuple[Source, str, str]) -> None:
    """Each place that was drawn is either fetched or skipped with a reason, in order; twice gives the same."""
    source, handle, _ = anyone
    listing = source.listing(handle)
    drawn = list(range(0, listing.frame.listed, 3))
    fetched = source.fetch(listing, drawn, posts=2)
    assert fetched.rows.schema == schema.SCHEMA
    assert sorted([*fetched.places.tolist(), *fetched.skipped]) == drawn
    assert fetched.places.tolist() == sorted(fetched.places.tolist())
    assert fetched.rows["id"].to_pylist() == [ids(listing)[place] for place in fetched.places]
    assert all(len(posts) <= 2 for posts in fetched.rows["recent_posts"].to_pylist() if posts)
    again = source.fetch(listing, drawn, posts=2)
    assert again.rows.equals(fetched.rows)
    assert again.at == fetched.at


def test_nobody_is_an_error(anyone: tuple[Source, str, str]) -> None:
    """A handle of nobody is one line of error, not an empty list."""
    source, _, nobody = anyone
    with pytest.raises((UnknownAccount, InputError)) as caught:
        source.listing(nobody)
    assert "\n" not in caught.value.what


@live
def test_handles_are_understood_in_every_form(platform: Platform) -> None:
    """However the handle is written, it is the same account, and its pages are kept under one name."""
    world = platform.world(3)
    with platform.open(world) as opened:
        user, _, host = opened.handle.partition("@")
        words = {
            "h": opened.handle,
            "H": opened.handle.upper(),
            "id": world.owner.id,
            "user": user,
            "host": host,
        }
        first = opened.source.listing(opened.handle)
        for form in platform.forms:
            listing = opened.source.listing(form.format(**words))
            assert ids(listing) == ids(first)
            if "id" not in form:
                assert listing.account.ref == first.account.ref


@live
def test_what_is_no_handle_is_not_asked_for(platform: Platform) -> None:
    """A text that can be no handle is refused with advice, before any request."""
    with platform.open(platform.world(1)) as opened:
        for wrong in platform.wrong:
            with pytest.raises(AccountError):
                opened.source.listing(wrong)
        assert opened.server is not None
        assert not opened.server.asked


@live
def test_an_empty_list_is_empty(platform: Platform) -> None:
    """An account without followers has a frame of none."""
    with platform.open(platform.world(0)) as opened:
        listing = opened.source.listing(opened.handle)
        assert (listing.frame.listed, listing.frame.declared, listing.frame.complete) == (0, 0, True)
        assert opened.source.fetch(listing, [], posts=2).rows.num_rows == 0


@live
def test_a_hidden_list_is_said_to_be_hidden(platform: Platform) -> None:
    """Followers declared and none shown is a hidden list, never a share of zero."""
    with platform.open(platform.world(5, hidden=True)) as opened, pytest.raises(HiddenFollowers):
        opened.source.listing(opened.handle)


@live
def test_short_pages_do_not_end_the_list(platform: Platform) -> None:
    """Pages that fall short of their limit are walked past: only a missing cursor is the end."""
    world = platform.world(platform.row_page * 2 + 7, short=3)
    with platform.open(world) as opened:
        listing = opened.source.listing(opened.handle)
        if platform.name == "weibo":  # pages are numbered there, so what a page leaves out is on no page
            assert listing.frame.listed == platform.row_page * 2 + 7 - 3 * 3
        else:
            assert ids(listing) == [one.id for one in world.followers]


@live
def test_rows_repeated_across_pages_are_counted_once(platform: Platform) -> None:
    """A follower on two pages is one follower, and the report says so."""
    world = platform.world(platform.row_page * 3, repeat=5)
    with platform.open(world) as opened:
        listing = opened.source.listing(opened.handle)
        assert ids(listing) == [one.id for one in world.followers]
        assert listing.rows["position"].to_pylist() == list(range(len(world.followers)))
        assert any("rows of the list repeat a follower" in note for note in listing.frame.warnings)


@live
def test_a_list_that_grows_while_it_is_walked(platform: Platform) -> None:
    """Newcomers at the top neither double nor displace those who were there."""
    world = platform.world(platform.row_page * 3, grows=2)
    there = [one.id for one in world.followers]
    with platform.open(world) as opened:
        listing = opened.source.listing(opened.handle)
        assert len(set(ids(listing))) == listing.frame.listed
        assert [one for one in ids(listing) if one in set(there)] == there


@live
@pytest.mark.parametrize(("declared", "shown"), [(64, 64), (3, 3), (-1, None)])
def test_counts_that_lie_do_not_shape_the_frame(platform: Platform, declared: int, shown: int | None) -> None:
    """The frame is what the list shows; the declared count stands beside it, and -1 is unknown."""
    with platform.open(platform.world(10, declared=declared)) as opened:
        frame = opened.source.listing(opened.handle).frame
        assert (frame.listed, frame.declared) == (10, shown)


@live
def test_followers_that_vanish_are_skipped_with_a_reason(platform: Platform) -> None:
    """Who is gone between the list and the fetch is skipped, with the reason where the platform gives one."""
    if not platform.posts:
        pytest.skip("the list has it all: nothing is fetched")
    world = platform.world(12)
    for one in world.followers:
        one.posts = 3
    with platform.open(world) as opened:
        listing = opened.source.listing(opened.handle)
        world.followers[2].reach = "suspended"
        world.followers[5].reach = "deleted"
        fetched = opened.source.fetch(listing, range(12), posts=2)
        assert set(fetched.skipped) == {2, 5}
        assert fetched.skipped[5] == "deleted"
        if platform.name != "weibo":  # it does not say why
            assert fetched.skipped[2] == "suspended"


@live
def test_what_is_known_is_not_fetched_again(platform: Platform) -> None:
    """Posts are asked for of drawn followers alone, and not of those who have none; a second fetch asks nothing."""
    world = platform.world(40)
    with platform.open(world) as opened:
        listing = opened.source.listing(opened.handle)
        assert opened.server is not None
        opened.server.asked.clear()
        drawn = [1, 2, 3, 4]  # with 2, 3, 0 and 1 posts
        fetched = opened.source.fetch(listing, drawn, posts=2)
        calls = {"bluesky": 3 + 2, "mastodon": 3, "weibo": 3, "x": 0}[platform.name]
        assert len(opened.server.asked) == fetched.requests == calls
        texts = [row and [post["text"] for post in row] for row in fetched.rows["recent_posts"].to_pylist()]
        post_texts = ["Post 0 of mine", "Post 1 of mine"]
        assert texts == ([post_texts, post_texts, [], post_texts[:1]] if platform.posts else [None] * 4)
        opened.server.asked.clear()
        opened.source.fetch(listing, drawn, posts=2)
        opened.source.listing(opened.handle)
        assert not opened.server.asked


@live
def test_without_posts_none_are_asked_for(platform: Platform) -> None:
    """posts=0 leaves timelines unknown, which is not the same as empty."""
    with platform.open(platform.world(4)) as opened:
        listing = opened.source.listing(opened.handle)
        fetched = opened.source.fetch(listing, [0, 1, 2, 3], posts=0)
        assert fetched.rows["recent_posts"].to_pylist() == [None] * 4


def spoilt(opened: Opened, platform: Platform, fault: Reply, *, times: int | None, after: int = 0) -> None:
    """Spoil the list of followers."""
    assert opened.server is not None
    opened.server.faults.append(Fault(fault, path=platform.followers, times=times, after=after))


PASSING = {
    "429 with Retry-After": Reply({}, status=429, headers={"Retry-After": "0"}),
    "429 with unix reset": Reply({}, status=429, headers={"X-RateLimit-Reset": "1700000000"}),
    "429 with ISO reset": Reply({}, status=429, headers={"X-RateLimit-Reset": "2023-11-14T22:13:20.000Z"}),
    "429 without a word": Reply({}, status=429),
    "500": Reply({"error": "InternalServerError"}, status=500),
    "503": Reply(body=b"<html>unavailable</html>", status=503),
    "malformed": Reply(body=b'{"followers": [{"did": "tru'),
    "not JSON": Reply(body=b"<html>hello</html>"),
    "not UTF-8": Reply(body=b'{"followers": ["\xff\xfe"]}'),
    "nested beyond reason": Reply(body=b"[" * 50_000),
    "slow bytes": Reply({}, drip=3.0),
}


@live
@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_passing_trouble_is_passed_over(platform: Platform, fault: Reply) -> None:
    """Rate limits, 5xx, broken and slow answers are asked for again, and leave no trace in the frame."""
    world = platform.world(platform.row_page + 5)
    with platform.open(world, limits=IMPATIENT if fault.drip else QUICK) as opened:
        spoilt(opened, platform, fault, times=1, after=1)
        assert ids(opened.source.listing(opened.handle)) == [one.id for one in world.followers]


@live
@pytest.mark.parametrize("kind", ["500", "malformed", "429 without a word"])
def test_lasting_trouble_is_one_line(platform: Platform, kind: str) -> None:
    """A platform that keeps failing ends in one error that says what is kept, after a few attempts."""
    with platform.open(platform.world(5)) as opened:
        spoilt(opened, platform, PASSING[kind], times=None)
        with pytest.raises(RateLimited if kind.startswith("429") else SourceError) as caught:
            opened.source.listing(opened.handle)
        assert "\n" not in caught.value.what
        assert opened.server is not None
        assert sum(platform.followers in one.path for one in opened.server.asked) == 4


@live
def test_a_400_is_never_asked_again(platform: Platform) -> None:
    """A refusal is an answer."""
    with platform.open(platform.world(5)) as opened:
        spoilt(opened, platform, Reply({"error": "InvalidRequest", "message": "no"}, status=400), times=None)
        with pytest.raises(SourceError):
            opened.source.listing(opened.handle)
        assert opened.server is not None
        assert sum(platform.followers in one.path for one in opened.server.asked) == 1


@live
def test_a_wait_beyond_patience_is_refused(platform: Platform) -> None:
    """A platform that asks to wait for hours gets an error that says so, at once."""
    with platform.open(platform.world(5)) as opened:
        spoilt(opened, platform, Reply({}, status=429, headers={"Retry-After": "7200"}), times=None)
        with pytest.raises(RateLimited, match="120 minutes"):
            opened.source.listing(opened.handle)
        assert opened.server is not None
        assert sum(platform.followers in one.path for one in opened.server.asked) == 1


@live
@pytest.mark.parametrize("value", [[], {}, {"followers": 3}, "text", None, {"users": {}}, 7], ids=str)
def test_json_of_another_form_is_no_list(platform: Platform, value: object) -> None:
    """An answer of another shape is an error or an empty, hidden list; never a crash."""
    with platform.open(platform.world(5)) as opened:
        spoilt(opened, platform, Reply(value), times=None)
        with pytest.raises((SourceError, HiddenFollowers)):
            opened.source.listing(opened.handle)


@live
def test_a_walk_cut_off_goes_on_where_it_was(platform: Platform) -> None:
    """What was fetched before a failure is kept: the next run asks for the rest alone."""
    store = MemoryPages()
    world = platform.world(platform.row_page * 3)
    with platform.open(world, store=store) as opened:
        spoilt(opened, platform, Reply(status=500), times=4, after=2)
        with pytest.raises(SourceError):
            opened.source.listing(opened.handle)
        assert opened.server is not None
        opened.server.asked.clear()
        listing = platform.source(opened.server, store=store).listing(opened.handle)
        assert ids(listing) == [one.id for one in world.followers]
        pages = sum(platform.followers in one.path for one in opened.server.asked)
        assert pages == len(opened.server.asked)
        assert pages <= 2  # Weibo's empty last page is one


@live
def test_a_plan_over_the_limit_is_refused_before_the_walk(platform: Platform) -> None:
    """The account itself is asked for, and nothing else."""
    world = platform.world(5, declared=100_000)
    with platform.open(world, budget=Budget(requests=3, money=1e6)) as opened:
        with pytest.raises(BudgetError, match="the limit is 3"):
            opened.source.listing(opened.handle)
        assert opened.server is not None
        assert len(opened.server.asked) == 1


@live
def test_a_list_that_outgrows_its_count_stops_at_the_limit(platform: Platform) -> None:
    """Not one request more than --max-requests is sent, whatever the account says of itself."""
    world = platform.world(platform.row_page * 8, declared=1)
    with platform.open(world, budget=Budget(requests=6, money=1e6)) as opened:
        with pytest.raises(BudgetError, match="limit of 6 requests"):
            opened.source.listing(opened.handle)
        assert opened.server is not None
        assert len(opened.server.asked) == 6


@live
def test_a_plan_is_what_happens(platform: Platform) -> None:
    """The estimate before the start is the number of requests that follow, give or take a page."""
    world = platform.world(platform.row_page * 2 - 5)
    for one in world.followers:
        one.posts = 3
    with platform.open(world) as opened:
        assert opened.server is not None
        plan = opened.source.estimate(opened.handle, sample=10, posts=3)  # type: ignore[attr-defined]
        opened.server.asked.clear()
        listing = opened.source.listing(opened.handle)
        opened.source.fetch(listing, list(range(10)), posts=3)
        # Weibo: the date of registration may not need a call, and an empty page ends the list. X: the fake's
        # pages are shorter than its limit.
        slack = {"weibo": 11, "x": 1}.get(platform.name, 0)
        assert abs(plan.requests - len(opened.server.asked)) <= slack
        assert plan.seconds > 0


@live
def test_a_redirect_is_not_followed(platform: Platform) -> None:
    """A page that sends elsewhere is refused, so that no credential follows it."""
    with platform.open(platform.world(5)) as opened:
        spoilt(opened, platform, Reply(status=302, headers={"Location": "http://127.0.0.1:1/x"}), times=None)
        with pytest.raises((Untrusted, SourceError)):
            opened.source.listing(opened.handle)
        assert opened.server is not None
        assert sum(platform.followers in one.path for one in opened.server.asked) == 1


def test_a_world_pages_as_it_says() -> None:
    """The fakes' own paging: each follower once, in order, where nothing is spoilt."""
    platform = LIVE[0]
    world: World = platform.world(25)
    after: str | None = None
    pages: list[Any] = []
    while True:
        rows, after = world.page(after, 10)
        pages.extend(one.id for one in rows)
        if after is None:
            break
    assert pages == [one.id for one in world.followers]
