"""Accounts of one population as rows of the compact form (zombiescope.sources.sample.compact)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from zombiescope.sources.sample.compact import UNIT
from zombiescope_training.simulate.forms import Language, Population
from zombiescope_training.simulate.margins import joint
from zombiescope_training.simulate.names import handle, place
from zombiescope_training.simulate.parameters import OBSERVED, POPULATIONS, POSTS_SHOWN
from zombiescope_training.simulate.text import LONGEST, Phrasebook, Stock, write_posts
from zombiescope_training.simulate.timeline import post_times
from zombiescope_training.simulate.words import words

__all__ = ["World"]

Row = dict[str, Any]
VAGUE = {"digits": 0.84}  # measured, Weibo fake
VAGUE_ELSE = 0.27  # measured, Weibo normal
CLIENTS = ("微博 weibo.com", "iPhone客户端", "Android客户端", "iPad客户端", "手机微博")
MACHINE = "微博 weibo.com"


class World:
    """What all accounts share: the sentences there are, by number, and the vendors' stocks of them."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.sentences: list[str] = []
        self.books: dict[Language, Phrasebook] = {}
        for language in words().speech:
            book = Phrasebook(language, len(self.sentences), rng)
            self.books[language] = book
            self.sentences += book.sentences
        self.stocks: dict[str, Stock] = {}
        for name, population in POPULATIONS.items():
            if population.wording.canned is not None:
                languages, weights = zip(*population.languages, strict=True)
                books = [self.books[language] for language in languages]
                self.stocks[name] = Stock(
                    population.wording.canned, population.wording, books, list(weights), rng
                )

    def accounts(
        self,
        population: Population,
        size: int,
        rng: np.random.Generator,
        *,
        youngest: npt.NDArray[np.float64] | None = None,
        shift: float = 0.0,
        newest: int = POSTS_SHOWN,
    ) -> list[Row]:
        """`size` rows of `compact.SCHEMA` but for id and position.

        youngest: (size,) days that each account must be old at least. shift: days by which they were made
        earlier. newest: posts kept of each.
        """
        traits = joint(population, size, rng, youngest=None if youngest is None else youngest - shift)
        age = traits["age"] + shift
        if youngest is not None:
            age = np.maximum(age, youngest)
        silence = np.minimum(traits["silence"], 0.95 * age)
        posts = np.rint(traits["posts"]).astype(np.int64)
        posts[rng.random(size) < population.never_posted] = 0
        hidden = rng.random(size) < population.protected
        shown = np.where(hidden, 0, np.minimum(posts, newest))
        times = post_times(population, shown, silence, traits["gap"], age, rng)
        has_bio, has_place, has_avatar, is_verified = (
            rng.random(size) < share
            for share in (population.bio, population.location, population.avatar, population.verified)
        )
        names, weights = zip(*population.naming, strict=True)
        schemes = rng.choice(len(names), size=size, p=weights)
        tongues, shares = zip(*population.languages, strict=True)
        spoken = rng.choice(len(tongues), size=size, p=shares)
        vague = VAGUE.get(population.name, VAGUE_ELSE)
        followers, following = (np.rint(traits[t]).astype(np.int64) for t in ("followers", "following"))
        rows: list[Row] = []
        for i in range(size):
            book = self.books[tongues[spoken[i]]]
            rows.append(
                {
                    "platform": "weibo",
                    "handle": handle(names[schemes[i]], rng),
                    "bio": self._bio(book, rng) if has_bio[i] else -1,
                    "location": place(rng, vague=vague) if has_place[i] else "",
                    "created_at": OBSERVED - timedelta(seconds=round(float(age[i]) * 86_400)),
                    "observed_at": OBSERVED,
                    "followers_count": int(followers[i]),
                    "following_count": max(int(following[i]), 1),  # it follows the embassy at least
                    "posts_count": int(posts[i]),
                    "has_avatar": bool(has_avatar[i]),
                    "verified": bool(is_verified[i]),
                    "protected": bool(hidden[i]),
                    "posts": None if hidden[i] else self._posts(population, times[i], book, rng),
                }
            )
        return rows

    def _bio(self, book: Phrasebook, rng: np.random.Generator) -> int:
        # Of 4 to 140 characters, in the median 70, near E13's 81 (Weibo normal: 10; measured).
        length = int(np.clip(rng.lognormal(4.25, 0.7), 4, LONGEST))
        return book.pick(length, rng.random())

    def _posts(
        self, population: Population, times: npt.NDArray[np.int64], book: Phrasebook, rng: np.random.Generator
    ) -> list[Row]:
        stock = self.stocks.get(population.name)
        written = write_posts(population, len(times), book, stock, rng)
        own = rng.choice(CLIENTS, size=2)  # a person posts from one or two devices, mostly the first
        other = rng.random(len(times)) < 0.2
        ago = np.diff(times // UNIT, prepend=0)
        for i, post in enumerate(written):
            post["ago"] = int(ago[i])
            post["source"] = MACHINE if stock is not None else str(own[int(other[i])])
        return written
