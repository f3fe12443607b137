"""Options that decide how a file is read, and what a file was understood to hold, shown and asked about."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from zombiescope.records import Choices, Question, Understanding

__all__ = ["choices_from", "decided", "file_options", "show"]

_OPTIONS = (
    click.option(
        "--map", "maps", metavar="FIELD=COLUMN", multiple=True, help="Read FIELD of the record from COLUMN."
    ),
    click.option(
        "--set", "sets", metavar="FIELD=VALUE", multiple=True, help="FIELD of every row, e.g. platform=x."
    ),
    click.option(
        "--date-order",
        type=click.Choice(["dmy", "mdy", "ymd"]),
        help="Of dates such as 2/3/2015, where the file does not tell.",
    ),
    click.option(
        "--decimal",
        type=click.Choice(["point", "comma"]),
        help="The mark before a fraction, in numbers like 1.234.",
    ),
    click.option("--encoding", help="Of the text, where it is not recognised: utf-8, gb18030, cp1252, ..."),
    click.option("--member", help="The file of an archive or the sheet of a workbook."),
    click.option(
        "--mapping",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Choices that --save-mapping wrote, for files of the same kind.",
    ),
    click.option(
        "--save-mapping",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write the choices to this file.",
    ),
    click.option(
        "--accept-rejected", is_flag=True, help="Go on although more than 2% of the rows are rejected."
    ),
)
_NAMES = (
    "maps",
    "sets",
    "date_order",
    "decimal",
    "encoding",
    "member",
    "mapping",
    "save_mapping",
    "accept_rejected",
)


def file_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command with the options that decide how a file is read."""
    return reduce(lambda wrapped, option: option(wrapped), reversed(_OPTIONS), command)


def choices_from(given: dict[str, Any]) -> Choices:
    """The choices of the command line, over those of a saved mapping; takes its options out of `given`."""
    from zombiescope.records import Choices, load_choices

    options = {name: given.pop(name) for name in _NAMES}
    saved = load_choices(options["mapping"]) if options["mapping"] else Choices()
    return Choices(
        columns={**saved.columns, **_pairs(options["maps"], "--map", "FIELD=COLUMN")},
        constants={**saved.constants, **_pairs(options["sets"], "--set", "FIELD=VALUE")},
        date_order=options["date_order"] or saved.date_order,
        decimal=options["decimal"] or saved.decimal,
        encoding=options["encoding"] or saved.encoding,
        member=options["member"] or saved.member,
        accept_rejected=options["accept_rejected"] or saved.accept_rejected,
    )


def decided(path: Path, choices: Choices) -> Choices:
    """The choices with all that the file leaves open; what was understood is shown on stderr.

    On a terminal the user is asked. Raises Undecided elsewhere, which names the options that decide.
    """
    from zombiescope.records import Undecided, understand

    while True:
        understanding = understand(path, choices)
        if not understanding.questions:
            show(understanding)
            return choices
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            show(understanding)
            raise Undecided(understanding)
        for question in understanding.questions:
            choices = _answered(question, choices)


def show(understanding: Understanding) -> None:
    """Print what was understood."""
    for line in understanding.lines():
        click.echo(line, err=True)


def _answered(question: Question, choices: Choices) -> Choices:
    import msgspec

    kind = click.Choice(question.answers) if question.answers else click.STRING
    answer = click.prompt(f"{question.text[:1].upper()}{question.text[1:]}. Which", type=kind, err=True)
    if question.key == "platform":
        return msgspec.structs.replace(choices, constants={**choices.constants, "platform": answer})
    return msgspec.structs.replace(choices, **{question.key.replace("-", "_"): answer})


def _pairs(given: tuple[str, ...], option: str, form: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise click.BadParameter(f"{text!r} is not {form}", param_hint=option)
        pairs[name] = value
    return pairs
