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
from dataclasses import dataclass
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
_BRACKETED = re.compile(r"([^()]+) \(([^()]+)\)")
_SEPARATOR = re.compile(r"[(“)”]|, | and ")
# What certain placeholders can be, where anything would be too much: a handle's form, a number.
_OWN = {"form": r"[^(),;]+?", "number": r"[-+]?\d[\d.,]*(?:e[-+]?\d+)?%?"}
_FORM_WORDS = {
    "Word": "首字母大写词",
    "word": "小写词",
    "WORD": "大写词",
    "Chinese": "汉字",
    "letters": "其他字母",
    "signs": "符号",
}
_FEW = 8  # characters of its own below which a pattern takes single words alone
_DEEPEST = 4  # placeholders within placeholders


@dataclass(frozen=True)
class _Form:
    """A sentence with placeholders. sentences: how many it is, None where it takes the rest of a paragraph."""

    pattern: re.Pattern[str]
    form: str
    sentences: int | None
    ends: bool


def translated(text: str) -> str:
    """The text in the current language, sentence by sentence; what is not in the catalogue stays as it is."""
    return text if language() == "en" else _translated(text, language())


@functools.lru_cache(maxsize=4096)
def _translated(text: str, code: str) -> str:
    whole = _clause(text, code, 0)
    if whole is not None:
        return whole
    parts = _END.split(text)
    if len(parts) == 1:
        return _dated(text)
    translations = [_clause(part, code, 0) or _dated(part) for part in parts]
    # Chinese sentences follow one another without a space.
    return "".join(one if one.endswith("。") else f"{one} " for one in translations).strip()


def _sentence(text: str, code: str, depth: int) -> str | None:
    exact, patterns = _catalogue(code)
    stop = text.endswith(".") and not text.endswith("...")
    for given, end in ((text, ""), (text[:-1], "。")) if stop else ((text, ""), (f"{text}.", "")):
        exact_form = exact.get(given)
        if exact_form is not None:
            return exact_form + end if end else exact_form.removesuffix("。") if given != text else exact_form
    number = len(_END.split(text))
    for one in patterns:
        # A pattern of one sentence must not swallow a paragraph; one that ends in %(rest)s takes what is left.
        if one.sentences not in (number, None):
            continue
        adds = stop and not one.ends and one.sentences is not None
        match = one.pattern.fullmatch(text[:-1] if adds else text)
        if match is not None and all(map(_whole_brackets, match.groups())):
            translation = one.form % {
                name: _part(name, value, code, depth) for name, value in match.groupdict().items()
            }
            return f"{translation}。" if adds else translation
    return None


def _part(name: str, text: str, code: str, depth: int) -> str:
    """What stands in a placeholder: often a clause of its own, such as an interval, or the rest of a paragraph."""
    if name == "rest":
        return _translated(text, code)
    if name == "form":
        return _form(text)
    if depth >= _DEEPEST:
        return _dated(text)
    return _clause(text, code, depth + 1) or _dated(text)


def _clause(text: str, code: str, depth: int) -> str | None:
    """A sentence or part of one; a clause with something in brackets; or several, listed. None where it is neither."""
    whole = _sentence(text, code, depth)
    if whole is not None:
        return whole
    parts = _listed(text)
    if len(parts) > 1:
        ours = [_clause(part, code, depth + 1) if depth < _DEEPEST else None for part in parts]
        items = [translation or _name(part) for translation, part in zip(ours, parts, strict=True)]
        if None not in items and (any(ours) or " and " in text):
            return "、".join(item for item in items if item)
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed is not None and depth < _DEEPEST:
        head, inside = _clause(bracketed[1], code, depth + 1), _clause(bracketed[2], code, depth + 1)
        if head is not None:
            return f"{head}（{inside or _dated(bracketed[2])}）"
    return None


def _whole_brackets(text: str) -> bool:
    """Whether a placeholder took what is in brackets or quotes wholly or not at all."""
    return text.count("(") == text.count(")") and text.count("“") == text.count("”")


def _listed(text: str) -> list[str]:
    """The items of "one, another (with, commas) and a third", which is how a list is written in English."""
    parts, depth, start = [], 0, 0
    for separator in _SEPARATOR.finditer(text):
        if separator[0] in "(“":
            depth += 1
        elif separator[0] in ")”":
            depth -= 1
        elif depth == 0:
            parts.append(text[start : separator.start()])
            start = separator.end()
    return [*parts, text[start:]]


def _name(text: str) -> str | None:
    """An item that is no text of ours: a handle, a column, a number. None where it reads like English."""
    return None if len(re.findall(r"[a-z]{2,}", text)) > 1 and " " in text else text


def _form(text: str) -> str:
    """The form of a handle, such as "Word Word 4 digits"."""
    text = re.sub(r"\b(\d+) digits?\b", r"\1位数字", text)
    return " ".join(_FORM_WORDS.get(word, word) for word in text.split(" "))


def _dated(text: str) -> str:
    return _DATE.sub(lambda d: f"{d[3]}年{_MONTHS.index(d[2]) + 1}月{int(d[1])}日", text)


@functools.cache
def _catalogue(code: str) -> tuple[dict[str, str], list[_Form]]:
    """Plain sentences, and those with placeholders as patterns, the one with the most words of its own first."""
    translation = catalogues.translation(
        "sentences", localedir=str(_FOLDER), languages=[_LOCALES[code]], fallback=True
    )
    # The standard library has no public way to list a catalogue's messages.
    messages: dict[str, str] = {
        k: v for k, v in getattr(translation, "_catalog", {}).items() if k and isinstance(k, str)
    }
    exact = {k.replace("%%", "%"): v.replace("%%", "%") for k, v in messages.items() if not _PLACE.search(k)}
    with_places = sorted((k for k in messages if _PLACE.search(k)), key=lambda k: -len(_PLACE.sub("", k)))
    return exact, [
        _Form(
            _pattern(k),
            messages[k],
            None if "%(rest)s" in k else len(_END.split(_PLACE.sub("0", k))),
            k.endswith("."),
        )
        for k in with_places
    ]


def _pattern(message: str) -> re.Pattern[str]:
    parts = _PLACE.split(message)  # text, name, text, name, ..., text
    texts = [re.escape(text.replace("%%", "%")) for text in parts[::2]]
    # "%(low)s to %(high)s" has so few words of its own that it would fit sentences it is not: only single words fit it.
    what = r"\S+" if sum(len(text) for text in parts[::2]) < _FEW else ".+?"
    groups = [f"(?P<{name}>{_OWN.get(name, what)})" for name in parts[1::2]]
    return re.compile("".join(t + g for t, g in zip(texts, [*groups, ""], strict=True)), re.DOTALL)
