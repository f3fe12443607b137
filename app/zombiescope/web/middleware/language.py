"""The language of a request's pages: the visitor's choice, else the one that the browser prefers."""

from __future__ import annotations

from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zombiescope import i18n

__all__ = ["COOKIE", "LanguageMiddleware", "switches"]

COOKIE = "zombiescope-language"
_YEAR = 365 * 24 * 3600
_address: ContextVar[tuple[str, str]] = ContextVar("address", default=("/", ""))


class LanguageMiddleware:
    """Sets the context's language: `?lang=` (kept in a cookie from then on), the cookie, or Accept-Language."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on in its language."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        query = scope.get("query_string", b"").decode("latin-1")
        asked = dict(parse_qsl(query, max_num_fields=100) if query.count("&") < 100 else ()).get("lang", "")
        chosen = asked if asked in i18n.LANGUAGES else _cookie(headers.get("cookie", ""))
        language = (
            chosen if chosen in i18n.LANGUAGES else i18n.from_header(headers.get("accept-language", ""))
        )

        async def sends(message: Message) -> None:
            if message["type"] == "http.response.start" and asked in i18n.LANGUAGES:
                # No secret: whoever reads it learns a language.
                MutableHeaders(scope=message).append(
                    "Set-Cookie", f"{COOKIE}={asked}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Strict"
                )
            await send(message)

        _address.set((scope["path"], query))
        with i18n.speaking(language):
            await self._app(scope, receive, sends)


def switches() -> list[tuple[str, str, str]]:
    """The other languages as (code, name, address of this page in it)."""
    path, query = _address.get()
    rest = [(name, value) for name, value in parse_qsl(query, max_num_fields=100) if name != "lang"]
    others = [code for code in i18n.LANGUAGES if code != i18n.language()]
    return [(code, i18n.LANGUAGES[code], f"{path}?{urlencode([*rest, ('lang', code)])}") for code in others]


def _cookie(header: str) -> str:
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return "" if morsel is None else morsel.value
