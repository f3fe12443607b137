"""The calls to a Bluesky AppView, and to the PLC directory where true ages are asked for."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from zombiescope.domain import AccountInfo, Follower, Order, Post
from zombiescope.errors import AccountError, NotAuthorised, SourceError, UnknownAccount
from zombiescope.sources.bluesky import parse
from zombiescope.sources.budget import Plan, RequestMeter
from zombiescope.sources.connector import LATENCY, Client, Completed, Connector, Gone
from zombiescope.sources.http import Answer, Http, Limits, Params
from zombiescope.sources.lenient_json import items, object_of, text
from zombiescope.sources.paging import Page
from zombiescope.sources.rate_limit import HostRateLimits
from zombiescope.sources.ssrf_guard import SsrfGuard

__all__ = ["APPVIEW", "BlueskyClient", "connector"]

APPVIEW = "https://public.api.bsky.app"
_FEED = 100  # posts a call gives at most
# The documented limit of Bluesky's own servers; the AppView does not say that it has another.
_LIMIT = (3000, 300.0)
# The PLC directory documents none: half of the above, since it serves everyone.
_PLC_LIMIT = (1500, 300.0)


def connector(
    *,
    appview: str | None = None,
    plc: str | None = None,
    guard: SsrfGuard | None = None,
    host_rate_limits: HostRateLimits | None = None,
    limits: Limits | None = None,
) -> Connector:
    """Bluesky, through an AppView (None: the public one).

    plc: a PLC directory to ask for each drawn follower's true age, a call each; None: the profile's own date.
    """
    shared = host_rate_limits or HostRateLimits()
    return Connector(
        "bluesky",
        parse.normal,
        lambda _, meter: BlueskyClient(appview or APPVIEW, plc, guard or SsrfGuard(), shared, meter, limits),
    )


class BlueskyClient(Client):
    """Calls of app.bsky.*, without credentials."""

    chunk = 25
    page_size = 100
    order: Order = "newest-first"

    def __init__(
        self,
        appview: str,
        plc: str | None,
        guard: SsrfGuard,
        host_rate_limits: HostRateLimits,
        meter: RequestMeter,
        limits: Limits | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self._pace = host_rate_limits.of(appview, *_LIMIT)
        self._http = self._session(Http(appview, guard=guard, meter=meter, pace=self._pace, limits=limits))
        self._plc = None
        if plc:
            plc_pace = host_rate_limits.of(plc, *_PLC_LIMIT)
            self._plc = self._session(Http(plc, guard=guard, meter=meter, pace=plc_pace, limits=limits))
        self._now = now

    async def account(self, handle: str) -> AccountInfo:
        """The account by its handle or DID."""
        answer = await self._call("app.bsky.actor.getProfile", {"actor": handle})
        ref = f"bluesky:{handle}"
        if answer.status == 200:
            account = parse.account_info(ref, answer.value)
            if account.id is None:
                raise SourceError(f"{self._http.host} gives no DID for {handle}")
            return account
        reason = parse.gone_reason(answer.error())
        if reason == "deleted":
            raise UnknownAccount(f"nobody on Bluesky is called {handle}", "Check the handle's spelling.")
        raise AccountError(f"{ref} is {reason}", "Its followers are not shown while it is.")

    async def page(self, account: AccountInfo, cursor: str | None) -> Page:
        """A page of getFollowers."""
        params: dict[str, str | int] = {"actor": account.id or "", "limit": self.page_size}
        if cursor is not None:
            params["cursor"] = cursor
        answer = await self._call("app.bsky.graph.getFollowers", params)
        if answer.status != 200:
            raise self._refusal(answer, "getFollowers")
        return parse.follower_page(answer.value, now=self._now())

    def incomplete(self, row: Follower) -> bool:
        """Always: the list has no counts."""
        return True

    async def complete(self, account: AccountInfo, chunk: Sequence[Follower]) -> Sequence[Completed]:
        """Profiles and follow times. Those missing from getProfiles are asked for alone, for the reason."""
        dids = [row.id for row in chunk]
        profiles, related = await asyncio.gather(
            self._call("app.bsky.actor.getProfiles", {"actors": dids}),
            self._call("app.bsky.graph.getRelationships", {"actor": account.id or "", "others": dids}),
        )
        if profiles.status != 200:
            raise self._refusal(profiles, "getProfiles")
        now = self._now()
        views = items(object_of(profiles.value, "getProfiles"), "profiles")
        by_did = {view["did"]: parse.profile(view, now=now) for view in views if _has_did(view)}
        times = parse.followed_at(related.value, now=now) if related.status == 200 else {}
        completed = []
        for did in dids:
            one = Completed(follower=by_did[did]) if did in by_did else await self._alone(did)
            if one.follower is not None:
                follower = msgspec.structs.replace(one.follower, followed_at=times.get(did))
                one = Completed(follower=follower)
            completed.append(one)
        return completed

    def undetailed(self, row: Follower) -> bool:
        """Where true ages are asked for, they are always missing."""
        return self._plc is not None

    async def detail(self, follower: Follower) -> Follower:
        """The follower with the age of its DID; did:web has no log, so its age is unknown."""
        created = None
        if self._plc is not None and follower.id.startswith("did:plc:"):
            answer = await self._plc.get(f"/{follower.id}/log/audit")
            created = parse.plc_created(answer.value)
        return msgspec.structs.replace(follower, created_at=created)

    async def posts(self, follower: Follower, number: int) -> tuple[Post, ...]:
        """The newest posts, replies and reposts."""
        posts: list[Post] = []
        cursor: str | None = None
        while len(posts) < number:
            params: dict[str, str | int] = {"actor": follower.id, "limit": min(number - len(posts), _FEED)}
            if cursor is not None:
                params["cursor"] = cursor
            answer = await self._call("app.bsky.feed.getAuthorFeed", params)
            if answer.status != 200:
                # The feed does not say why; the profile does.
                alone = await self._alone(follower.id)
                raise Gone(alone.skipped) if alone.skipped else self._refusal(answer, "getAuthorFeed")
            feed = object_of(answer.value, "getAuthorFeed")
            read = [parse.post(item) for item in items(feed, "feed")]
            posts.extend(post for post in read if post is not None)
            before, cursor = cursor, text(feed, "cursor") or None
            if cursor is None or cursor == before or not read:
                break
        return tuple(posts[:number])

    def plan(self, account: AccountInfo, *, stored_pages: int, sample: int, posts: int) -> Plan:
        """Pages, two calls for 25 profiles, and a call or more for each one's posts and age."""
        listed = account.followers_count or 0
        drawn = min(sample, listed)
        pages = max(1, math.ceil(listed / self.page_size) - stored_pages)
        each = 2 * math.ceil(drawn / self.chunk) + drawn * math.ceil(posts / _FEED)
        ages = drawn if self._plc else 0
        seconds = max(
            self._pace.seconds(pages + each), LATENCY * (pages + (each + ages) / self.workers), ages / 5 - 300
        )
        return Plan(requests=pages + each + ages, seconds=seconds)

    async def _alone(self, did: str) -> Completed:
        answer = await self._call("app.bsky.actor.getProfile", {"actor": did})
        if answer.status == 200:
            view = object_of(answer.value, "getProfile")
            return Completed(follower=parse.profile({**view, "did": did}, now=self._now()))
        return Completed(skipped=parse.gone_reason(answer.error()))

    async def _call(self, method: str, params: Params) -> Answer:
        answer = await self._http.get(f"/xrpc/{method}", params)
        if answer.status in (401, 403):
            raise NotAuthorised(
                f"{self._http.host} does not answer {method} without credentials",
                "Set ZOMBIESCOPE_BLUESKY_APPVIEW to an AppView; a PDS does not list followers.",
            )
        return answer

    def _refusal(self, answer: Answer, method: str) -> SourceError:
        message = text(answer.error(), "message") or text(answer.error(), "error") or "no reason given"
        return SourceError(f"{self._http.host} refuses {method} (HTTP {answer.status}: {message[:120]})")


def _has_did(view: object) -> bool:
    return isinstance(view, dict) and isinstance(view.get("did"), str)
