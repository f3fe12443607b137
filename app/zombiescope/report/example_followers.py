"""A few followers with the reasons for their scores: the clearest of either kind and the hardest to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zombiescope import formatting
from zombiescope.domain import FollowerScore, Reason

__all__ = ["Person", "Why", "people"]

OF_A_KIND = 2
REASONS = 4


@dataclass(frozen=True)
class Why:
    """One reason: what was seen, and towards which answer it speaks."""

    towards: str
    text: str


@dataclass(frozen=True)
class Person:
    """One follower as shown: every string is clean."""

    name: str
    place: str
    chance: str
    reasons: tuple[Why, ...]


def people(followers: Sequence[FollowerScore] | None) -> tuple[Person, ...]:
    """Up to six followers that have reasons: most zombie-like, hardest to tell, most genuine-like."""
    ranked = sorted((f for f in followers or () if f.reasons), key=lambda f: (-f.score, f.position))
    unclear = sorted(ranked, key=lambda f: (abs(f.score - 0.5), f.position))
    chosen: list[FollowerScore] = []
    for group in (ranked, unclear, ranked[::-1]):
        chosen += [f for f in group if f not in chosen][:OF_A_KIND]
    return tuple(_person(f) for f in sorted(chosen, key=lambda f: (-f.score, f.position)))


def _person(follower: FollowerScore) -> Person:
    reasons = sorted(follower.reasons or (), key=lambda r: -abs(r.effect))[:REASONS]
    if follower.posterior is not None:
        sure = min(max(follower.posterior, 1e-6), 1 - 1e-6)  # of a person nothing is certain
        chance = f"about {formatting.percent(sure)} likely to be a zombie, in this list"
    else:
        chance = f"score {follower.score:.2f}, were half of the list zombies"
    return Person(
        name=formatting.clean(follower.handle or "", longest=40) or formatting.clean(follower.id, longest=40),
        place=f"place {formatting.count(follower.position + 1)}",
        chance=chance.replace("about less", "less").replace("about more", "more"),
        reasons=tuple(_why(reason) for reason in reasons),
    )


def _why(reason: Reason) -> Why:
    return Why("zombie" if reason.effect > 0 else "genuine", formatting.clean(reason.text))
