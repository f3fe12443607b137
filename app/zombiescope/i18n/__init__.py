"""The languages of reports and pages: gettext catalogues, and the language of the current context."""

from __future__ import annotations

import contextvars
import functools
import gettext as catalogues
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["LANGUAGES", "from_header", "gettext", "html_lang", "language", "ngettext", "speaking"]

LANGUAGES = {"en": "English", "zh": "简体中文"}  # code of --lang -> the name by which its readers know it
_LOCALES = {"zh": "zh_CN"}
_HTML = {"en": "en", "zh": "zh-Hans"}
_FOLDER = Path(__file__).parent / "locale"

_current: contextvars.ContextVar[str] = contextvars.ContextVar("language", default="en")


def language() -> str:
    """The language of the current context, a key of `LANGUAGES`."""
    return _current.get()


def html_lang() -> str:
    """The current language as HTML's lang attribute names it (BCP 47)."""
    return _HTML[_current.get()]


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Everything that is rendered inside is in this language; an unknown code is English."""
    token = _current.set(code if code in LANGUAGES else "en")
    try:
        yield
    finally:
        _current.reset(token)


def gettext(message: str) -> str:
    """The message in the current language; English where the catalogue lacks it."""
    return _catalogue(_current.get()).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """The form of a message for this number."""
    return _catalogue(_current.get()).ngettext(one, many, number)


def from_header(accept: str) -> str:
    """The language that a browser prefers (Accept-Language, RFC 9110 12.5.4) among those there are."""
    best, weight = "en", 0.0
    for part in accept.split(",")[:20]:
        match = re.fullmatch(
            r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]{1,32})?\s*(?:;\s*q=(\d(?:\.\d{1,3})?))?\s*", part
        )
        if match is None or match[1].lower() not in LANGUAGES:
            continue
        q = 1.0 if match[2] is None else float(match[2])
        if q > weight:
            best, weight = match[1].lower(), q
    return best


@functools.cache
def _catalogue(code: str) -> catalogues.NullTranslations:
    if code not in _LOCALES:
        return catalogues.NullTranslations()
    return catalogues.translation(
        "zombiescope", localedir=str(_FOLDER), languages=[_LOCALES[code]], fallback=True
    )
