"""The calls to an instance of the Mastodon API: Mastodon, GoToSocial, Pleroma, Akkoma and others."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from zombiescope.domain import AccountInfo, Follower, Post
from zombiescope.errors import AccountError, NotAuthorised, SourceError, UnknownAccount
from zombiescope.sources.budget import Plan, RequestMeter
from zombiescope.sources.connector import LATENCY, Client, Connector, Gone
from zombiescope.sources.http import Answer, Http, Limits, Params
from zombiescope.sources.lenient_json import text
from zombiescope.sources.mastodon import parse
from zombiescope.sources.paging import Page
from zombiescope.sources.rate_limit import HostRateLimit, HostRateLimits
from zombiescope.sources.ssrf_guard import SsrfGuard

__all__ = ["MastodonClient", "connector"]

_STATUSES = 40  # posts a call gives at most
# Mastodon's documented limits, by address or token: all calls, and paging through followers.
_LIMIT = (300, 300.0)
_PAGING = (300, 900.0)
# What servers answer where they want a token: 401, or 403 and 422 of some versions.
_CLOSED = (401, 403, 422)


def connector(
    *,
    tokens: Mapping[str, str] | None = None,
    guard: SsrfGuard | None = None,
    host_rate_limits: HostRateLimits | None = None,
    limits: Limits | None = None,
) -> Connector:
    """Accounts of the Mastodon kind, each asked of its home instance, whose name comes from untrusted input.

    tokens: by host; each is sent to that host alone.
    """
    shared = host_rate_limits or HostRateLimits()
    known = dict(tokens or {})
    checked = guard or SsrfGuard()

    def connect(name: str, meter: RequestMeter) -> MastodonClient:
        host = parse.split(name)[1]
        return MastodonClient(host, known.get(host), checked, shared, meter, limits)

    return Connector("mastodon", parse.normal, connect)


class MastodonClient(Client):
    """Calls of /api/v1/accounts. List rows are whole accounts, so only posts take further calls."""

    page_size = 80
    workers = 4

    def __init__(
        self,
        host: str,
        token: str | None,
        guard: SsrfGuard,
        host_rate_limits: HostRateLimits,
        meter: RequestMeter,
        limits: Limits | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self._host = host
        self._pace = host_rate_limits.of(host, *_LIMIT)
        self._paging = host_rate_limits.of(f"{host} followers", *_PAGING)
        # A port is only let through for tests and instances at home, which speak plain http.
        scheme = "http" if guard.private and ":" in host.rpartition("]")[2] else "https"
        self._http = self._session(
            Http(
                f"{scheme}://{host}",
                guard=guard,
                meter=meter,
                pace=self._pace,
                headers={"authorization": f"Bearer {token}"} if token else None,
                limits=limits,
            )
        )
        self._now = now

    async def account(self, handle: str) -> AccountInfo:
        """The account as its home instance knows it."""
        answer = await self._call("/api/v1/accounts/lookup", {"acct": parse.split(handle)[0]})
        if answer.status in (404, 410):
            raise UnknownAccount(
                f"{self._host} knows nobody called {parse.split(handle)[0]}",
                "Check the name, and that the instance is the account's home.",
            )
        self._expect(answer, "accounts/lookup")
        if isinstance(answer.value, dict) and answer.value.get("suspended") is True:
            raise AccountError(f"mastodon:{handle} is suspended", "Its followers are not shown while it is.")
        account = parse.account_info(f"mastodon:{handle}", answer.value)
        if account.id is None:
            raise SourceError(f"{self._host} gives no id for {handle}")
        return account

    async def page(self, account: AccountInfo, cursor: str | None) -> Page:
        """A page of followers; the cursor is the whole URL that the page before named as next."""
        if cursor is None:
            path, params = f"/api/v1/accounts/{account.id}/followers", {"limit": self.page_size}
            answer = await self._call(path, params, pace=self._paging)
        else:
            answer = await self._call(cursor, None, pace=self._paging)
        self._expect(answer, "accounts/followers")
        return parse.follower_page(answer.value, answer.headers.get("link"), now=self._now())

    async def posts(self, follower: Follower, number: int) -> tuple[Post, ...]:
        """The newest statuses, as far as this instance has them."""
        posts: list[Post] = []
        target: str | None = f"/api/v1/accounts/{follower.id}/statuses"
        params: Params | None = {"limit": min(number, _STATUSES)}
        visited = set()
        while target is not None and target not in visited and len(posts) < number:
            visited.add(target)
            answer = await self._call(target, params)
            if answer.status in (404, 410):
                raise Gone("deleted" if answer.status == 404 else "suspended")
            self._expect(answer, "accounts/statuses")
            if not isinstance(answer.value, list) or not answer.value:
                break
            posts.extend(one for one in map(parse.post, answer.value) if one is not None)
            target, params = parse.next_link(answer.headers.get("link")), None
        return tuple(posts[:number])

    def plan(self, account: AccountInfo, *, stored_pages: int, sample: int, posts: int) -> Plan:
        """Pages, and a call for each 40 posts of each follower drawn."""
        listed = account.followers_count or 0
        drawn = min(sample, listed)
        pages = max(1, math.ceil(listed / self.page_size) - stored_pages)
        calls = drawn * math.ceil(posts / _STATUSES)
        seconds = max(
            self._paging.seconds(pages) + self._pace.seconds(calls),
            LATENCY * (pages + calls / self.workers),
        )
        return Plan(requests=pages + calls, seconds=seconds)

    async def _call(self, target: str, params: Params | None, *, pace: HostRateLimit | None = None) -> Answer:
        answer = await self._http.get(target, params, pace=pace)
        if answer.status in _CLOSED:
            raise NotAuthorised(
                f"{self._host} shows this only to those who are logged in (HTTP {answer.status})",
                f"Make a token in your account there (Preferences, Development, scope read) and set "
                f"ZOMBIESCOPE_MASTODON_TOKENS={self._host}=TOKEN.",
            )
        return answer

    def _expect(self, answer: Answer, what: str) -> None:
        if answer.status != 200:
            message = text(answer.error(), "error") or "no reason given"
            raise SourceError(f"{self._host} refuses {what} (HTTP {answer.status}: {message[:120]})")
