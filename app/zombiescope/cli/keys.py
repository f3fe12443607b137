"""`zombiescope keys`: the API keys of the service; only their hashes are stored."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime

import click

__all__ = ["command"]


@click.group("keys")
def command() -> None:
    """Add, list and revoke the service's API keys."""


@command.command("add")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="read, audit, score, label or admin; repeatable."
)
def add(name: str, scopes: tuple[str, ...]) -> None:
    """Make a key and print its secret, once."""
    from zombiescope import wiring
    from zombiescope.errors import InputError
    from zombiescope.storage import SCOPES, Key, hashed

    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", name):
        raise InputError(f"{name!r} is no key name", "Use letters, digits, dot, dash and underscore.")
    if unknown := [scope for scope in scopes if scope not in SCOPES]:
        raise InputError(f"there is no scope {unknown[0]!r}", f"Scopes: {', '.join(SCOPES)}.")
    secret = secrets.token_urlsafe(32)
    with wiring.store(wiring.settings()) as store:
        store.keys.add(Key(name, frozenset(scopes), hashed(secret)), datetime.now(UTC))
    click.echo(secret)
    click.echo("Keep it: it is not shown again. Send it as: Authorization: Bearer SECRET", err=True)


@command.command("list")
def list_keys() -> None:
    """The keys by name, with what they may do."""
    from zombiescope import wiring

    with wiring.store(wiring.settings()) as store:
        for key in store.keys.all():
            click.echo(f"{key.name}: {' '.join(sorted(key.scopes))}")


@command.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """Delete a key, and the browser sessions that it opened."""
    from zombiescope import wiring

    with wiring.store(wiring.settings()) as store:
        store.keys.revoke(name)
    click.echo(f"{name} is revoked")
