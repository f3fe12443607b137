"""Alphabets of languages, and how well the letters beyond ASCII of a text fit one of them.

A text that is decoded with the wrong encoding has letters that no language has together, capitals and signs within
words, and words of two scripts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["fit"]

# Small letters beyond ASCII.
_ALPHABETS = {
    "fr": "àâæçéèêëîïôœùûüÿ",
    "es": "áéíñóúüªº",
    "de": "äöüßé",
    "pt": "áâãàçéêíóôõúü",
    "it": "àèéìíîòóùú",
    "da": "åæøéäö",
    "sv": "åäöéü",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýžľĺôŕä",
    "hu": "áéíóöőúüű",
    "ro": "ăâîșțşţ",
    "hr": "čćđšž",
    "tr": "çğıöşüâîû",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "he": "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
    "ar": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهويىپچژگـًٌٍَُِّْ",
}
_LATIN = frozenset(("fr", "es", "de", "pt", "it", "da", "sv", "pl", "cs", "hu", "ro", "hr", "tr"))
# Signs that texts of any language have, none of them within a word but the apostrophes.
_SIGNS = frozenset("€…–—«»°¿¡“”„•™©®·‹›،؛؟№§")
_APOSTROPHES = frozenset("’‘´")
_WORD = re.compile(r"[^\W\d_]+")


def fit(text: str, languages: Sequence[str]) -> float:
    """The share, 0 to 1, of the characters beyond ASCII that fit the best of the languages; 0 where there are none."""
    beyond = [c for c in text if c > "\x7f" and not c.isspace()]
    if not beyond:
        return 0.0
    signs = _fitting_signs(text)
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    best = max(sum(_fitting(word, language) for word in words) for language in languages)
    return (best + signs) / len(beyond)


def _fitting(word: str, language: str) -> int:
    """How many of a word's letters beyond ASCII are the language's, where the word is written as words are."""
    alphabet = _ALPHABETS[language]
    beyond = [c for c in word if c > "\x7f"]
    plain = len(word) - len(beyond)
    if language in _LATIN:
        # Words without an ASCII letter are rare in languages of Latin letters, save for the shortest.
        if (plain == 0 and len(word) > 1) or len(beyond) > 2 * plain + 1:
            return 0
    elif plain:
        return 0
    if language == "pt" and re.search(r"õ(?!e)", word, re.IGNORECASE):
        return 0  # ões, õe: the letter stands nowhere else
    return sum(
        c.lower() in alphabet and not (c.isupper() and i > 0 and word[i - 1].islower())
        for i, c in enumerate(word)
        if c > "\x7f"
    )


def _fitting_signs(text: str) -> int:
    count = 0
    for i, c in enumerate(text):
        if c in _SIGNS:
            before, after = text[i - 1 : i], text[i + 1 : i + 2]
            count += not (before.isalpha() and after.isalpha())
        elif c in _APOSTROPHES:
            count += 1
    return count
