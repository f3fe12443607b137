"""Who asks: a key in the Authorization header, a page's session, or a person on this machine where no key exists.

Once a key exists every request needs one; without any, only this machine is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from zombiescope.errors import InputError
from zombiescope.storage import SCOPES, Key, hashed
from zombiescope.web.http.problem_json import Refusal, problem
from zombiescope.web.middleware.host_guard import is_local
from zombiescope.web.middleware.rate_limit import OPEN, RateLimiter, address_of
from zombiescope.web.pages.rendering import login_page

__all__ = ["COOKIE", "SESSION", "Access", "Caller", "csrf_of", "keys_from", "needs"]

LOGIN = "/login"  # it takes a key itself
COOKIE = "zombiescope"
SESSION = timedelta(hours=12)
CSRF = "x-csrf-token"
_SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Caller:
    """Who asks. key None: a person on this machine, who may do everything. csrf: what a page's forms send back."""

    key: Key | None
    csrf: str | None = None

    @property
    def name(self) -> str:
        """By whom labels are."""
        return "local" if self.key is None else self.key.name

    def may(self, scope: str) -> bool:
        """Whether the caller may use routes of this scope."""
        return self.key is None or self.key.may(scope)


def keys_from(text: str | None) -> list[Key]:
    """The keys of ZOMBIESCOPE_API_KEYS: NAME:SCOPE+SCOPE:SECRET, separated by commas; only hashes are held.

    Raises InputError that names the entry by its number, never by its text.
    """
    keys = []
    for number, entry in enumerate(filter(None, (part.strip() for part in (text or "").split(","))), start=1):
        name, _, rest = entry.partition(":")
        scopes, _, secret = rest.partition(":")
        found = frozenset(scopes.split("+"))
        if not name or not secret or not found <= set(SCOPES):
            raise InputError(
                f"ZOMBIESCOPE_API_KEYS: entry {number} is no NAME:SCOPE+SCOPE:SECRET",
                f"Scopes are {', '.join(SCOPES)}.",
            )
        keys.append(Key(name, found, hashed(secret)))
    return keys


def csrf_of(token: str) -> str:
    """The token that a session's forms carry: it tells nothing of the session's own."""
    return hashed(f"csrf:{token}")


class Access:
    """Answers 401 to whoever may not ask; else the caller is in the request's state."""

    def __init__(self, app: ASGIApp, *, keys: Sequence[Key], rates: RateLimiter) -> None:
        self._app, self._rates = app, rates
        self._keys = tuple(keys)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its caller, or answer it."""
        if scope["type"] != "http" or scope["path"] in (*OPEN, LOGIN) or scope["path"].startswith("/static/"):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            caller = await run_in_threadpool(self._caller, request)
        except Refusal as refusal:
            caller = refusal
        if isinstance(caller, Caller):
            request.state.caller = caller
            await self._app(scope, receive, send)
        elif "text/html" in request.headers.get("accept", "") and request.method in _SAFE:
            await login_page(caller.what, status=caller.status)(scope, receive, send)
        else:
            await problem(caller)(scope, receive, send)

    def _caller(self, request: Request) -> Caller | Refusal:
        given = request.headers.get("authorization")
        if given is not None:
            self._rates.check(address_of(request))
        store = request.app.state.store
        keys = {key.sha256: key for key in (*store.keys.all(), *self._keys)}
        if given is not None:
            kind, _, secret = given.partition(" ")
            key = keys.get(hashed(secret.strip())) if kind.lower() == "bearer" else None
            if key is None:
                self._rates.wrong(address_of(request))
            return Caller(key) if key else _refused("the key is not known")
        token = request.cookies.get(COOKIE)
        if token and keys:
            opener = keys.get(store.keys.session(token, request.app.state.services.now()) or "")
            if opener is not None:
                return Caller(opener, csrf_of(token))
        if keys or not is_local(request.scope):
            self._rates.take(f"address {address_of(request)}")
            return _refused("a key is needed")
        return Caller(None)


def _refused(what: str) -> Refusal:
    return Refusal(
        401,
        what,
        "Send it as `Authorization: Bearer SECRET`. Keys are made with `zombiescope keys add NAME --scope read`.",
        WWW_Authenticate="Bearer",
    )


def needs(scope: str) -> Callable[[Request], Caller]:
    """A dependency that lets only callers with this scope through, and gives the caller.

    A page's session must say its CSRF token where it changes something; forms say it in their body (pages.py).
    """

    def allowed(request: Request) -> Caller:
        caller: Caller = request.state.caller
        if not caller.may(scope):
            raise Refusal(403, f"this key has not the scope {scope!r}", "Use a key that has it.")
        changes = request.method not in _SAFE
        form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        if changes and caller.csrf is not None and not form and request.headers.get(CSRF) != caller.csrf:
            raise Refusal(403, "the page's token is missing or old", "Load the page again.")
        return caller

    allowed.scope = scope  # type: ignore[attr-defined]  # a test holds every route to have one
    return allowed


Reader = Annotated[Caller, Depends(needs("read"))]
