"""Accounts as they are compared."""

from __future__ import annotations

__all__ = ["account_key"]


def account_key(account: str) -> str:
    """An account as it is compared: the platforms' names do not depend on case, a file's path does."""
    if account.startswith("file:"):
        return account
    platform, colon, name = account.casefold().partition(":")
    return f"{platform}{colon}{name.removeprefix('@')}"
