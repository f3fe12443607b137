"""API keys and the sessions of pages in a store: only the sha256 of a secret is ever written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func, insert, select

from zombiescope.errors import InputError
from zombiescope.storage.database_errors import speaking
from zombiescope.storage.tables import API_KEYS, SESSIONS

__all__ = ["SCOPES", "Key", "Keys", "hashed"]

# What a key may do; admin may do everything.
SCOPES = ("read", "audit", "score", "label", "admin")


def hashed(secret: str) -> str:
    """The sha256 of a secret, in hex: secrets are random and long, so they need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True)
class Key:
    """An API key as it is kept."""

    name: str
    scopes: frozenset[str]
    sha256: str

    def may(self, scope: str) -> bool:
        """Whether the key opens a route of this scope."""
        return scope in self.scopes or "admin" in self.scopes


class Keys:
    """The API keys and sessions of one store."""

    def __init__(self, engine: Engine, where: str) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where

    def add(self, key: Key, now: datetime) -> None:
        """Keep a key. Raises InputError where the name is taken."""
        with speaking(self._where), self._writes.begin() as connection:
            if connection.execute(select(API_KEYS.c.name).where(API_KEYS.c.name == key.name)).first():
                raise InputError(
                    f"there is a key {key.name!r} already", "Revoke it first, or choose another name."
                )
            connection.execute(
                insert(API_KEYS).values(
                    name=key.name, scopes=" ".join(sorted(key.scopes)), sha256=key.sha256, created_at=now
                )
            )

    def all(self) -> list[Key]:
        """The keys, by name."""
        query = select(API_KEYS.c.name, API_KEYS.c.scopes, API_KEYS.c.sha256).order_by(API_KEYS.c.name)
        with speaking(self._where), self._reads.connect() as connection:
            return [
                Key(name, frozenset(scopes.split()), sha) for name, scopes, sha in connection.execute(query)
            ]

    def revoke(self, name: str) -> None:
        """Delete a key and the sessions that it opened. Raises InputError where there is none."""
        with speaking(self._where), self._writes.begin() as connection:
            sha = connection.execute(select(API_KEYS.c.sha256).where(API_KEYS.c.name == name)).scalar()
            if sha is None:
                raise InputError(f"there is no key {name!r}", "See `zombiescope keys list`.")
            connection.execute(delete(SESSIONS).where(SESSIONS.c.key_sha256 == sha))
            connection.execute(delete(API_KEYS).where(API_KEYS.c.name == name))

    def open_session(self, token: str, key: Key, *, expires_at: datetime) -> None:
        """Keep a session by its token's hash."""
        with speaking(self._where), self._writes.begin() as connection:
            connection.execute(
                insert(SESSIONS).values(sha256=hashed(token), key_sha256=key.sha256, expires_at=expires_at)
            )

    def session(self, token: str, now: datetime) -> str | None:
        """The hash of the key that opened a session; None where it has ended."""
        query = select(SESSIONS.c.key_sha256).where(
            SESSIONS.c.sha256 == hashed(token), SESSIONS.c.expires_at > now
        )
        with speaking(self._where), self._reads.connect() as connection:
            name: str | None = connection.execute(query).scalar()
        return name

    def close_session(self, token: str) -> None:
        """End a session."""
        with speaking(self._where), self._writes.begin() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.sha256 == hashed(token)))

    def count(self) -> int:
        """How many keys there are."""
        with speaking(self._where), self._reads.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(API_KEYS)).scalar() or 0)
