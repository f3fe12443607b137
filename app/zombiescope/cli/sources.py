"""`zombiescope sources`: the platforms that can be audited."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("sources")
def command() -> None:
    """List the platforms that can be audited, what each needs, and the settings it reads."""
    from zombiescope.platforms import registered

    descriptors = registered()
    width = max(len(one.account) for one in descriptors)
    for one in descriptors:
        click.echo(f"{one.account:{width}}  {one.needs}")
        for setting in one.settings:
            need = "needed" if setting.required else "optional"
            click.echo(f"{'':{width}}  {setting.variable} ({need}): {setting.what}")
