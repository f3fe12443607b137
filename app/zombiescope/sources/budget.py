"""What an audit of a live account takes: estimated before it starts, limited and counted while it runs."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from zombiescope.errors import BudgetError

__all__ = ["Budget", "Estimating", "Plan", "RequestMeter", "Spent", "spending", "spent"]


@dataclass(frozen=True)
class Plan:
    """An estimate: requests, seconds of wall clock, and money in US dollars. Stored pages cost nothing."""

    requests: int
    seconds: float
    money: float = 0.0


@runtime_checkable
class Estimating(Protocol):
    """A source that can estimate the requests, time and money of an audit before it begins."""

    def estimate(self, handle: str, *, sample: int | None = None, posts: int | None = None) -> Plan:
        """What auditing `handle` takes from here on, with so many followers drawn and posts of each."""
        ...


@dataclass(frozen=True)
class Budget:
    """The most that may be spent. requests None: no limit. money: US dollars the user has agreed to."""

    requests: int | None = None
    money: float = 0.0

    def check(self, plan: Plan) -> None:
        """Raises BudgetError where the plan is over the budget."""
        if self.requests is not None and plan.requests > self.requests:
            raise BudgetError(
                f"this audit takes about {plan.requests:,} requests and the limit is {self.requests:,}",
                "Raise --max-requests, or draw fewer followers (--sample) or posts (--posts 0).",
            )
        if plan.money > self.money:
            raise BudgetError(
                f"this audit costs about ${plan.money:,.2f} and ${self.money:,.2f} is agreed to",
                "Confirm the cost with --yes (over HTTP: accept_cost).",
            )


@dataclass
class Spent:
    """Requests, and money in US dollars, spent since a step was last stored."""

    requests: int = 0
    money: float = 0.0


# Of this task and those that it starts. It is stored with each step, so that a run that resumes after a
# break knows what the steps that it finds had cost.
_SPENT: ContextVar[Spent] = ContextVar("spent")


def spending() -> None:
    """Count by itself what this task and those that it starts spend."""
    _SPENT.set(Spent())


def spent() -> Spent:
    """Requests and money spent since the last call; zero outside of `counting`."""
    counter = _SPENT.get(None)
    if counter is None:
        return Spent()
    total = Spent(counter.requests, counter.money)
    counter.requests, counter.money = 0, 0.0
    return total


class RequestMeter:
    """Counts what is spent, and refuses to pass the budget."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.requests = 0
        self.money = 0.0

    def ask(self) -> None:
        """Count one request, before it is sent. Raises BudgetError where none is left."""
        if self.budget.requests is not None and self.requests >= self.budget.requests:
            raise BudgetError(
                f"the limit of {self.budget.requests:,} requests is reached",
                "Raise --max-requests and run again: what was fetched so far is kept and goes on from there.",
            )
        self.requests += 1
        if (now := _SPENT.get(None)) is not None:
            now.requests += 1

    def left(self) -> float:
        """The money that may still be spent."""
        return self.budget.money - self.money

    def pay(self, money: float) -> None:
        """Count money that a platform charges."""
        self.money += money
        if (now := _SPENT.get(None)) is not None:
            now.money += money
