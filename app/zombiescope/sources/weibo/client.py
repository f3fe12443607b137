"""The calls to weibo.com, with the user's own cookie. Experimental: no server of it can be run to test against."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from zombiescope.domain import AccountInfo, Follower, Post
from zombiescope.errors import NotAuthorised, SourceError, UnknownAccount, Untrusted
from zombiescope.sources.budget import Plan, RequestMeter
from zombiescope.sources.connector import LATENCY, Client, Connector, Gone
from zombiescope.sources.http import Answer, Http, Limits, Params
from zombiescope.sources.lenient_json import text
from zombiescope.sources.paging import Page
from zombiescope.sources.rate_limit import HostRateLimits
from zombiescope.sources.ssrf_guard import SsrfGuard
from zombiescope.sources.weibo import parse

__all__ = ["BASE", "WeiboClient", "connector"]

BASE = "https://weibo.com"
_POSTS = 20  # posts a call gives
# Weibo documents no limit and throttles (HTTP 432) early: a call every three seconds.
_LIMIT = (20, 60.0)
_THROTTLED = frozenset({429, 432})


def connector(
    *,
    cookie: str | None = None,
    base: str = BASE,
    guard: SsrfGuard | None = None,
    host_rate_limits: HostRateLimits | None = None,
    limits: Limits | None = None,
) -> Connector:
    """Sina Weibo. cookie: the value of the cookie SUB, or a whole Cookie header."""
    shared = host_rate_limits or HostRateLimits()
    return Connector(
        "weibo",
        parse.normal,
        lambda _, meter: WeiboClient(base, cookie, guard or SsrfGuard(), shared, meter, limits),
    )


class WeiboClient(Client):
    """Calls of weibo.com/ajax."""

    page_size = 20
    workers = 1

    def __init__(
        self,
        base: str,
        cookie: str | None,
        guard: SsrfGuard,
        host_rate_limits: HostRateLimits,
        meter: RequestMeter,
        limits: Limits | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        if not cookie:
            raise _logged_out()
        self._pace = host_rate_limits.of(base, *_LIMIT)
        self._http = self._session(
            Http(
                base,
                guard=guard,
                meter=meter,
                pace=self._pace,
                headers={"cookie": cookie if "=" in cookie else f"SUB={cookie}"},
                throttled=_THROTTLED,
                limits=limits,
            )
        )
        self._now = now

    async def account(self, handle: str) -> AccountInfo:
        """The account by its uid, where it is a number, or its name."""
        by = "uid" if handle.isdecimal() else "screen_name"
        answer = await self._call("/ajax/profile/info", {by: handle})
        user = parse.user_of(answer.value) if answer.status == 200 else None
        if user is None:
            raise UnknownAccount(f"nobody on Weibo is called {handle}", "Check the name, or give the uid.")
        return parse.account_info(f"weibo:{handle}", user)

    async def page(self, account: AccountInfo, cursor: str | None) -> Page:
        """A page of fans; the cursor is its number."""
        number = int(cursor or 1)
        params: dict[str, str | int] = {"relate": "fans", "page": number, "uid": account.id or ""}
        params["type"] = "all"
        answer = await self._call("/ajax/friendships/friends", params)
        if answer.status != 200:
            raise SourceError(f"Weibo refuses the list of fans (HTTP {answer.status})")
        page = parse.fan_page(answer.value, number, now=self._now())
        if page.next is None and not page.window and number * self.page_size < (account.followers_count or 0):
            note = "Weibo shows visitors a window of the fans only: the rest is bounded, not estimated"
            return msgspec.structs.replace(page, window=True, notes=(*page.notes, note))
        return page

    def undetailed(self, row: Follower) -> bool:
        """Where the list does not give the date of registration."""
        return row.created_at is None

    async def detail(self, follower: Follower) -> Follower:
        """The follower with the date of registration."""
        answer = await self._call("/ajax/profile/detail", {"uid": follower.id})
        if answer.status in (400, 404):
            raise Gone("deleted")
        created = parse.registered(answer.value, now=self._now()) if answer.status == 200 else None
        return msgspec.structs.replace(follower, created_at=created)

    async def posts(self, follower: Follower, number: int) -> tuple[Post, ...]:
        """The newest posts."""
        posts: dict[str | None, Post] = {}
        for page in range(1, math.ceil(number / _POSTS) + 1):
            answer = await self._call("/ajax/statuses/mymblog", {"uid": follower.id, "page": page})
            if answer.status in (400, 404):
                raise Gone("deleted")
            if answer.status != 200:
                raise SourceError(f"Weibo refuses the posts (HTTP {answer.status})")
            read = parse.posts_of(answer.value)
            before = len(posts)
            posts.update({one.id: one for one in read if one.id not in posts})
            if len(posts) == before:
                break
        return tuple(posts.values())[:number]

    def plan(self, account: AccountInfo, *, stored_pages: int, sample: int, posts: int) -> Plan:
        """Pages, and a call for the age and for each 20 posts of each follower drawn."""
        listed = account.followers_count or 0
        drawn = min(sample, listed)
        pages = max(1, math.ceil(listed / self.page_size) - stored_pages)
        requests = pages + drawn * (1 + math.ceil(posts / _POSTS))
        return Plan(requests=requests, seconds=max(self._pace.seconds(requests), LATENCY * requests))

    async def _call(self, target: str, params: Params) -> Answer:
        try:
            answer = await self._http.get(target, params)
        except Untrusted:
            # A redirect: Weibo sends visitors to its log-in page on another host.
            raise _logged_out() from None
        if answer.status in (401, 403) or text(answer.error(), "url") or answer.error().get("ok") == -100:
            raise _logged_out()
        return answer


def _logged_out() -> NotAuthorised:
    return NotAuthorised(
        "Weibo asks to log in: the cookie is missing, expired or refused",
        "Log in at weibo.com in a browser and set ZOMBIESCOPE_WEIBO_COOKIE to the value of its cookie SUB.",
    )
