"""The words by which people label accounts, and which label each is."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["LABEL_WORDS", "label_of"]

_ZOMBIE = ("zombie", "fake", "bot", "bought", "spam", "1", "1.0", "true", "yes", "是", "假", "僵尸粉")
_GENUINE = ("genuine", "real", "human", "person", "legitimate", "0", "0.0", "false", "no", "否", "真", "真实")

# A word in lower case -> zombie or genuine. A column of 1 and 0 answers "is it fake?".
LABEL_WORDS: Mapping[str, str] = {
    **dict.fromkeys(_ZOMBIE, "zombie"),
    **dict.fromkeys(_GENUINE, "genuine"),
}


def label_of(value: object) -> str | None:
    """The label that a value stands for: a word, 1, 0, true or false; None where it is none of these."""
    return LABEL_WORDS.get(str(value).strip().lower()) if isinstance(value, str | int | float) else None
