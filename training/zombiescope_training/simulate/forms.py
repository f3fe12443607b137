"""The forms that the simulation's parameters take: a population of accounts, a bought block, an embassy's list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from zombiescope.domain import Label

__all__ = [
    "PROBABILITIES",
    "TRAITS",
    "Beta",
    "Block",
    "Burst",
    "Canned",
    "Embassy",
    "Language",
    "Population",
    "Quantiles",
    "Scheme",
    "Wording",
]

# What each margin is given at; between them it is linear in log(1 + value).
PROBABILITIES = (0.0, 0.01, 0.05, 0.1, 0.12, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
# The order of the rows and columns of every correlation matrix.
TRAITS = ("age", "followers", "following", "posts", "gap", "silence")

Quantiles = tuple[float, ...]  # one value for each of PROBABILITIES
Language = Literal["zh", "en", "ja", "pt"]
Scheme = Literal[
    "han",
    "han-latin",
    "han-digits",
    "mixed-digits",
    "latin",
    "latin-digits",
    "western",
    "western-short",
    "western-digits",
    "serial",
]


@dataclass(frozen=True)
class Beta:
    """A share that differs from account to account: Beta(mean * size, (1 - mean) * size)."""

    mean: float
    size: float


@dataclass(frozen=True)
class Canned:
    """Texts posted from a vendor's stock.

    stock: texts the vendor has. own: how many of them one account draws on (None: all, never one twice).
    altered: chance that a post changes its text a little. credited: a repost names whose text it is.
    """

    stock: int
    own: int | None
    altered: float
    credited: bool


@dataclass(frozen=True)
class Wording:
    """What posts look like.

    length: mean characters of a post; between, within: its standard deviation over accounts and over one account's
    posts. The shares are of posts (reply: of those that are no repost). canned: None where every text is composed anew.
    """

    length: float
    between: float
    within: float
    repost: Beta
    reply: Beta
    link: Beta
    hashtag: Beta
    mention: Beta
    canned: Canned | None = None


@dataclass(frozen=True)
class Population:
    """One kind of account: margins, the rank correlations that tie them, habits, completeness.

    age, silence: days (silence: since the newest post). gap: log(1 + mean seconds between the newest posts).
    correlation: Spearman, in the order of TRAITS. gap_shape: shape of the Weibull gaps between posts (1: at random,
    below: in bursts, above: regular). gap_short: share of gaps of a minute or less beside those. awake: standard
    deviation, in hours, of the time of day around the account's own; None: it posts around the clock. The rest are
    shares of accounts; suspended and deleted are of those in the list.
    """

    name: str
    truth: Label
    age: Quantiles
    followers: Quantiles
    following: Quantiles
    posts: Quantiles
    gap: Quantiles
    silence: Quantiles
    correlation: tuple[tuple[float, ...], ...]
    gap_shape: float
    gap_short: float
    awake: float | None
    wording: Wording
    naming: tuple[tuple[Scheme, float], ...]
    languages: tuple[tuple[Language, float], ...]
    never_posted: float
    bio: float
    location: float
    avatar: float
    verified: float
    protected: float
    suspended: float
    deleted: float


@dataclass(frozen=True)
class Burst:
    """A time of news: followers come `weight` (a share of the organic ones) within about `days` of `start`."""

    start: date
    weight: float
    days: float


@dataclass(frozen=True)
class Block:
    """A purchase: `weight` of the list's zombies from `vendor`, delivered from `start` over `days`.

    shift: days by which this batch was made earlier (+) or later (-) than the vendor's usual.
    """

    vendor: str
    weight: float
    start: date
    days: float
    shift: float = 0.0


@dataclass(frozen=True)
class Embassy:
    """A list to simulate. listed: followers in it; hidden: more that the platform declares and does not list.

    zombies: share of the listed. genuine: weights of the genuine kinds. opened: the first follower's date.
    growth: followers a day at the end over those at the start.
    """

    name: str
    display_name: str
    listed: int
    hidden: int
    zombies: float
    opened: date
    growth: float
    genuine: tuple[tuple[str, float], ...]
    bursts: tuple[Burst, ...]
    blocks: tuple[Block, ...]
