"""Which source reads an account: a platform's connector, a file, a simulated list, or another package's plug-in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from zombiescope.errors import AccountError
from zombiescope.settings import Settings

if TYPE_CHECKING:
    from zombiescope.report import Truth
    from zombiescope.sources.base import Source
    from zombiescope.sources.budget import Budget
    from zombiescope.sources.connector import Connector
    from zombiescope.sources.paging import PageStore
    from zombiescope.sources.rate_limit import HostRateLimits
    from zombiescope.sources.ssrf_guard import SsrfGuard
    from zombiescope.usecases.audit import AuditRequest


from zombiescope.wiring.storage import store

__all__ = ["GROUP", "PLATFORMS", "Factory", "host_rate_limits", "platforms", "source", "truth"]


def _files(request: AuditRequest, _: Settings, __: Budget | None) -> Source:
    from zombiescope.sources.file import FileSource

    return FileSource(order=request.order or "unknown", declared=request.declared)


def _sample(_: AuditRequest, found: Settings, __: Budget | None) -> Source:
    from zombiescope.sources.sample import SampleSource

    return SampleSource(found.shipped_sample)


def _bluesky(request: AuditRequest, found: Settings, budget: Budget | None) -> Source:
    from zombiescope.sources import bluesky

    connector = bluesky.connector(
        appview=found.bluesky_appview,
        plc=found.bluesky_plc,
        guard=_guard(found),
        host_rate_limits=host_rate_limits("bluesky"),
    )
    return _live(connector, request, found, budget)


def _mastodon(request: AuditRequest, found: Settings, budget: Budget | None) -> Source:
    from zombiescope.sources import mastodon

    connector = mastodon.connector(
        tokens=dict(found.mastodon_tokens), guard=_guard(found), host_rate_limits=host_rate_limits("mastodon")
    )
    return _live(connector, request, found, budget)


def _weibo(request: AuditRequest, found: Settings, budget: Budget | None) -> Source:
    from zombiescope.sources import weibo

    connector = weibo.connector(
        cookie=found.weibo_cookie, guard=_guard(found), host_rate_limits=host_rate_limits("weibo")
    )
    return _live(connector, request, found, budget)


def _x(request: AuditRequest, found: Settings, budget: Budget | None) -> Source:
    from zombiescope.sources import x

    return _live(
        x.connector(token=found.x_token, guard=_guard(found), host_rate_limits=host_rate_limits("x")),
        request,
        found,
        budget,
    )


def _guard(found: Settings) -> SsrfGuard:
    from zombiescope.sources.ssrf_guard import SsrfGuard

    return SsrfGuard(private=found.allow_private_hosts)


@cache
def host_rate_limits(platform: str) -> HostRateLimits:
    """A platform's, one for the whole process: its audits share the limits of each host."""
    from zombiescope.sources.rate_limit import HostRateLimits

    return HostRateLimits()


def _live(connector: Connector, request: AuditRequest, found: Settings, budget: Budget | None) -> Source:
    from zombiescope.sources.live import LiveSource

    return LiveSource(
        connector, store=_pages(found), budget=budget, sample=request.sample, posts=request.posts
    )


@cache
def _pages(found: Settings) -> PageStore:
    """What was fetched, opened once for all sources of this process."""
    return store(found).pages


# What stands before the colon of an account, and the source that knows it.
Factory = Callable[["AuditRequest", Settings, "Budget | None"], "Source"]


PLATFORMS: Mapping[str, Factory] = {
    "bluesky": _bluesky,
    "file": _files,
    "mastodon": _mastodon,
    "sample": _sample,
    "weibo": _weibo,
    "x": _x,
}


# Other packages offer a Factory under its platform's name in this group of entry points.
GROUP = "zombiescope.sources"


def platforms() -> list[str]:
    """The names of all platforms, those of other packages among them."""
    return sorted({*PLATFORMS, *(point.name for point in entry_points(group=GROUP))})


def source(request: AuditRequest, found: Settings, *, budget: Budget | None = None) -> Source:
    """The source of the account asked for.

    budget: what a live one may spend; None: no money, any number of requests.

    Raises AccountError where the account is not SOURCE:NAME or nobody knows the source.
    """
    platform, colon, name = request.account.partition(":")
    factory = PLATFORMS.get(platform) or _plugged_in(platform)
    if not colon or not name or factory is None:
        known = ", ".join(f"{p}:NAME" if p != "file" else "file:PATH" for p in platforms())
        raise AccountError(
            f"{request.account!r} is no account that zombiescope knows", f"Write one of {known}."
        )
    return factory(request, found, budget)


def _plugged_in(platform: str) -> Factory | None:
    """The source that another package offers under this name."""
    for point in entry_points(group=GROUP, name=platform):
        try:
            factory: Factory = point.load()
        except Exception as error:  # noqa: BLE001 - another package's code may raise anything
            raise AccountError(
                f"the source {platform!r} ({point.value}) cannot be loaded ({type(error).__name__}: {error})",
                "Correct or remove the package that offers it.",
            ) from None
        return factory
    return None


def truth(account: str, found: Settings) -> Truth | None:
    """What is known of a simulated account; None of any other."""
    match = re.fullmatch(r"sample:(.+)", account)
    if not match:
        return None
    from zombiescope.report import Truth
    from zombiescope.sources.sample import SampleSource

    known = SampleSource(found.shipped_sample).truth(match[1])
    return Truth(
        share=known.reached,
        text=f"Of all {known.listed:,} on the list {100 * known.share:.1f}% are; of those whose profile can be "
        f"reached, {100 * known.reached:.1f}%.",
    )
