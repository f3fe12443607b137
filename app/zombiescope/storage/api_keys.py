"""API keys and the sessions of pages in a store: only the sha256 of a secret is ever written."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, delete, func, insert, select

from zombiescope.errors import InputError
from zombiescope.storage.database_errors import speaking
from zombiescope.storage.quotas import Quotas, Requester
from zombiescope.storage.tables import API_KEYS, SESSIONS
from zombiescope.storage.tenancy import DEFAULT, check_tenant, owned

__all__ = ["KEY_NAME", "SCOPES", "Key", "KeyNameTaken", "Keys", "NoSuchKey", "hashed"]

# What a key may do; admin may do everything within its tenant.
SCOPES = ("read", "audit", "score", "label", "train", "admin")
KEY_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


def hashed(secret: str) -> str:
    """The sha256 of a secret, in hex: secrets are random and long, so they need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


class NoSuchKey(InputError):
    """The tenant has no key of that name."""

    status = 404
    advice = "See `zombiescope keys list`, or /v1/keys."


class KeyNameTaken(InputError):
    """The tenant has a key of that name already."""

    status = 409
    advice = "Revoke it first, or choose another name."


@dataclass(frozen=True)
class Key:
    """An API key as it is stored.

    tenant: whose it is. expires_at: from when on it opens nothing; None: never. created_at, created_by: None for a key
    of the settings.
    """

    name: str
    scopes: frozenset[str]
    sha256: str
    tenant: str = DEFAULT
    expires_at: datetime | None = None
    quotas: Quotas = field(default_factory=Quotas)
    created_at: datetime | None = None
    created_by: str | None = None

    def check(self) -> None:
        """Raises InputError for a name, scopes, a tenant or quotas that no key may have."""
        check_tenant(self.tenant)
        if not KEY_NAME.fullmatch(self.name):
            raise InputError(
                f"{self.name[:80]!r} is no key name",
                "Use up to 64 letters, digits, dots, dashes and underscores.",
            )
        unknown = sorted(self.scopes - set(SCOPES))
        if unknown or not self.scopes:
            what = f"there is no scope {unknown[0][:80]!r}" if unknown else "a key needs a scope"
            raise InputError(what, f"Scopes: {', '.join(SCOPES)}.")
        self.quotas.check()

    def may(self, scope: str) -> bool:
        """Whether the key opens a route of this scope."""
        return scope in self.scopes or "admin" in self.scopes

    def expired(self, now: datetime) -> bool:
        """Whether it opens nothing any more."""
        return self.expires_at is not None and self.expires_at <= now

    @property
    def requester(self) -> Requester:
        """The key as it asks for work."""
        return Requester(self.tenant, self.name, self.quotas)


class Keys:
    """The API keys of one tenant, and sessions; tenant None: the keys of all tenants."""

    def __init__(self, engine: Engine, where: str, tenant: str | None = None) -> None:
        self._reads, self._writes, self._where = engine, engine.execution_options(writes=True), where
        self._mine = owned(API_KEYS.c.tenant, tenant)

    def add(self, key: Key, now: datetime) -> None:
        """Store a key of whatever tenant it says. Raises KeyNameTaken."""
        taken = select(API_KEYS.c.name).where(API_KEYS.c.tenant == key.tenant, API_KEYS.c.name == key.name)
        with speaking(self._where), self._writes.begin() as connection:
            if connection.execute(taken).first():
                raise KeyNameTaken(f"there is a key {key.name!r} already")
            connection.execute(
                insert(API_KEYS).values(
                    tenant=key.tenant,
                    name=key.name,
                    scopes=" ".join(sorted(key.scopes)),
                    sha256=key.sha256,
                    created_at=now,
                    created_by=key.created_by,
                    expires_at=key.expires_at,
                    quota_audits=key.quotas.audits,
                    quota_requests=key.quotas.requests,
                    quota_money=key.quotas.money,
                )
            )

    def all(self) -> list[Key]:
        """The keys, by tenant and name, expired ones among them."""
        return self._keys(_KEYS.where(self._mine).order_by(API_KEYS.c.tenant, API_KEYS.c.name))

    def by_sha256(self, sha256: str) -> Key | None:
        """The key with a secret of this hash, of whatever tenant, also an expired one."""
        keys = self._keys(_KEYS.where(API_KEYS.c.sha256 == sha256))
        return keys[0] if keys else None

    def revoke(self, name: str) -> None:
        """Delete a key and the sessions that it opened.

        Raises NoSuchKey, and InputError where several tenants have one.
        """
        one = (self._mine, API_KEYS.c.name == name)
        with speaking(self._where), self._writes.begin() as connection:
            hashes = list(connection.execute(select(API_KEYS.c.sha256).where(*one)).scalars())
            if not hashes:
                raise NoSuchKey(f"there is no key {name!r}")
            if len(hashes) > 1:
                raise InputError(f"several tenants have a key {name!r}", "Name the tenant.")
            connection.execute(delete(SESSIONS).where(SESSIONS.c.key_sha256 == hashes[0]))
            connection.execute(delete(API_KEYS).where(*one))

    def open_session(self, token: str, key: Key, *, expires_at: datetime) -> None:
        """Store a session by its token's hash."""
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
            sha256: str | None = connection.execute(query).scalar()
        return sha256

    def close_session(self, token: str) -> None:
        """End a session."""
        with speaking(self._where), self._writes.begin() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.sha256 == hashed(token)))

    def count(self) -> int:
        """How many keys there are, expired ones among them."""
        query = select(func.count()).select_from(API_KEYS).where(self._mine)
        with speaking(self._where), self._reads.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def _keys(self, query: Select[Any]) -> list[Key]:
        with speaking(self._where), self._reads.connect() as connection:
            return [
                Key(
                    row.name,
                    frozenset(row.scopes.split()),
                    row.sha256,
                    row.tenant,
                    row.expires_at,
                    Quotas(row.quota_audits, row.quota_requests, row.quota_money),
                    row.created_at,
                    row.created_by,
                )
                for row in connection.execute(query)
            ]


_KEYS = select(API_KEYS)
