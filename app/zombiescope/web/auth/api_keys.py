"""API keys of the settings and of the database, looked up by the hash of their secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zombiescope.errors import InputError
from zombiescope.storage import SCOPES, Key, Store, hashed

__all__ = ["SHORTEST_SECRET", "KeyRing", "keys_from"]

SHORTEST_SECRET = 16  # characters: a key that `zombiescope keys add` makes has 43


def keys_from(text: str | None) -> list[Key]:
    """The keys of ZOMBIESCOPE_API_KEYS: NAME:SCOPE+SCOPE:SECRET, separated by commas; only hashes are held.

    Raises InputError that names the entry by its number, never by its text.
    """
    keys = []
    for number, entry in enumerate(filter(None, (part.strip() for part in (text or "").split(","))), start=1):
        name, _, rest = entry.partition(":")
        scopes, _, secret = rest.partition(":")
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
        keys.append(Key(name, named, hashed(secret)))
    return keys


class KeyRing:
    """All keys that are valid now: those of the settings, and those stored in the database."""

    def __init__(self, configured: Sequence[Key]) -> None:
        self._configured = {key.sha256: key for key in configured}
        self._stored: Mapping[str, Key] = {}

    @staticmethod
    def sha256(secret: str) -> str:
        """The hash that a secret is looked up by."""
        return hashed(secret)

    def all(self, store: Store) -> Mapping[str, Key]:
        """Every key by the sha256 of its secret. Raises StorageError."""
        self._stored = {key.sha256: key for key in store.keys.all()}
        return {**self._stored, **self._configured}

    def last_known(self) -> Mapping[str, Key]:
        """As `all` was when the database last answered: for the counters, which are wanted when it does not."""
        return {**self._stored, **self._configured}
