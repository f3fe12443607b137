"""The form of handles that may stand in an address."""

from __future__ import annotations

import re

__all__ = ["plain_handle"]

_HANDLE = re.compile(r"[\w.-]{1,100}", re.ASCII)


def plain_handle(handle: str | None) -> str | None:
    """The handle without its @, None where it could not stand in an address as it is."""
    name = (handle or "").removeprefix("@")
    return name if _HANDLE.fullmatch(name) else None
