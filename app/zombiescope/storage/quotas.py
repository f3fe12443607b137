"""Quotas of API keys: how much one may ask for, and what its audits have cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection, func, insert, select, update

from zombiescope.domain import Audit
from zombiescope.errors import InputError, ZombiescopeError
from zombiescope.storage.tables import AUDITS, SPENDING
from zombiescope.storage.tenancy import DEFAULT

__all__ = ["LOCAL", "QuotaExceeded", "Quotas", "Requester", "book", "hold_to", "settle"]

LOCAL = "local"  # the name of a person on this machine, where no key is needed


@dataclass(frozen=True)
class Quotas:
    """What a key may ask for; None: any number.

    audits: that go on at once. requests: a day (UTC). money: US dollars a calendar month (UTC), where platforms charge.
    """

    audits: int | None = None
    requests: int | None = None
    money: float | None = None

    def check(self) -> None:
        """Raises InputError for a number that is no quota."""
        for name, value in (("audits", self.audits), ("requests", self.requests), ("money", self.money)):
            if value is not None and not 0 <= value <= 2**31 - 1:
                raise InputError(f"the quota {name} cannot be {value}", "Give 0 or more, or leave it out.")

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return (self.audits, self.requests, self.money) != (None, None, None)


@dataclass(frozen=True)
class Requester:
    """Who asks for work: the tenant, the name of the key, and its quotas."""

    tenant: str = DEFAULT
    name: str = LOCAL
    quotas: Quotas = Quotas()


class QuotaExceeded(ZombiescopeError):
    """A key has used up one of its quotas."""

    status = 429
    advice = "Wait, or ask whoever made the key for more."

    def __init__(
        self,
        what: str,
        advice: str | None = None,
        *,
        of: Literal["audits", "requests", "money"],
        seconds: float = 60.0,
    ) -> None:
        super().__init__(what, advice)
        self.of = of
        self.headers = {"Retry-After": str(max(1, round(seconds)))}


def hold_to(connection: Connection, by: Requester, money: float, now: datetime) -> None:
    """Raises QuotaExceeded where one more audit, for which `money` US dollars were agreed to, is too much.

    The caller's transaction must exclude others that begin audits.
    """
    quotas, row = by.quotas, AUDITS.c
    if quotas.audits is not None:
        going = select(func.count()).where(
            row.tenant == by.tenant, row.created_by == by.name, row.status.in_(("queued", "running"))
        )
        if connection.execute(going).scalar_one() >= quotas.audits:
            raise QuotaExceeded(
                f"the key may have {quotas.audits} audits at once, and has them",
                "Wait until one has ended, or cancel one.",
                of="audits",
            )
    if quotas.money is not None and money > 0:
        begun = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        spent = select(func.coalesce(func.sum(SPENDING.c.money), 0.0)).where(
            SPENDING.c.tenant == by.tenant, SPENDING.c.key_name == by.name, SPENDING.c.at >= begun
        )
        left = quotas.money - float(connection.execute(spent).scalar_one())
        if money > left + 1e-9:
            ends = begun.replace(year=begun.year + begun.month // 12, month=begun.month % 12 + 1)
            raise QuotaExceeded(
                f"the key may spend ${quotas.money:.2f} a month, of which ${max(0.0, left):.2f} are left",
                "Agree to less, wait for the next month, or ask whoever made the key for more.",
                of="money",
                seconds=(ends - now).total_seconds(),
            )


def book(connection: Connection, by: Requester, audit_id: str, money: float, now: datetime) -> None:
    """Write down what an audit may cost, as its client agreed."""
    if money > 0:
        connection.execute(
            insert(SPENDING).values(
                audit_id=audit_id, tenant=by.tenant, key_name=by.name, at=now, money=money
            )
        )


def settle(connection: Connection, ended: Audit) -> None:
    """Put what an audit cost in place of what was agreed to, where it says so; one that failed may not."""
    if ended.cost is not None and ended.cost.money is not None:
        connection.execute(
            update(SPENDING).where(SPENDING.c.audit_id == ended.id).values(money=ended.cost.money)
        )
