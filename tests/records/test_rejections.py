"""Rejected rows that are a kind of account of their own stop the reading, few as they are."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from zombiescope.errors import InputError
from zombiescope.records import Choices, batches, read
from zombiescope.records.rejections import Rejections

X = Choices(constants={"platform": "x"})
HEADER = "username,name,followers,following,tweets,joined"


def rejections(folder: Path, rows: list[str], encoding: str = "utf-8") -> Rejections:
    path = folder / "list.csv"
    path.write_bytes("\n".join([HEADER, *rows]).encode(encoding))
    total = Rejections()
    for batch in batches(path, rows=97, choices=X):
        total.add(batch)
    return total


def person(i: int, *, name: str = "Ann", followers: str = "5") -> str:
    return f"user_{i},{name},{followers},{i % 90},{i % 700},20{10 + i % 12}-01-02"


def test_few_rejected_rows_at_random_pass(tmp_path: Path) -> None:
    """One in a hundred, of no kind: told, and not in the way."""
    rng = random.Random(3)
    total = rejections(
        tmp_path,
        [
            person(i, name=rng.choice(("Ann", "José", "")), followers=rng.choice(["5"] * 99 + ["?"]))
            for i in range(2000)
        ],
    )
    assert 5 < len(total.rows) < 40
    total.check(name="list.csv")


def test_few_rejected_rows_of_one_kind_stop(tmp_path: Path) -> None:
    """Twelve of 2,000, each with an accent in its name, which 2% of the others have."""
    total = rejections(
        tmp_path,
        [
            person(i, name="José" if i % 50 == 7 else "Ann", followers="?" if i % 150 == 7 else "5")
            for i in range(1800)
        ],
    )
    message = (
        "12 of 1800 rows are rejected, and not at random: the 12 rejected rows all have a letter beyond ASCII in "
        "'name', as 1% of the others have"
    )
    with pytest.raises(InputError, match=message):
        total.check(name="list.csv", columns={"display_name": "name"})


def test_the_year_of_rejected_rows_is_told(tmp_path: Path) -> None:
    """Rejections that go with the age of an account."""
    total = rejections(
        tmp_path, [person(i, followers="?" if i % 12 == 4 and i % 60 == 4 else "5") for i in range(1200)]
    )
    with pytest.raises(InputError, match="the year 2014 in 'created_at'"):
        total.check(name="list.csv")


def test_bytes_that_are_no_text_are_a_kind(tmp_path: Path) -> None:
    """Names in another encoding than the rest of the file."""
    path = tmp_path / "list.csv"
    rows = [person(i, name="é" if i % 3 == 0 else "Ann").encode() for i in range(600)]
    rows[5::20] = [person(i, name="caf\xe9").encode("latin-1") for i in range(len(rows[5::20]))]
    path.write_bytes(b"\n".join([HEADER.encode(), *rows]))
    total = Rejections()
    for batch in batches(path, choices=X):
        total.add(batch)
    with pytest.raises(InputError, match="all have a letter beyond ASCII in 'name'"):
        total.check(name="list.csv")


def test_repeats_are_no_rejected_followers(tmp_path: Path) -> None:
    """An account that is there twice is there once."""
    total = rejections(tmp_path, [person(i % 300) for i in range(400)])
    assert len(total.rows) == 100
    total.check(name="list.csv")
    assert read(tmp_path / "list.csv", X)[0].num_rows == 300
