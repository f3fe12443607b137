"""Pages in a store: what a live source fetched, so that a stopped walk goes on where it was."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from zombiescope.storage.audits import account_key
from zombiescope.storage.tables import PAGES
from zombiescope.storage.trouble import speaking

__all__ = ["Pages"]


class Pages:
    """The fetched pages of one store, by account and page."""

    def __init__(self, engine: Engine, where: str) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where

    def get(self, account: str, page: str) -> tuple[bytes, datetime] | None:
        """A page's bytes and when they were fetched; None where it is not kept."""
        query = select(PAGES.c.body, PAGES.c.fetched_at).where(
            PAGES.c.account_key == account_key(account), PAGES.c.page == page
        )
        with speaking(self._where), self._reads.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else (bytes(row[0]), row[1])

    def put(self, account: str, page: str, body: bytes, *, fetched_at: datetime) -> None:
        """Keep a page, in place of an older one."""
        key = account_key(account)
        with speaking(self._where), self._writes.begin() as connection:
            connection.execute(delete(PAGES).where(PAGES.c.account_key == key, PAGES.c.page == page))
            connection.execute(
                insert(PAGES).values(account_key=key, page=page, body=body, fetched_at=fetched_at)
            )
