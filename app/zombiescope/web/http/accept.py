"""Accept: application/octet-stream, by which a client asks for an answer as plain bytes to be saved."""

from __future__ import annotations

from fastapi import Request

__all__ = ["OCTETS", "media_or_octets"]

OCTETS = "application/octet-stream"


def media_or_octets(request: Request, media: str) -> str:
    """The answer's media type: octets where the client prefers those, else its own."""
    first = request.headers.get("accept", "").split(",")[0].partition(";")[0].strip().lower()
    return OCTETS if first == OCTETS else media
