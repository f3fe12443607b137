"""`zombiescope sources`: the platforms that can be audited."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("sources")
def command() -> None:
    """List the platforms that can be audited."""
    from zombiescope import wiring

    for name in wiring.platforms():
        click.echo(f"{name}:{'PATH' if name == 'file' else 'NAME'}")
