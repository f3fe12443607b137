"""Authentication: a key in the Authorization header, a page's session, or a person on this machine where no key exists.

Once a key exists every request needs one; without any, only this machine is answered.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from zombiescope.errors import StorageError
from zombiescope.storage import Key
from zombiescope.web.auth.access import Caller
from zombiescope.web.auth.api_keys import KeyRing
from zombiescope.web.auth.csrf import csrf_of
from zombiescope.web.auth.sessions import COOKIE, LOGIN
from zombiescope.web.http.problem_json import Refusal, problem
from zombiescope.web.middleware.host_guard import OPEN, is_local
from zombiescope.web.middleware.rate_limit import RateLimiter, address_of

__all__ = ["AuthenticationMiddleware", "LoginPage"]

_SAFE = ("GET", "HEAD", "OPTIONS")
_WITHOUT_DATABASE = "/metrics"  # wanted most when the database does not answer

LoginPage = Callable[[str, int], Response]  # what a browser gets, by the reason and the status


class AuthenticationMiddleware:
    """Answers 401 without valid credentials; else the caller is in the request's state."""

    def __init__(self, app: ASGIApp, *, keys: KeyRing, rates: RateLimiter, login_page: LoginPage) -> None:
        self._app, self._keys, self._rates, self._login_page = app, keys, rates, login_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its caller, or answer it."""
        if scope["type"] != "http" or scope["path"] in (*OPEN, LOGIN) or scope["path"].startswith("/static/"):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        caller: Caller | Refusal | None = self._recent(request)
        if caller is None:
            try:
                caller = await run_in_threadpool(self._caller, request)
            except Refusal as refusal:
                caller = refusal
        if isinstance(caller, Caller):
            request.state.caller = caller
            await self._app(scope, receive, send)
        elif "text/html" in request.headers.get("accept", "") and request.method in _SAFE:
            await self._login_page(caller.what, caller.status)(scope, receive, send)
        else:
            await problem(caller)(scope, receive, send)

    def _recent(self, request: Request) -> Caller | None:
        """The caller by a key that was looked up a moment ago; None where the database must be asked."""
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = self._keys.recent(KeyRing.sha256(secret.strip()), request.app.state.services.now())
        return None if key is None else Caller(key)

    def _caller(self, request: Request) -> Caller | Refusal:
        store, now = request.app.state.store, request.app.state.services.now()
        authorization = request.headers.get("authorization")
        if authorization is not None:
            scheme, _, secret = authorization.partition(" ")
            key = self._key(request, KeyRing.sha256(secret.strip())) if scheme.lower() == "bearer" else None
            if key is None:
                self._rates.wrong(address_of(request), secret.strip())
                return _refused("the key is not known, or has expired")
            return Caller(key)
        token = request.cookies.get(COOKIE)
        if token:
            sha256 = store.keys.session(token, now)
            opener = None if sha256 is None else self._keys.find(store, sha256, now)
            if opener is not None:
                return Caller(opener, csrf_of(token))
        if not is_local(request.scope) or self._is_keyed(request):
            self._rates.take(f"address {address_of(request)}")
            return _refused("a key is needed")
        return Caller(None)

    def _is_keyed(self, request: Request) -> bool:
        try:
            return self._keys.any(request.app.state.store)
        except StorageError:
            if request.url.path != _WITHOUT_DATABASE:
                raise
            return self._keys.any_last_known()

    def _key(self, request: Request, sha256: str) -> Key | None:
        now = request.app.state.services.now()
        try:
            return self._keys.find(request.app.state.store, sha256, now)
        except StorageError:
            if request.url.path != _WITHOUT_DATABASE:
                raise
            return self._keys.last_known(sha256, now)


def _refused(what: str) -> Refusal:
    return Refusal(
        401,
        what,
        "Send it as `Authorization: Bearer SECRET`. Keys are made with `zombiescope keys add NAME --scope read`.",
        WWW_Authenticate="Bearer",
    )
