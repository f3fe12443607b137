"""X against a server that replays the documented shapes, and what it costs."""

from __future__ import annotations

import pytest

from sources.contract import QUICK, Unhurried, X
from sources.fakes.server import Fault, Reply
from sources.fakes.x import FakeX
from zombiescope.errors import BudgetError, NotAuthorised, SourceError, UnknownAccount
from zombiescope.sources import x
from zombiescope.sources.budget import Budget
from zombiescope.sources.live import LiveSource
from zombiescope.sources.paging import MemoryPages
from zombiescope.sources.ssrf_guard import SsrfGuard


def test_nothing_is_bought_before_the_cost_is_agreed_to() -> None:
    """The plan names the price; without money in the budget the list is not asked for."""
    with X.open(X.world(250), budget=Budget()) as opened:
        assert opened.source.estimate(opened.handle).money == pytest.approx(2.50)  # type: ignore[attr-defined]
        with pytest.raises(BudgetError, match=r"costs about \$2\.50 and \$0\.00 is agreed to"):
            opened.source.listing(opened.handle)
        assert opened.server is not None
        assert not any("followers" in one.path for one in opened.server.asked)


def test_what_was_spent_is_told() -> None:
    """Cost and rows agree."""
    with X.open(X.world(250), budget=Budget(money=2.50)) as opened:
        listing = opened.source.listing(opened.handle)
        assert listing.money == pytest.approx(2.50)
        assert listing.frame.listed == 250
        assert any("each is paid for" in note for note in listing.frame.warnings)
        fetched = opened.source.fetch(listing, [0, 9], posts=40)
        assert (fetched.requests, fetched.money) == (0, 0.0)
        assert fetched.rows["recent_posts"].to_pylist() == [None, None]


def test_a_list_longer_than_its_count_never_costs_more_than_was_agreed() -> None:
    """Pages are cut to the money that is left; what was bought is kept for the next run."""
    world = X.world(400, declared=150)
    fake, store = FakeX(world), MemoryPages()
    with X.open(world, budget=Budget(money=1.50), fake=fake, store=store) as opened:
        with pytest.raises(BudgetError, match=r"\$1\.50 is spent"):
            opened.source.listing(opened.handle)
        assert fake.sold == 150
        assert opened.server is not None
        more = X.source(opened.server, store=store, budget=Budget(money=5.0)).listing(opened.handle)
        assert more.frame.listed == 400
        assert fake.sold == 400
        assert more.money == pytest.approx(2.50)


@pytest.mark.parametrize("status", [401, 402, 403])
def test_a_refused_token_is_explained(status: int) -> None:
    """What to check; the token itself is never shown."""
    with X.open(X.world(5)) as opened:
        assert opened.server is not None
        opened.server.faults.append(Fault(Reply({}, status=status), times=None))
        with pytest.raises(NotAuthorised, match=f"HTTP {status}"):
            opened.source.listing(opened.handle)


def test_without_a_token_nothing_is_asked() -> None:
    """X has no free way in."""
    connector = x.connector(guard=SsrfGuard(private=True), host_rate_limits=Unhurried(), limits=QUICK)
    with pytest.raises(NotAuthorised, match="paying users"):
        LiveSource(connector).listing("someone")


def test_refusals_with_http_200_are_refusals() -> None:
    """X says "not found" and "forbidden" in a body of its own."""
    with X.open(X.world(5)) as opened:
        assert opened.server is not None
        answer = Reply({"errors": [{"title": "Authorization Error"}]})
        opened.server.faults.append(Fault(answer, path="/followers", times=None))
        with pytest.raises(SourceError, match="Authorization Error"):
            opened.source.listing(opened.handle)
        with pytest.raises(UnknownAccount):
            opened.source.listing("nobody")
