"""Labelled followers of stored audits as a sample to train on."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from doubles import outcome, zombie
from zombiescope.domain import Label
from zombiescope.errors import InputError
from zombiescope.storage import LabelRow, Store, opened
from zombiescope.usecases import audit_store
from zombiescope.usecases.labelled_audits import labelled_audits, vendors_by_account

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ONE, OTHER = "3f2a0000-1111", "77aa0000-2222"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with two audits of one account."""
    with opened(f"sqlite:///{tmp_path / 'store.db'}") as given:
        for audit_id in (ONE, OTHER):
            audit_store.keep(given, *outcome(audit_id))
        yield given


def labels(store: Store, audit_id: str, count: int, annotator: str = "ann") -> list[LabelRow]:
    """True labels of an audit's first followers."""
    return [
        LabelRow(one.id, "zombie" if zombie(int(one.id) - 1000) else "genuine", annotator, NOW)
        for one in store.audits.followers(audit_id)[:count]
    ]


def test_labelled_followers_are_records_with_label_and_source(store: Store) -> None:
    """The vendor's name if given, else the account's; people are of the account."""
    store.labels.put(ONE, labels(store, ONE, 40))
    sample = labelled_audits(store, vendors={"": "Vendor A"})
    rows = sample.rows.to_pylist()
    assert (len(rows), sample.audits) == (40, 1)
    assert all(row["label"] == ("zombie" if zombie(int(row["id"]) - 1000) else "genuine") for row in rows)
    assert {row["label_source"] for row in rows} == {"Vendor A", "people of weibo:embassy"}
    unnamed = labelled_audits(store, vendors={}).rows["label_source"].to_pylist()
    assert set(unnamed) == {"zombies of weibo:embassy", "people of weibo:embassy"}
    assert store.labels.counts() == dict(Counter(row["label"] for row in rows))


def test_a_follower_is_taken_once(store: Store) -> None:
    """Of two audits; who is labelled both ways is left out and counted."""
    store.labels.put(ONE, labels(store, ONE, 10))
    same = labels(store, OTHER, 10)
    turned = turned_round(same[0])
    store.labels.put(OTHER, [turned, *same[1:]])
    sample = labelled_audits(store, vendors={})
    ids = sample.rows["id"].to_pylist()
    assert len(ids) == len(set(ids))
    shared = {one.follower for one in labels(store, ONE, 10)} & {one.follower for one in same}
    assert sample.dropped["labelled both ways in two audits"] == (turned.follower in shared)


def turned_round(row: LabelRow) -> LabelRow:
    """The same follower labelled the other way."""
    return dataclasses.replace(row, label="genuine" if row.label == "zombie" else "zombie")


def test_annotators_vote(store: Store) -> None:
    """Two against one decide; one against one do not; "cannot tell" is no vote."""
    first, second, third = (one.id for one in store.audits.followers(ONE)[:3])
    verdicts_of: dict[str, tuple[Label | None, ...]] = {
        first: ("zombie", "zombie", "genuine"),
        second: ("zombie", "genuine", None),
        third: (None, "genuine", None),
    }
    rows = [
        LabelRow(who, label, name, NOW)
        for who, verdicts in verdicts_of.items()
        for name, label in zip("abc", verdicts, strict=True)
    ]
    store.labels.put(ONE, rows)
    sample = labelled_audits(store, vendors={})
    assert dict(zip(sample.rows["id"].to_pylist(), sample.rows["label"].to_pylist(), strict=True)) == {
        first: "zombie",
        third: "genuine",
    }
    assert sample.dropped["annotators evenly divided"] == 1


def test_simulated_lists_teach_nothing(store: Store) -> None:
    """Made-up followers never enter a model of real ones."""
    request, done = outcome("88bb0000-3333")
    made_up = dataclasses.replace(done, audit=msgspec.structs.replace(done.audit, simulated=True))
    audit_store.keep(store, request, made_up)
    store.labels.put("88bb0000-3333", labels(store, "88bb0000-3333", 5))
    with pytest.raises(InputError, match="no follower of a stored audit is labelled"):
        labelled_audits(store, vendors={})


def test_vendors_are_named_for_one_account_or_all() -> None:
    """ACCOUNT=NAME beats NAME; a name of nothing is an error."""
    assert vendors_by_account(("A", "weibo:Embassy=B")) == {"": "A", "weibo:embassy": "B"}
    with pytest.raises(InputError, match="names no vendor"):
        vendors_by_account(("weibo:x=",))


def test_the_store_is_the_callers(store: Store) -> None:
    """Another tenant's labels are not counted."""
    store.labels.put(ONE, labels(store, ONE, 5))
    other = store.of("someone-else")
    assert other.labels.audits() == []
    assert other.labels.counts() == {"zombie": 0, "genuine": 0}
