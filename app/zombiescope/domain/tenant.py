"""Tenants' names: who shares a service without seeing one another."""

from __future__ import annotations

import re

from zombiescope.errors import InputError

__all__ = ["DEFAULT_TENANT", "check_tenant"]

DEFAULT_TENANT = "default"  # the operator's own, which also owns what existed before there were tenants
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def check_tenant(name: str) -> str:
    """The name of a tenant. Raises InputError where it is none."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name[:80]!r} is no tenant's name",
            "Use up to 64 letters, digits, dots, dashes and underscores.",
        )
    return name
