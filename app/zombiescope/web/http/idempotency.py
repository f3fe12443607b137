"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a repeated POST begins nothing a second time."""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from collections.abc import AsyncIterator, Callable
from typing import TypeVar, cast

from fastapi import Request

from zombiescope.errors import InputError, StorageError
from zombiescope.storage import NoSuchAudit
from zombiescope.web.auth.access import Caller
from zombiescope.web.state import services_of, store_of

T = TypeVar("T")

__all__ = ["HEADER", "KEY", "Body", "begun_once"]

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
_SOON = 5.0  # seconds that the first request may take between keeping its key and its audit


class Body:
    """A request's body as it passes by, so that a repeated one is known again."""

    def __init__(self, request: Request) -> None:
        self._digest = hashlib.sha256(request.url.query.encode())

    def add(self, piece: bytes) -> bytes:
        """The same piece."""
        self._digest.update(piece)
        return piece

    async def through(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The same pieces."""
        async for piece in pieces:
            yield self.add(piece)

    @property
    def sha256(self) -> str:
        """Of the query and all that has passed."""
        return self._digest.hexdigest()


def begun_once(
    request: Request,
    caller: Caller,
    body: Body,
    begin: Callable[[str], T],
    get: Callable[[str], T] | None = None,
) -> T:
    """What `begin` gives for a new id; with an Idempotency-Key, that of the caller's first such request.

    get: what was begun by its id, None: an audit. Raises KeyReused where the key came with another body, InputError
    where it is none, and what `begin` raises: the key is free again then.
    """
    new_id, key = str(uuid.uuid4()), request.headers.get(HEADER)
    if key is None:
        return begin(new_id)
    if not KEY.fullmatch(key):
        raise InputError(f"the {HEADER} is none", "Give up to 200 printable ASCII characters, a UUID say.")
    keys, now = store_of(request).idempotency, services_of(request).now()
    first = keys.remember(caller.unique_name, key, body.sha256, new_id, now)
    if first is not None:
        look = get or cast("Callable[[str], T]", store_of(request).audits.get)
        return _once_there(request, first, look) or _begun_anew(first, begin, look)
    try:
        return begin(new_id)
    except BaseException:
        keys.forget(caller.unique_name, key, new_id)
        raise


def _once_there(request: Request, first: str, get: Callable[[str], T]) -> T | None:
    """What the first request began, which may be just about to be stored; None where it never is."""
    clock = services_of(request).clock
    until = clock() + _SOON
    while True:
        try:
            return get(first)
        except NoSuchAudit:
            if clock() >= until:
                return None
            time.sleep(0.1)


def _begun_anew(first: str, begin: Callable[[str], T], get: Callable[[str], T]) -> T:
    """Begin it in place of the first request, which was lost with its process after its key was kept."""
    try:
        return begin(first)
    except StorageError:  # another repetition was quicker
        return get(first)
