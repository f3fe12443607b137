"""Fetched pages in a store, so that an interrupted run resumes where it stopped (`PageStore`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select

from zombiescope.sources.budget import Spent, spent
from zombiescope.sources.paging import StoredPage
from zombiescope.storage.account_key import account_key
from zombiescope.storage.database_errors import speaking
from zombiescope.storage.tables import PAGES
from zombiescope.storage.tenancy import DEFAULT

__all__ = ["Pages"]

_AT_ONCE = 500  # names in one statement: databases bound them


class Pages:
    """The fetched pages of one tenant, by account and step; tenant None: those of `default`.

    Tenants do not share pages: from what an audit does not have to fetch, one would see whom another audits.
    """

    def __init__(self, engine: Engine, where: str, tenant: str | None = None) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where
        self._tenant = tenant or DEFAULT
        self._mine = PAGES.c.tenant == self._tenant

    def get(self, account: str, steps: Sequence[str]) -> Mapping[str, StoredPage]:
        """Those of `steps` that are stored."""
        pages: dict[str, StoredPage] = {}
        with speaking(self._where), self._reads.connect() as connection:
            for some in _runs(list(steps)):
                rows = connection.execute(
                    select(PAGES.c.step, PAGES.c.body, PAGES.c.fetched_at).where(
                        self._mine, PAGES.c.account_key == account_key(account), PAGES.c.step.in_(some)
                    )
                )
                pages.update({step: StoredPage(bytes(body), at) for step, body, at in rows})
        return pages

    def put(self, account: str, pages: Mapping[str, bytes], at: datetime) -> None:
        """Store pages by step, all or none, in place of older ones; with their cost."""
        key = account_key(account)
        cost = spent()
        with speaking(self._where), self._writes.begin() as connection:
            for some in _runs(list(pages)):
                connection.execute(
                    delete(PAGES).where(self._mine, PAGES.c.account_key == key, PAGES.c.step.in_(some))
                )
                rows: list[dict[str, Any]] = [
                    {
                        "tenant": self._tenant,
                        "account_key": key,
                        "step": step,
                        "body": pages[step],
                        "fetched_at": at,
                        "requests": 0,
                        "money": 0.0,
                    }
                    for step in some
                ]
                # One of the steps stands for what all of them took.
                rows[0] |= {"requests": cost.requests, "money": cost.money}
                cost = Spent()
                connection.execute(insert(PAGES), rows)

    def spent(self, account: str, since: datetime) -> Spent:
        """The cost of the steps stored since then."""
        query = select(func.sum(PAGES.c.requests), func.sum(PAGES.c.money)).where(
            self._mine, PAGES.c.account_key == account_key(account), PAGES.c.fetched_at >= since
        )
        with speaking(self._where), self._reads.connect() as connection:
            requests, money = connection.execute(query).one()
        return Spent(int(requests or 0), float(money or 0.0))


def _runs(names: list[str]) -> list[list[str]]:
    return [names[i : i + _AT_ONCE] for i in range(0, len(names), _AT_ONCE)]
