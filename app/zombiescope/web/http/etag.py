"""ETags: what a client has already is not sent again."""

from __future__ import annotations

import hashlib

from fastapi import Request, Response

from zombiescope import __version__

__all__ = ["tag_of", "unchanged"]


def tag_of(*content: bytes) -> str:
    """A tag for what is made of this content by this version. Weak, since an answer may be packed."""
    digest = hashlib.sha256(__version__.encode())
    for part in content:
        digest.update(len(part).to_bytes(8, "big") + part)
    return f'W/"{digest.hexdigest()[:32]}"'


def unchanged(request: Request, tag: str) -> Response | None:
    """304 where the client says in If-None-Match that it has this (RFC 9110, compared weakly); else None."""
    held = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if "*" in held or tag.removeprefix("W/") in held:
        return Response(status_code=304, headers={"ETag": tag})
    return None
