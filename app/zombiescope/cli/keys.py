"""`zombiescope keys`: the API keys of the service; only their hashes are stored."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from zombiescope.storage import Key, Store

__all__ = ["command"]

_tenant = click.option(
    "--tenant", metavar="NAME", help="Whose key it is; default: ZOMBIESCOPE_TENANT, else `default`."
)


@click.group("keys")
def command() -> None:
    """Add, list and revoke the service's API keys."""


@command.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    help="read, audit, score, label, train or admin; repeatable.",
)
@_tenant
@click.option("--expires", type=click.DateTime(), help="From when on it opens nothing (UTC).")
@click.option("--audits-at-once", type=click.IntRange(0), help="How many of its audits may go on at once.")
@click.option("--requests-a-day", type=click.IntRange(0), help="How many requests it may send a day (UTC).")
@click.option(
    "--dollars-a-month",
    type=click.FloatRange(0),
    help="What its audits may cost a month, where platforms charge.",
)
def add(
    name: str,
    scopes: tuple[str, ...],
    tenant: str | None,
    expires: datetime | None,
    audits_at_once: int | None,
    requests_a_day: int | None,
    dollars_a_month: float | None,
) -> None:
    """Make a key and print its secret, once."""
    from zombiescope import wiring
    from zombiescope.errors import InputError
    from zombiescope.storage import Key, Quotas, hashed

    settings = wiring.settings()
    secret, now = secrets.token_urlsafe(32), datetime.now(UTC)
    key = Key(
        name,
        frozenset(scopes),
        hashed(secret),
        tenant or settings.tenant,
        expires.replace(tzinfo=UTC) if expires else None,
        Quotas(audits_at_once, requests_a_day, dollars_a_month),
        now,
        _OPERATOR,
    )
    key.check()
    if key.expired(now):
        raise InputError("--expires has passed already", "Give a time to come, or leave it out.")
    with wiring.shared_store(settings) as store:
        store.keys.add(key, now)
        _write_down(store, key.tenant, "createKey", name)
    click.echo(secret)
    click.echo("Keep it: it is not shown again. Send it as: Authorization: Bearer SECRET", err=True)


@command.command("list")
@_tenant
def list_keys(tenant: str | None) -> None:
    """The keys of all tenants, or of one, with what they may do, their quotas and until when."""
    from zombiescope import wiring
    from zombiescope.domain.tenant import DEFAULT_TENANT, check_tenant

    now = datetime.now(UTC)
    with wiring.shared_store(wiring.settings()) as store:
        for key in (store.of(check_tenant(tenant)) if tenant else store).keys.all():
            named = key.name if key.tenant == DEFAULT_TENANT else f"{key.tenant}/{key.name}"
            click.echo("; ".join([f"{named}: {' '.join(sorted(key.scopes))}", *_limits(key, now)]))


@command.command("revoke")
@click.argument("name")
@_tenant
def revoke(name: str, tenant: str | None) -> None:
    """Delete a key, and the browser sessions that it opened."""
    from zombiescope import wiring
    from zombiescope.domain.tenant import check_tenant

    settings = wiring.settings()
    whose = check_tenant(tenant or settings.tenant)
    with wiring.shared_store(settings) as store:
        store.of(whose).keys.revoke(name)
        _write_down(store, whose, "revokeKey", name)
    click.echo(f"{name} is revoked")


_OPERATOR = "operator"  # who works on the command line, in the audit trail


def _write_down(store: Store, tenant: str, action: str, name: str) -> None:
    from zombiescope.storage import TrailEntry

    entry = TrailEntry(datetime.now(UTC), _OPERATOR, "command line", action, name, 0)
    store.of(tenant).trail.add(entry)


def _limits(key: Key, now: datetime) -> list[str]:
    quotas = key.quotas
    parts = []
    if quotas.audits is not None:
        parts.append(f"{quotas.audits} audits at once")
    if quotas.requests is not None:
        parts.append(f"{quotas.requests} requests a day")
    if quotas.money is not None:
        parts.append(f"${quotas.money:.2f} a month")
    if key.expires_at is not None:
        parts.append(f"{'expired' if key.expired(now) else 'expires'} {key.expires_at:%Y-%m-%d %H:%M} UTC")
    return parts
