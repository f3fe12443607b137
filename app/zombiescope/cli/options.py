"""Options that every command which audits has: what is read, as of when, at what cost, and the form of the answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce, wraps
from pathlib import Path
from typing import Any

import click

from zombiescope.cli.param_types import DATE
from zombiescope.i18n import LANGUAGES

__all__ = ["as_of", "auditing", "form", "form_of", "jobs", "language", "model", "naming", "output"]


def form(*forms: str) -> Callable[..., Any]:
    """The option `--format` of these forms, the first being the default."""
    return click.option("--format", "form", type=click.Choice(forms), default=forms[0], show_default=True)


as_of = click.option("--as-of", type=DATE, help="Date of the data, where the records carry none.")
model = click.option("--model", help="A model's name, or its folder.")
output = click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to this file.")
jobs = click.option("--jobs", type=int, default=2, show_default=True, help="Processes side by side.")

_OPTIONS = (
    click.option(
        "--posts", type=int, default=20, show_default=True, help="Newest posts read of each follower."
    ),
    click.option(
        "--seed", type=int, default=0, show_default=True, help="Same input, model and seed: same answer."
    ),
    as_of,
    click.option(
        "--max-requests",
        type=click.IntRange(min=1),
        help="Requests to send at most, for each live account.",
    ),
    click.option("--yes", is_flag=True, help="Agree to what a paid platform charges without being asked."),
    model,
    click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", "html", "csv"]),
        help="The form of the answer; else the output's name tells it, else text.",
    ),
    output,
)


language = click.option(
    "--lang",
    type=click.Choice(list(LANGUAGES)),
    default="en",
    show_default=True,
    help="Language of text and HTML.",
)
_NAMING = (
    language,
    click.option("--name", help="What the account is called in it, in place of a file's name."),
    click.option("--title", help="The title of the HTML page."),
)


def naming(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command with `--lang`, `--name` and `--title`."""
    return reduce(lambda wrapped, option: option(wrapped), reversed(_NAMING), command)


def auditing(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command with these options; without `--format` the output's name decides the form."""

    @wraps(command)
    def with_form(*args: Any, form: str | None, output: str | None, **given: Any) -> Any:
        return command(*args, form=form or form_of(output), output=output, **given)

    return reduce(lambda wrapped, option: option(wrapped), reversed(_OPTIONS), with_form)


def form_of(output: str | None) -> str:
    """The form that a file's name tells: HTML, JSON, CSV, else text."""
    suffix = Path(output).suffix.lower() if output else ""
    return {".html": "html", ".htm": "html", ".json": "json", ".csv": "csv"}.get(suffix, "text")
