"""Families: copies are found, what people have in common by chance is not."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from zombiescope.domain import Family, Follower, Post
from zombiescope.evidence.likeness.families import families
from zombiescope.evidence.likeness.handle_forms import forms
from zombiescope.records import schema

WORDS = np.array([a + b + c for a in "bdfgklmnprst" for b in "aeiou" for c in "bdfgklmnprst"])


def families_of(followers: list[Follower]) -> tuple[Family, ...]:
    rows = schema.from_followers(followers)
    places = np.arange(rows.num_rows) * 10
    return families(rows, places, forms(rows["handle"].combine_chunks()), lambda members: None)


def text(rng: np.random.Generator, count: int) -> str:
    return " ".join(rng.choice(WORDS, count))


def follower(number: int, **fields: object) -> Follower:
    return Follower(platform="x", id=str(number), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("handle", "form"),
    [
        ("JohnSmith4821", "Word Word 4 digits"),
        ("maria_1", "word _ 1 digit"),
        ("用户1234567890", "Chinese 10 digits"),
        ("ABC-def.9", "WORD - word . 1 digit"),
        ("Ünïcode1", "Word 1 digit"),
        ("한국", "letters"),
        ("😀😀", "signs"),
    ],
)
def test_the_form_of_a_handle_in_words(handle: str, form: str) -> None:
    """Runs of letters by their case and script, digits by their number."""
    handle_forms = forms(pa.array([handle, None]))
    assert handle_forms.words(int(handle_forms.codes[0])) == form
    assert handle_forms.codes[1] == -1


def test_handles_of_a_batch_stand_out_from_natural_ones() -> None:
    """A form far more common than its parts would make it is a family; natural handles are none."""
    rng = np.random.default_rng(0)
    natural = []
    for i in range(2_000):
        stem = [str(rng.choice(WORDS)), str(rng.choice(WORDS)).title(), str(rng.choice(WORDS)).title() * 2][
            i % 3
        ]
        natural.append(follower(i, handle=stem + "".join(map(str, rng.integers(0, 10, rng.integers(0, 5))))))
    assert families_of(natural) == ()
    batch = [follower(3_000 + i, handle=f"{text(rng, 1)}{i:06d}") for i in range(300)]
    (family,) = families_of(natural + batch)
    assert (family.kind, family.shared, family.followers) == ("handle", "word 6 digits", 300)
    assert family.expected is not None
    assert family.expected < 30
    assert family.places[0] == 20_000


def test_near_duplicate_bios_are_a_family() -> None:
    """Copies that differ in a word, a link or a number belong together; other bios and short ones do not."""
    rng = np.random.default_rng(1)
    own = [follower(i, bio=text(rng, 10)) for i in range(500)]
    short = [follower(600 + i, bio="love music") for i in range(20)]
    copies = [
        follower(
            700 + i,
            bio=f"the best deals on shoes bags and watches every single day of the year {WORDS[i]} http://x.y/{i}",
        )
        for i in range(30)
    ]
    (family,) = families_of(own + short + copies)
    assert family.kind == "bio"
    assert family.followers >= 28
    assert family.shared.startswith("the best deals")
    assert family.expected is None


def test_set_phrases_are_no_family() -> None:
    """Where everybody puts bios together from the same few phrases, equal ones are chance."""
    rng = np.random.default_rng(4)
    openings, ends = [text(rng, 4) for _ in range(10)], [text(rng, 4) for _ in range(10)]
    assert (
        families_of([follower(i, bio=f"{rng.choice(openings)} {rng.choice(ends)}") for i in range(3_000)])
        == ()
    )


def test_chinese_bios_are_compared_by_character() -> None:
    """Scripts without spaces have copies too."""
    copies = [follower(i, bio=f"关注我每天都有最新优惠信息 {i}") for i in range(8)]
    (family,) = families_of(copies)
    assert family.followers == 8


def test_followers_who_post_the_same_texts_are_a_family() -> None:
    """Several shared texts that make up a good part of what somebody posts; one shared text or reposts do not."""
    rng = np.random.default_rng(2)
    stock = [text(rng, 8) for _ in range(20)]

    def posts(*texts: str, repost: bool = False) -> tuple[Post, ...]:
        return tuple(Post(text=text, is_repost=repost) for text in texts)

    own = [follower(i, recent_posts=posts(*(text(rng, 8) for _ in range(10)))) for i in range(60)]
    once = [
        follower(100 + i, recent_posts=posts(stock[0], *(text(rng, 8) for _ in range(9)))) for i in range(10)
    ]
    passed = [follower(200 + i, recent_posts=posts(*stock[:5], repost=True)) for i in range(10)]
    silent = [follower(300), follower(301, recent_posts=())]
    copyists = [
        follower(
            400 + i,
            recent_posts=posts(*(f"{t} http://t.co/{i}" for t in rng.choice(stock, 8, replace=False))),
        )
        for i in range(12)
    ]
    (family,) = families_of(own + once + passed + silent + copyists)
    assert (family.kind, family.followers) == ("posts", 12)
    assert any(family.shared.startswith(line) for line in stock)


def test_nobody_is_no_family() -> None:
    """An empty list, and followers of whom nothing is known."""
    assert families_of([]) == ()
    assert families_of([follower(i) for i in range(10)]) == ()
