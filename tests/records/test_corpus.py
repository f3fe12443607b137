"""Every file of the corpus gives the records that it must give, or asks; none is misread in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from records.corpus.files import Sample, samples
from records.corpus.people import PEOPLE, Person
from zombiescope.domain import Follower
from zombiescope.records import Choices, Undecided, read, schema, understand

SAMPLES = {sample.name: sample for sample in samples()}


def expected(person: Person, field: str) -> object:
    """What a field of the record must hold of an account."""
    return {
        "id": person.id,
        "handle": person.handle,
        "bio": person.bio,
        "followers_count": person.followers,
        "following_count": person.following,
        "posts_count": person.posts,
        "likes_count": person.likes,
        "created_at": person.created,
        "verified": person.verified,
        "protected": person.private,
    }[field]


def given(follower: Follower, field: str, sample: Sample) -> object:
    """What a field holds; of a file without clocks the day is compared."""
    value = getattr(follower, field)
    return value.date() if field == "created_at" and sample.whole_days and value is not None else value


def test_the_corpus_is_as_large_as_it_is_said_to_be() -> None:
    """At least 120 files, each of its own name."""
    assert len(SAMPLES) >= 120


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_gives_its_records_or_asks(tmp_path: Path, name: str) -> None:
    """All rows are read, none is rejected, and each field holds what the account has; an open question is raised by
    its key."""
    sample = SAMPLES[name]
    path = tmp_path / name
    path.write_bytes(sample.data)
    choices = Choices(constants=dict(sample.constants))
    understanding = understand(path, choices)
    if sample.ask is not None:
        assert [question.key for question in understanding.questions] == [sample.ask]
        with pytest.raises(Undecided):
            read(path, choices)
        return
    assert understanding.questions == ()
    table, rejected = read(path, choices)
    assert rejected == []
    followers = list(schema.to_followers(table))
    assert len(followers) == len(PEOPLE)
    for follower, person in zip(followers, PEOPLE, strict=True):
        assert follower.platform == sample.platform
        for field in sample.fields:
            value = expected(person, field)
            if field == "created_at" and sample.whole_days:
                value = person.created.date()
            assert given(follower, field, sample) == value, (field, follower)
