"""`zombiescope models`: the models there are, which one is in use, and changing it."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]


@click.group("models", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """List the models; show, activate or roll back one."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_models)


@command.command("list")
def list_models() -> None:
    """The models by name; the one in use is marked."""
    from zombiescope import wiring
    from zombiescope.errors import ModelError

    model_registry = wiring.model_registry(wiring.settings())
    try:
        current = model_registry.current()
    except ModelError:
        current = ""
    for name in model_registry.names():
        click.echo(f"{'*' if name == current else ' '} {name}")


@command.command("show")
@click.argument("name")
def show(name: str) -> None:
    """A model's card."""
    from zombiescope import wiring
    from zombiescope.cli.output import deliver

    deliver((wiring.artefact(wiring.settings(), name).path / "card.md").read_text("utf-8"), None)


@command.command("activate")
@click.argument("name")
@click.option(
    "--force",
    is_flag=True,
    help="Also one that is worse or guesses: audits may then accuse people at random.",
)
def activate(name: str, force: bool) -> None:
    """Use this model from now on; one that is worse than the current, or of no use, is refused.

    NAME is a model's name, or the folder that `train --out` wrote: it is copied to the other models first.
    """
    from zombiescope import wiring

    registry = wiring.model_registry(wiring.settings())
    if name not in registry.names() and (Path(name) / "card.json").is_file():
        name = registry.install(Path(name))
    before = registry.activate(name, force=force)
    click.echo(f"{name} is in use" + (f"; before it, {before}" if before and before != name else ""))


@command.command("rollback")
def rollback() -> None:
    """Go back to the model that was in use before."""
    from zombiescope import wiring

    click.echo(f"{wiring.model_registry(wiring.settings()).rollback()} is in use again")
