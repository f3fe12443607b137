"""What simulated accounts say: sentences from the word inventories, people's choice of them and a vendor's."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any

import numpy as np
import numpy.typing as npt

from zombiescope_training.simulate.forms import Beta, Canned, Language, Population, Wording
from zombiescope_training.simulate.names import nickname
from zombiescope_training.simulate.words import words

__all__ = ["LONGEST", "SHORTEST", "Phrasebook", "Stock", "write_posts"]

LONGEST = 140  # characters of a post, on Weibo and on Twitter alike at the time
SHORTEST = 6
# The sentences there are: few enough that the shipped files stay small, many enough that people repeat themselves and
# one another little.
SENTENCES: dict[Language, int] = {"zh": 14_000, "en": 4_000, "ja": 1_500, "pt": 1_500}
NAMES = 100  # people that posts speak to
LINKS = 250  # pages that posts link to
SPACED = ("en", "pt")  # languages written with spaces

Post = dict[str, Any]


class Phrasebook:
    """Sentences of one language, from short to long, to say something of a wanted length with; and the names that
    posts speak to. A sentence is told by its number: `first` is that of the book's first one."""

    def __init__(self, language: Language, first: int, rng: np.random.Generator) -> None:
        self.language = language
        self.first = first
        speech = words().speech[language]
        columns, joints = speech.columns, speech.joints
        space = " " if language in SPACED else ""
        phrases: dict[str, None] = {}  # a dict keeps the order in which they were made
        while len(phrases) < SENTENCES[language]:
            sentence = ""
            length = int(rng.integers(SHORTEST, LONGEST))
            while len(sentence) < length:
                # A clause may leave its opening words out; what is left still reads as one.
                start = int(rng.integers(0, len(columns)))
                clause = space.join(column[int(rng.integers(len(column)))] for column in columns[start:])
                sentence += joints[int(rng.integers(len(joints)))] + clause if sentence else clause
            phrases[sentence[:LONGEST]] = None
        self.sentences = sorted(phrases, key=lambda text: (len(text), text))
        self.lengths = [len(text) for text in self.sentences]
        self.names = [nickname(rng) for _ in range(NAMES)]

    def pick(self, length: int, u: float) -> int:
        """The number of a sentence of `length` characters, give or take a tenth; `u` in [0, 1) chooses it."""
        slack = max(length // 10, 2)
        low = min(bisect_left(self.lengths, length - slack), len(self.lengths) - 1)
        high = max(bisect_right(self.lengths, length + slack), low + 1)
        return self.first + low + int(u * (high - low))


class Stock:
    """A vendor's canned texts, and how its accounts draw on them."""

    def __init__(
        self,
        canned: Canned,
        wording: Wording,
        books: list[Phrasebook],
        weights: list[float],
        rng: np.random.Generator,
    ) -> None:
        self.canned = canned
        lengths = _lengths(
            wording.length, float(np.hypot(wording.within, wording.between)), canned.stock, rng
        )
        which = rng.choice(len(books), size=canned.stock, p=weights)
        picks = rng.random(canned.stock)
        self.texts = np.array([books[b].pick(n, u) for b, n, u in zip(which, lengths, picks, strict=True)])

    def draw(self, count: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
        """(count,) numbers of the sentences that one account posts, newest first."""
        own = self.canned.own
        if own is None:
            drawn = rng.choice(len(self.texts), size=count, replace=False, shuffle=False)
        else:
            drawn = rng.choice(rng.integers(len(self.texts), size=own), size=count)
        return np.asarray(self.texts[drawn], dtype=np.int64)


def _lengths(mean: float, spread: float, count: int, rng: np.random.Generator) -> list[int]:
    # Skewed to the right and cut at 140, as measured: a gamma of the given mean and spread.
    shape = (mean / spread) ** 2
    return [int(n) for n in np.clip(rng.gamma(shape, mean / shape, count), SHORTEST, LONGEST)]


def _share(beta: Beta, rng: np.random.Generator) -> float:
    if beta.mean == 0:
        return 0.0
    return float(rng.beta(beta.mean * beta.size, (1 - beta.mean) * beta.size))


def write_posts(
    population: Population, count: int, book: Phrasebook, stock: Stock | None, rng: np.random.Generator
) -> list[Post]:
    """What `count` posts of one account say, newest first: the fields of `compact.POSTS` but for ago and source."""
    wording, speech = population.wording, words().speech[book.language]
    repost, reply, link, hashtag, mention, altered = (
        rng.random(count) < share
        for share in (
            _share(wording.repost, rng),
            _share(wording.reply, rng),
            _share(wording.link, rng),
            _share(wording.hashtag, rng),
            _share(wording.mention, rng),
            stock.canned.altered if stock else 0.0,
        )
    )
    reply &= ~repost
    named = repost if stock is None or stock.canned.credited else np.zeros(count, dtype=bool)
    mean = max(wording.length + rng.normal(0, wording.between), 12.0)
    lengths = _lengths(mean, wording.within, count, rng)
    canned = stock.draw(count, rng) if stock else None
    u = rng.random((count, 5))
    endings, topics, chinese = speech.endings, speech.topics, book.language == "zh"
    posts: list[Post] = []
    for i in range(count):
        # A machine posts the text as it has it; a person ends it in a way of the moment.
        before, after = "", "" if stock else endings[int(u[i, 0] * len(endings))]
        name = book.names[int(u[i, 1] * NAMES)]
        if hashtag[i]:
            before = f"#{topics[int(u[i, 2] * len(topics))]}#" + (" " if book.language in SPACED else "")
        if reply[i]:
            before = (f"回复@{name}:" if chinese else f"@{name} ") + before
        if altered[i]:  # a mark and a number more, as senders do to pass filters
            after += f"~{int(u[i, 4] * 100)}"
        if named[i]:
            after += f"//@{name}:"
        elif mention[i] and not reply[i]:
            after += f" @{name}"
        if link[i]:
            # A reserved top-level domain (RFC 2606): it leads nowhere.
            after += f" http://t.example/s{int(u[i, 3] * LINKS):03d}"
        text = (
            book.pick(max(lengths[i] - len(before) - len(after), SHORTEST), u[i, 4])
            if canned is None
            else canned[i]
        )
        posts.append(
            {
                "before": before,
                "sentence": int(text),
                "after": after,
                "lang": book.language,
                "is_repost": bool(repost[i]),
                "is_reply": bool(reply[i]),
            }
        )
    return posts
