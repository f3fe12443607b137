"""Handles and places: nicknames of Chinese characters, Latin syllables, or a serial number."""

from __future__ import annotations

import numpy as np

from zombiescope_training.simulate.forms import Scheme
from zombiescope_training.simulate.words import words

__all__ = ["handle", "nickname", "place"]


def nickname(rng: np.random.Generator) -> str:
    """A nickname of two to five Chinese characters."""
    han = words().han
    return "".join(han[i] for i in rng.integers(len(han), size=int(rng.integers(2, 6))))


def _digits(low: int, high: int, rng: np.random.Generator) -> str:
    """A number of `low` to `high` digits, the first not 0."""
    count = int(rng.integers(low, high + 1))
    return str(int(rng.integers(10 ** (count - 1), 10**count)))


def _latin(low: int, high: int, rng: np.random.Generator) -> str:
    parts = words().pinyin
    return "".join(parts[i] for i in rng.integers(len(parts), size=int(rng.integers(low, high + 1))))


def _western(low: int, high: int, rng: np.random.Generator) -> str:
    """Given name and family name run together, of `low` to `high` syllables, cut at Twitter's 15 letters."""
    western = words().western
    parts = [western[i] for i in rng.integers(len(western), size=int(rng.integers(low, high + 1)))]
    half = (len(parts) + 1) // 2
    return ("".join(parts[:half]).capitalize() + "".join(parts[half:]).capitalize())[:15]


def handle(scheme: Scheme, rng: np.random.Generator) -> str:
    """A handle by the scheme (forms.Scheme)."""
    if scheme == "han":
        joint = "-" if rng.random() < 0.1 else ""
        return nickname(rng) + (joint + nickname(rng) if joint or rng.random() < 0.25 else "")
    if scheme == "han-latin":
        joint = "-_"[int(rng.integers(2))] if rng.random() < 0.4 else ""
        return nickname(rng) + joint + _latin(1, 3, rng)
    if scheme == "han-digits":
        return nickname(rng) + _digits(2, 6, rng)
    if scheme == "latin":
        return _latin(2, 4, rng)
    if scheme == "latin-digits":
        return _latin(1, 3, rng) + _digits(1, 4, rng)
    if scheme == "mixed-digits":
        return nickname(rng)[:3] + _latin(1, 2, rng) + _digits(2, 5, rng)
    if scheme == "western":
        return _western(3, 4, rng)
    if scheme == "western-short":
        return _western(2, 3, rng)
    if scheme == "western-digits":
        return _western(2, 3, rng) + _digits(1, 3, rng)
    return "用户" + _digits(8, 10, rng)


def place(rng: np.random.Generator, *, vague: float) -> str:
    """A place; `vague` is the chance that it is Weibo's "elsewhere" (其他)."""
    places = words().places
    return "其他" if rng.random() < vague else places[int(rng.integers(len(places)))]
