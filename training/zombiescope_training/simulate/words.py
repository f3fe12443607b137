"""The word inventories of words.toml: what simulated people say and are called is made of these and nothing else."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from zombiescope_training.simulate.forms import Language

__all__ = ["Speech", "Words", "words"]


@dataclass(frozen=True)
class Speech:
    """How one language is put together: a clause is one word of each of `columns`, in order."""

    columns: tuple[tuple[str, ...], ...]
    topics: tuple[str, ...]
    joints: tuple[str, ...]
    endings: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """The inventories: characters of nicknames, syllables of handles, places, and the languages."""

    han: str
    pinyin: tuple[str, ...]
    western: tuple[str, ...]
    places: tuple[str, ...]
    speech: dict[Language, Speech]


@cache
def words() -> Words:
    """The inventories, read once."""
    tables = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
    return Words(
        han="".join(tables["han"].split()),
        pinyin=_listed(tables["pinyin"]),
        western=_listed(tables["western"]),
        places=_listed(tables["places"]),
        speech={language: _speech(tables[language]) for language in get_args(Language)},
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


def _speech(table: dict[str, Any]) -> Speech:
    return Speech(
        columns=tuple(_listed(table[part]) for part in ("when", "who", "what", "how")),
        topics=_listed(table["topics"]),
        joints=tuple(table["joints"]),
        endings=tuple(table["endings"]),
    )
