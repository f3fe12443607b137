"""Sources that ask no host: a file of followers, and the simulated lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zombiescope.settings import Settings
    from zombiescope.sources.base import Source
    from zombiescope.sources.budget import Budget
    from zombiescope.usecases.audit import AuditRequest

__all__ = ["file", "sample"]


def file(request: AuditRequest, settings: Settings, budget: Budget | None) -> Source:
    """The file that an account names."""
    from zombiescope.sources.file import FileSource

    return FileSource(order=request.order or "unknown", declared=request.declared, choices=request.choices)


def sample(request: AuditRequest, settings: Settings, budget: Budget | None) -> Source:
    """The simulated lists that ship with the package."""
    from zombiescope.sources.sample import SampleSource

    return SampleSource(settings.shipped_sample)
