"""The calls to the X API v2, with the user's own token, who pays for each follower read. Experimental."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime

from zombiescope.domain import AccountInfo, Follower, Post
from zombiescope.errors import BudgetError, NotAuthorised, SourceError, UnknownAccount
from zombiescope.sources.budget import Plan, RequestMeter
from zombiescope.sources.connector import LATENCY, Client, Connector
from zombiescope.sources.http import Answer, Http, Limits, Params
from zombiescope.sources.paging import Page
from zombiescope.sources.rate_limit import HostRateLimits
from zombiescope.sources.ssrf_guard import SsrfGuard
from zombiescope.sources.x import parse

__all__ = ["BASE", "PRICE", "XClient", "connector"]

BASE = "https://api.x.com"
PRICE = 0.010  # US dollars that X charges about for a follower read
_LIMIT = (15, 900.0)


def connector(
    *,
    token: str | None = None,
    base: str = BASE,
    guard: SsrfGuard | None = None,
    host_rate_limits: HostRateLimits | None = None,
    limits: Limits | None = None,
) -> Connector:
    """X. token: a bearer token of the API v2, whose owner is charged."""
    shared = host_rate_limits or HostRateLimits()
    return Connector(
        "x", parse.normal, lambda _, meter: XClient(base, token, guard or SsrfGuard(), shared, meter, limits)
    )


class XClient(Client):
    """Calls of /2/users. List rows are whole profiles; posts are not read, since each would be paid for."""

    page_size = 1000
    workers = 1

    def __init__(
        self,
        base: str,
        token: str | None,
        guard: SsrfGuard,
        host_rate_limits: HostRateLimits,
        meter: RequestMeter,
        limits: Limits | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        if not token:
            raise NotAuthorised(
                "X shows followers only to paying users of its API",
                "Set ZOMBIESCOPE_X_TOKEN to a bearer token of the API v2.",
            )
        self._pace = host_rate_limits.of(base, *_LIMIT)
        self._meter = meter
        self._http = self._session(
            Http(
                base,
                guard=guard,
                meter=meter,
                pace=self._pace,
                headers={"authorization": f"Bearer {token}"},
                limits=limits,
            )
        )
        self._now = now

    async def account(self, handle: str) -> AccountInfo:
        """The account by its handle. It is one read, whose price is not asked about first."""
        answer = await self._call(f"/2/users/by/username/{handle}", {"user.fields": parse.FIELDS})
        if answer.status == 404 or (answer.status == 200 and parse.problem(answer.value)):
            raise UnknownAccount(f"nobody on X is called {handle}", "Check the handle; it may be suspended.")
        self._expect(answer, "users/by/username")
        account = parse.account_info(f"x:{handle}", answer.value)
        if account.id is None:
            raise SourceError(f"X gives no id for {handle}")
        return account

    async def page(self, account: AccountInfo, cursor: str | None) -> Page:
        """A page of followers, no larger than what is left to spend."""
        size = min(self.page_size, math.floor(self._meter.left() / PRICE + 1e-9))
        if size < 1:
            raise BudgetError(
                f"${self._meter.money:,.2f} is spent, all that was agreed to",
                "Run again and agree to more: what was fetched so far is kept and goes on from there.",
            )
        params: dict[str, str | int] = {"max_results": size, "user.fields": parse.FIELDS}
        if cursor is not None:
            params["pagination_token"] = cursor
        answer = await self._call(f"/2/users/{account.id}/followers", params)
        self._expect(answer, "followers")
        page = parse.follower_page(answer.value, now=self._now())
        self._meter.pay(PRICE * (len(page.rows) + len(page.refused)))
        return page

    def shows_posts(self, row: Follower) -> bool:
        """Never: see the class."""
        return False

    async def posts(self, follower: Follower, number: int) -> tuple[Post, ...]:
        """None are read."""
        return ()

    def plan(self, account: AccountInfo, *, stored_pages: int, sample: int, posts: int) -> Plan:
        """The list alone, at so much a follower."""
        listed = max(0, (account.followers_count or 0) - stored_pages * self.page_size)
        pages = math.ceil(listed / self.page_size)
        return Plan(
            requests=pages,
            seconds=max(self._pace.seconds(pages), LATENCY * pages),
            money=round(listed * PRICE, 2),
        )

    async def _call(self, target: str, params: Params) -> Answer:
        answer = await self._http.get(target, params)
        if answer.status in (401, 402, 403):
            raise NotAuthorised(
                f"X refuses the token (HTTP {answer.status})",
                "Check ZOMBIESCOPE_X_TOKEN, the plan it belongs to, and that credits are left.",
            )
        return answer

    def _expect(self, answer: Answer, what: str) -> None:
        wrong = parse.problem(answer.value) if answer.status == 200 else f"HTTP {answer.status}"
        if wrong:
            raise SourceError(f"X refuses {what} ({wrong[:120]})")
