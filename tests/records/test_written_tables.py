"""A table written in any dialect, encoding, language, order and notation gives its accounts back, or asks."""

from __future__ import annotations

import random
from dataclasses import fields
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from records.written_tables import CHOICES, Style, WrittenTable, accounts, written
from zombiescope.domain import Follower
from zombiescope.records import Choices, read, schema, understand

STYLES = st.builds(Style, **{field.name: st.sampled_from(CHOICES[field.name]) for field in fields(Style)})


def answered(path: Path, table: WrittenTable) -> Choices:
    """The choices of somebody who knows the file and answers what is asked, each question by its key."""
    choices = Choices(constants={"platform": table.truth["platform"]})
    questions = understand(path, choices).questions
    keys = {question.key for question in questions}
    assert keys <= {"decimal", "date-order", "encoding"}, questions
    return Choices(
        constants=choices.constants,
        decimal=table.truth["decimal"] if "decimal" in keys else None,  # type: ignore[arg-type]
        date_order=table.truth["date-order"] if "date-order" in keys else None,  # type: ignore[arg-type]
        encoding=table.truth["encoding"] if "encoding" in keys else None,
    )


def value(follower: Follower, field: str, expected: object) -> object:
    """What the record holds; of dates without a clock the day."""
    held = getattr(follower, field)
    return held.date() if isinstance(held, datetime) and not isinstance(expected, datetime) else held


@given(style=STYLES, seed=st.integers(0, 10**9), count=st.sampled_from((2, 5, 12, 40, 80)))
@settings(
    max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_the_accounts_come_back_or_the_file_asks(tmp_path: Path, style: Style, seed: int, count: int) -> None:
    """Every row is read, and every field that the table has is the one written; what the file leaves open is asked,
    and the right answer gives the right accounts."""
    table = written(accounts(random.Random(seed), count, style.language), style)
    path = tmp_path / table.name
    path.write_bytes(table.data)
    choices = answered(path, table)
    understood = set(understand(path, choices).known)
    rows, rejected = read(path, choices)
    assert rejected == []
    followers = list(schema.to_followers(rows))
    assert len(followers) == len(table.accounts)
    for follower, account in zip(followers, table.accounts, strict=True):
        for field in table.fields:
            expected = getattr(account, field)
            assert field in understood, field
            assert value(follower, field, expected) == expected, (field, style)


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850", "cp1250", "cp1251", "cp1254", "cp1256"])
def test_few_letters_tell_the_encoding_or_it_is_asked(tmp_path: Path, encoding: str) -> None:
    """Three names are read as they were written, in whichever encoding has their letters, or the file asks."""
    names = {
        "cp1250": ("Łukasz Wójcik", "Małgorzata Dąbrowska", "Jiří Dvořák"),
        "cp1251": ("Иван Петров", "Мария", "кот"),
        "cp1254": ("Çağrı Yılmaz", "Gülşah Şahin", "Işık"),
        "cp1256": ("محمد علي", "فاطمة", "سلمى"),
    }.get(encoding, ("Zoë Müller", "José Núñez", "François Lemaître"))
    path = tmp_path / "list.csv"
    lines = ["username,name,followers,following,tweets", *(f"user{i},{n},1,2,3" for i, n in enumerate(names))]
    path.write_bytes("\n".join(lines).encode(encoding))
    understanding = understand(path)
    if "encoding" in {question.key for question in understanding.questions}:
        (question,) = (q for q in understanding.questions if q.key == "encoding")
        assert encoding in {answer.lower() for answer in question.answers}
        return
    table, rejected = read(path)
    assert rejected == []
    assert table["display_name"].to_pylist() == list(names)
