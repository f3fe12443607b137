"""`zombiescope forget ACCOUNT`: delete everything stored about an account, permanently."""

from __future__ import annotations

from datetime import UTC, datetime

import click

__all__ = ["command"]


@click.command("forget")
@click.argument("account")
def command(account: str) -> None:
    """Delete ACCOUNT's audits, with their samples, scores and labels, and the pages fetched of it.

    ACCOUNT is written as it was for the audit: bluesky:HANDLE, file:PATH, upload:LABEL. Reports that you
    saved elsewhere are yours to delete.
    """
    from zombiescope import wiring
    from zombiescope.storage import TrailEntry

    with wiring.shared_store(wiring.settings()) as store:
        gone = store.forget(account)
        # Not of whom: that is to be forgotten.
        what = f"{gone.audits} audits, {gone.pages} pages"
        store.trail.add(TrailEntry(datetime.now(UTC), "operator", "command line", "forget", what, 0))
    if gone.audits or gone.pages:
        click.echo(f"deleted of {account}: {gone.audits} audits, {gone.pages} fetched pages")
    else:
        click.echo(f"nothing is stored about {account}")
