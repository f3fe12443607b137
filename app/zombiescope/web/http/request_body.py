"""Request bodies: bounded, of the right content type, decoded with the place of what is wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

import msgspec
from fastapi import Request

from zombiescope.errors import InputError
from zombiescope.jobs import Busy
from zombiescope.web.http.problem_json import Refusal

__all__ = ["JSON", "NDJSON", "BodyBudget", "decoded", "held", "kind", "limited", "stream"]

JSON = ("application/json",)
NDJSON = ("application/x-ndjson", "application/jsonl", "application/ndjson")
T = TypeVar("T")


def kind(request: Request, *allowed: str) -> str:
    """The body's media type. Raises Refusal (415) for one that the route does not take."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in allowed:
        raise Refusal(
            415, f"a body of type {given[:80] or 'none'!r} is not taken", f"Send {', '.join(allowed)}."
        )
    return given


async def stream(request: Request, most: int) -> AsyncIterator[bytes]:
    """The body in pieces. Raises Refusal (413) as soon as it is longer than `most` bytes."""
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            raise Refusal(413, f"the body is longer than {most:,} bytes", "Send less at once.")
        yield piece


async def limited(request: Request, most: int) -> bytes:
    """The whole body."""
    return b"".join([piece async for piece in stream(request, most)])


class BodyBudget:
    """How many bytes of bodies the process may hold at once. Only the event loop touches it, so it needs no lock."""

    def __init__(self, most: int) -> None:
        self._free = most

    def take(self, size: int) -> None:
        """Take so many. Raises Busy where they are not free."""
        if size > self._free:
            raise Busy("too many large requests are being worked on")
        self._free -= size

    def give_back(self, size: int) -> None:
        """Give them back."""
        self._free += size


@asynccontextmanager
async def held(request: Request, most: int, budget: BodyBudget) -> AsyncIterator[bytes]:
    """The whole body, counted against the budget for as long as the context lasts. Raises Refusal (413) or Busy."""
    size, pieces = 0, []
    try:
        async for piece in stream(request, most):
            budget.take(len(piece))
            size += len(piece)
            pieces.append(piece)
        body = b"".join(pieces)
        pieces.clear()
        yield body
    finally:
        budget.give_back(size)


def decoded(data: bytes, form: type[T]) -> T:
    """A JSON body as `form`. Raises InputError that says where what is wrong stands."""
    try:
        return msgspec.json.decode(data, type=form)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"the body cannot be read: {error}", "See /docs for its form.") from None
    except UnicodeDecodeError:
        raise InputError("the body is not UTF-8", "Send JSON in UTF-8.") from None
