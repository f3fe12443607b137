"""Sentences that were composed in English, in the current language.

Findings, reasons and verdicts are composed where they are worked out and stored with the audit, in English: an audit
may be read in another language years later. So they are translated when they are shown: the catalogue holds each
sentence with its numbers as placeholders, and a sentence that fits one is put into the other language, numbers and
dates with it. What the catalogue lacks stays English.
"""

from __future__ import annotations

import functools
import gettext as catalogues
import re
from pathlib import Path

from zombiescope.i18n import language

__all__ = ["translated"]

_LOCALES = {"zh": "zh_CN"}
_FOLDER = Path(__file__).parent / "locale"
_PLACE = re.compile(r"%\((\w+)\)s")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DATE = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})\b")
_END = re.compile(r"(?<=[.!?]) (?=[A-Z0-9])")
_FEW = 8  # characters of its own below which a pattern takes single words alone
_DEEPEST = 4  # placeholders within placeholders


def translated(text: str) -> str:
    """The text in the current language, sentence by sentence; what is not in the catalogue stays as it is."""
    return text if language() == "en" else _translated(text, language())


@functools.lru_cache(maxsize=4096)
def _translated(text: str, code: str) -> str:
    whole = _sentence(text, code, 0)
    if whole is not None:
        return whole
    parts = _END.split(text)
    if len(parts) == 1:
        return _dated(text)
    told = [_sentence(part, code, 0) or _dated(part) for part in parts]
    # Chinese sentences follow one another without a space.
    return "".join(one if one.endswith("。") else f"{one} " for one in told).strip()


def _sentence(text: str, code: str, depth: int) -> str | None:
    exact, patterns = _catalogue(code)
    stop = text.endswith(".") and not text.endswith("...")
    for given, end in ((text, ""), (text[:-1], "。")) if stop else ((text, ""), (f"{text}.", "")):
        found = exact.get(given)
        if found is not None:
            return found + end if end else found.removesuffix("。") if given != text else found
    for pattern, form in patterns:
        match = pattern.fullmatch(text)
        if match is not None:
            return form % {name: _part(value, code, depth) for name, value in match.groupdict().items()}
    if stop and depth == 0:
        bare = _sentence(text[:-1], code, 1)
        return None if bare is None else f"{bare}。"
    return None


def _part(text: str, code: str, depth: int) -> str:
    """What stands in a placeholder: often a clause of its own, such as an interval."""
    if depth >= _DEEPEST:
        return _dated(text)
    return _sentence(text, code, depth + 1) or _dated(text)


def _dated(text: str) -> str:
    return _DATE.sub(lambda d: f"{d[3]}年{_MONTHS.index(d[2]) + 1}月{int(d[1])}日", text)


@functools.cache
def _catalogue(code: str) -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    """Plain sentences, and those with placeholders as patterns, the one with the most words of its own first."""
    made = catalogues.translation(
        "sentences", localedir=str(_FOLDER), languages=[_LOCALES[code]], fallback=True
    )
    # The standard library has no public way to list a catalogue's messages.
    messages: dict[str, str] = {
        k: v for k, v in getattr(made, "_catalog", {}).items() if k and isinstance(k, str)
    }
    exact = {k.replace("%%", "%"): v.replace("%%", "%") for k, v in messages.items() if not _PLACE.search(k)}
    with_places = sorted((k for k in messages if _PLACE.search(k)), key=lambda k: -len(_PLACE.sub("", k)))
    return exact, [(_pattern(k), messages[k]) for k in with_places]


def _pattern(message: str) -> re.Pattern[str]:
    parts = _PLACE.split(message)  # text, name, text, name, ..., text
    texts = [re.escape(text.replace("%%", "%")) for text in parts[::2]]
    # "%(low)s to %(high)s" has so few words of its own that it would fit sentences it is not: only single words fit it.
    what = r"\S+" if sum(len(text) for text in parts[::2]) < _FEW else ".+?"
    groups = [f"(?P<{name}>{what})" for name in parts[1::2]]
    return re.compile("".join(t + g for t, g in zip(texts, [*groups, ""], strict=True)), re.DOTALL)
