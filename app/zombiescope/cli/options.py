"""Options that every command which audits has: what is read, as of when, at what cost, and the form of the answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import click

from zombiescope.cli.param_types import DATE

__all__ = ["auditing"]

_OPTIONS = (
    click.option(
        "--posts", type=int, default=20, show_default=True, help="Newest posts read of each follower."
    ),
    click.option(
        "--seed", type=int, default=0, show_default=True, help="Same input, model and seed: same answer."
    ),
    click.option("--as-of", type=DATE, help="Date of the data, where the records carry none."),
    click.option(
        "--max-requests",
        type=click.IntRange(min=1),
        help="Requests to send at most, for each live account.",
    ),
    click.option("--yes", is_flag=True, help="Agree to what a paid platform charges without being asked."),
    click.option("--model", help="A model's name, or its folder."),
    click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", "html", "csv"]),
        default="text",
        show_default=True,
    ),
    click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to this file."),
)


def auditing(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command with these options."""
    return reduce(lambda made, option: option(made), reversed(_OPTIONS), command)
