"""Sessions of the pages: a cookie that stands for a key for twelve hours."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from fastapi import Request, Response

from zombiescope.storage import Key, Store

__all__ = ["COOKIE", "LIFETIME", "LOGIN", "close_session", "open_session", "set_cookie"]

LOGIN = "/login"  # the page that takes a key
COOKIE = "zombiescope"
LIFETIME = timedelta(hours=12)


def open_session(store: Store, key: Key, now: datetime) -> str:
    """Store a new session of a key; its token, which only the browser has. Raises StorageError."""
    token = secrets.token_urlsafe(32)
    store.keys.open_session(token, key, expires_at=now + LIFETIME)
    return token


def close_session(store: Store, request: Request) -> None:
    """Delete the session that a request carries. Raises StorageError."""
    store.keys.close_session(request.cookies.get(COOKIE, ""))


def set_cookie(response: Response, request: Request, token: str) -> None:
    """Give the browser its token. It goes over TLS alone where the request came so, also through a trusted proxy."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
