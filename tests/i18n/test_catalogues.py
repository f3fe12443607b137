"""The catalogues: complete, compiled, and with the same placeholders in every language."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import zombiescope
from zombiescope import i18n

APP = Path(zombiescope.__file__).parent
FOLDER = APP / "i18n" / "locale" / "zh_CN" / "LC_MESSAGES"
METHODS = [("**.py", "python"), ("**.j2", "jinja2")]
PLACE = re.compile(r"%\((\w+)\)s")


def catalogue(name: str) -> Catalog:
    """A catalogue's source."""
    with (FOLDER / f"{name}.po").open("rb") as file:
        return read_po(file, locale="zh_CN")


def used() -> Iterator[str | tuple[str, ...]]:
    """Every message that the code or a template asks for."""
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    options = {"**.j2": {"trimmed": "true"}}
    for _file, _line, message, _comments, _context in extract_from_dir(
        str(APP), METHODS, options, keywords, directory_filter=lambda folder: "static" not in folder
    ):
        yield message


def messages(name: str) -> list[Message]:
    """The messages of a catalogue, without its header."""
    return [message for message in catalogue(name) if message.id]


def test_no_message_is_without_its_translation() -> None:
    """What the pages, charts and reports ask for is in the Chinese catalogue, and nothing there is no longer used."""
    there = {message.id: message.string for message in messages("zombiescope")}
    asked = set(used())
    assert asked - set(there) == set()
    assert set(there) - asked == set()
    assert all(there.values())


@pytest.mark.parametrize("name", ["zombiescope", "sentences"])
def test_a_translation_has_the_placeholders_of_its_message(name: str) -> None:
    """No number is lost and none is made up."""
    for message in messages(name):
        source = message.id if isinstance(message.id, str) else message.id[-1]
        for form in [message.string] if isinstance(message.string, str) else message.string or ():
            assert set(PLACE.findall(form)) == set(PLACE.findall(source)), source


@pytest.mark.parametrize("name", ["zombiescope", "sentences"])
def test_the_compiled_catalogue_is_that_of_the_source(name: str) -> None:
    """The .mo file that is read is made from the .po file that is edited."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(name))
    assert (FOLDER / f"{name}.mo").read_bytes() == compiled.getvalue()


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de-DE,de;q=0.9,zh;q=0.5,en;q=0.4", "zh"),
        ("en-GB,zh;q=0.9", "en"),
        ("fr", "en"),
        ("zh;q=x, *", "en"),
    ],
)
def test_the_browser_chooses_the_language(header: str, code: str) -> None:
    """The language with the most weight among those there are; English where none is, or the header is broken."""
    assert i18n.from_header(header) == code
