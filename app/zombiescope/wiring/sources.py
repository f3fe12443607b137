"""Which source reads an account: the one that its platform's descriptor names."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from zombiescope.errors import AccountError
from zombiescope.platforms import PlatformDescriptor, names, platform, registered
from zombiescope.settings import Settings
from zombiescope.wiring.storage import process_store

if TYPE_CHECKING:
    from zombiescope.report import Truth
    from zombiescope.sources.base import Source
    from zombiescope.sources.budget import Budget
    from zombiescope.sources.rate_limit import HostRateLimits
    from zombiescope.usecases.audit import AuditRequest

__all__ = ["host_rate_limits", "platforms", "source", "truth"]


def platforms() -> list[str]:
    """The names of all platforms, those of other packages among them."""
    return names()


@cache
def host_rate_limits(platform: str) -> HostRateLimits:
    """A platform's, one for the whole process: its audits share the limits of each host."""
    from zombiescope.sources.rate_limit import HostRateLimits

    return HostRateLimits()


def source(
    request: AuditRequest, settings: Settings, *, budget: Budget | None = None, tenant: str | None = None
) -> Source:
    """The source of the account asked for.

    tenant: whose fetched pages are used again; None: the one of the settings. budget: what a live one may spend;
    None: no money, any number of requests.

    Raises AccountError where the account is not PLATFORM:NAME or nobody knows the platform.
    """
    name, colon, handle = request.account.partition(":")
    descriptor = platform(name) if colon and handle else None
    if descriptor is None:
        known = ", ".join(one.account for one in registered())
        raise AccountError(
            f"{request.account!r} is no account that zombiescope knows", f"Write one of {known}."
        )
    if descriptor.source is not None:
        local: Source = _load(descriptor, descriptor.source)(request, settings, budget)
        return local
    return _live(descriptor, request, settings, budget, tenant or settings.tenant)


def _live(
    descriptor: PlatformDescriptor,
    request: AuditRequest,
    settings: Settings,
    budget: Budget | None,
    tenant: str,
) -> Source:
    from zombiescope.sources.live import LiveSource
    from zombiescope.sources.ssrf_guard import SsrfGuard

    guard = SsrfGuard(private=settings.allow_private_hosts)
    connector = _load(descriptor, descriptor.connector or "")(
        settings, guard, host_rate_limits(descriptor.name)
    )
    return LiveSource(
        connector,
        store=process_store(settings).of(tenant).pages,
        budget=budget,
        sample=request.sample,
        posts=request.posts,
    )


def _load(descriptor: PlatformDescriptor, path: str) -> Any:
    """The function at MODULE:FUNCTION, imported at its first use. Raises AccountError where it is not there."""
    module, _, function = path.partition(":")
    try:
        return getattr(import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise AccountError(
            f"the source {descriptor.name!r} ({path}) cannot be loaded ({type(error).__name__}: {error})",
            "Correct or remove the package that offers it.",
        ) from None


def truth(account: str, settings: Settings) -> Truth | None:
    """What is known of a simulated account; None of any other."""
    match = re.fullmatch(r"sample:(.+)", account)
    if not match:
        return None
    from zombiescope.report import Truth
    from zombiescope.sources.sample import SampleSource

    known = SampleSource(settings.shipped_sample).truth(match[1])
    return Truth(
        share=known.reached,
        text=f"Of all {known.listed:,} on the list {100 * known.share:.1f}% are; of those whose profile can be "
        f"reached, {100 * known.reached:.1f}%.",
    )
