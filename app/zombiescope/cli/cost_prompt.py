"""The estimated requests, time and cost of a live audit, shown before it starts; paid ones need a confirmation."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from zombiescope.settings import Settings
    from zombiescope.sources.base import Source
    from zombiescope.usecases.audit import AuditRequest

__all__ = ["agreed"]


def agreed(request: AuditRequest, settings: Settings, *, max_requests: int | None, yes: bool) -> Source:
    """The source of the audit, with the budget that the user agreed to.

    yes: agree to the cost without being asked. Raises BudgetError where nobody can be asked, or the plan is
    over `max_requests`.
    """
    from zombiescope import wiring
    from zombiescope.sources.budget import Budget, Estimating

    budget = Budget(requests=max_requests)
    source = wiring.source(request, settings, budget=budget)
    if not isinstance(source, Estimating):
        return source
    handle = request.account.partition(":")[2]
    plan = source.estimate(handle, sample=request.sample, posts=request.posts)
    cost = f", ${plan.money:,.2f}" if plan.money else ""
    click.echo(f"about {plan.requests:,} requests, {_span(plan.seconds)}{cost}", err=True)
    if plan.money and (yes or sys.stdin.isatty()):
        if not yes:
            click.confirm(
                f"{request.account} is charged for: spend ${plan.money:,.2f}?", abort=True, err=True
            )
        return wiring.source(request, settings, budget=Budget(requests=max_requests, money=plan.money))
    budget.check(plan)
    return source


def _span(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{seconds / 60:,.0f} minutes"
