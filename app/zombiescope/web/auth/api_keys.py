"""API keys of the settings and of the database, looked up by the hash of their secret."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime

from zombiescope.errors import InputError
from zombiescope.storage import DEFAULT, SCOPES, Key, Store, hashed

__all__ = ["LIFETIME", "SHORTEST_SECRET", "KeyRing", "keys_from"]

LIFETIME = (
    2.0  # seconds for which the database is not asked again for a key: another process may have revoked it
)
_REMEMBERED = 1000  # keys that were seen last
SHORTEST_SECRET = 16  # characters: a key that `zombiescope keys add` makes has 43


def keys_from(text: str | None) -> list[Key]:
    """The keys of ZOMBIESCOPE_API_KEYS: NAME:SCOPE+SCOPE:SECRET, separated by commas; only hashes are held.

    TENANT/NAME in place of NAME for another tenant than `default`. Raises InputError that names the entry by its
    number, never by its text.
    """
    keys = []
    for number, entry in enumerate(filter(None, (part.strip() for part in (text or "").split(","))), start=1):
        name, _, rest = entry.partition(":")
        scopes, _, secret = rest.partition(":")
        tenant, _, name = name.rpartition("/")
        named = frozenset(scopes.split("+"))
        if not name or not secret or not named <= set(SCOPES):
            raise InputError(
                f"ZOMBIESCOPE_API_KEYS: entry {number} is no NAME:SCOPE+SCOPE:SECRET",
                f"Scopes are {', '.join(SCOPES)}.",
            )
        if len(secret) < SHORTEST_SECRET:
            raise InputError(
                f"ZOMBIESCOPE_API_KEYS: the secret of entry {number} is too short",
                f"Give at least {SHORTEST_SECRET} random characters, of `openssl rand -hex 32` say.",
            )
        key = Key(name, named, hashed(secret), tenant or DEFAULT)
        try:
            key.check()
        except InputError as error:
            raise InputError(
                f"ZOMBIESCOPE_API_KEYS: the tenant or name of entry {number} cannot be used", error.advice
            ) from None
        keys.append(key)
    return keys


class KeyRing:
    """All keys that are valid now: those of the settings, and those stored in the database."""

    def __init__(self, configured: Sequence[Key], clock: Callable[[], float] = time.monotonic) -> None:
        self._configured = {key.sha256: key for key in configured}
        self._seen: OrderedDict[str, tuple[Key, float]] = OrderedDict()
        self._stored = False
        self._clock = clock

    @staticmethod
    def sha256(secret: str) -> str:
        """The hash that a secret is looked up by."""
        return hashed(secret)

    def find(self, store: Store, sha256: str, now: datetime) -> Key | None:
        """The key with a secret of this hash; None for an unknown and for an expired one. Raises StorageError."""
        key = self._configured.get(sha256) or store.keys.by_sha256(sha256)
        if key is None or key.expired(now):
            self._seen.pop(sha256, None)
            return None
        self._seen[sha256] = key, self._clock()
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return key

    def recent(self, sha256: str, now: datetime) -> Key | None:
        """As `find` said less than `LIFETIME` ago, without asking the database; None where it must be asked."""
        key = self._configured.get(sha256)
        if key is None and sha256 in self._seen:
            key, asked = self._seen[sha256]
            if self._clock() - asked >= LIFETIME:
                return None
        return None if key is None or key.expired(now) else key

    def forget(self) -> None:
        """Ask the database again for every key: one was revoked."""
        self._seen = OrderedDict()

    def last_known(self, sha256: str, now: datetime) -> Key | None:
        """As `find` said when the database last answered: for the counters, which are wanted when it does not."""
        key = self._configured.get(sha256) or self._seen.get(sha256, (None,))[0]
        return None if key is None or key.expired(now) else key

    def any(self, store: Store) -> bool:
        """Whether there is any key, also an expired one: then nobody is answered without. Raises StorageError."""
        self._stored = store.keys.count() > 0
        return self.any_last_known()

    def any_last_known(self) -> bool:
        """As `any` said when the database last answered."""
        return self._stored or bool(self._configured)
