"""What a person sees beside a follower, and the interval while labelling goes on."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from doubles import outcome, zombie
from zombiescope.domain import Block, Evidence, Family, Label
from zombiescope.errors import InputError
from zombiescope.storage import LabelRow, StoredAudit
from zombiescope.usecases.audit_store import estimated, stored_audit_of
from zombiescope.usecases.label_desk import LabelDesk

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def audited() -> StoredAudit:
    """A stored audit whose evidence holds a run and a family."""
    stored = stored_audit_of(outcome("3f2a0000-1111")[1])
    block = Block(
        from_=20,
        to=39,
        followers=20,
        created_from=None,
        created_to=None,
        share=None,
        p_value=0.001,
        text="a run",
    )
    family = Family(
        kind="handle", shared="x", followers=2, expected=0.0, p_value=0.001, places=(21, 60), text="a family"
    )
    evidence = Evidence(blocks=(block,), families=(family,))
    return dataclasses.replace(stored, audit=msgspec.structs.replace(stored.audit, evidence=evidence))


def labelled(stored: StoredAudit, count: int, annotator: str = "ann") -> list[LabelRow]:
    """The first labels of a person who knows the truth."""
    labels: list[LabelRow] = []
    for i in range(count):
        who = LabelDesk(stored, labels, annotator).next()
        assert who is not None
        label: Label = "zombie" if zombie(int(who) - 1000) else "genuine"
        labels.append(LabelRow(who, label, annotator, NOW + timedelta(seconds=i)))
    return labels


def test_a_follower_stands_in_the_list() -> None:
    """Its place, its neighbours' creation dates, its run, its families and alike handles."""
    stored = audited()
    context = LabelDesk(stored, [], "ann").context("1021")
    assert (context.place, context.listed) == (22, stored.audit.frame.listed if stored.audit.frame else None)
    assert [one.place for one in context.before] == sorted(one.place for one in context.before)
    assert all(one.place < 22 for one in context.before)
    assert all(one.place > 22 and one.created is not None for one in context.after)
    assert context.run == ("A", "a run")
    assert context.families == ("a family",)
    assert context.alike_count == stored.rows.num_rows - 1
    assert all(handle.startswith("user") for handle in context.alike)


def test_a_follower_outside_runs_and_families_has_none() -> None:
    """And at the list's beginning there is nobody before."""
    context = LabelDesk(audited(), [], "ann").context("1000")
    assert (context.run, context.families, context.before) == (None, (), ())


def test_who_is_not_in_the_sample_is_an_error() -> None:
    """One clear line."""
    with pytest.raises(InputError, match="no follower of this audit's sample"):
        LabelDesk(audited(), [], "ann").follower("nobody")


def test_the_interval_is_that_of_the_audit() -> None:
    """What the desk draws after a label is what the audit then says of its labels."""
    stored = audited()
    labels = labelled(stored, 40)
    desk = LabelDesk(stored, labels, "ann")
    progress = desk.progress()
    assert progress == estimated(stored, labels).audit.labels
    assert progress.anytime is not None
    assert progress.interval is not None
    assert (
        progress.anytime.low
        <= progress.interval.low
        <= 0.75
        <= progress.interval.high
        <= progress.anytime.high
    )
    assert progress.with_20_more is not None
    assert progress.with_20_more < (progress.anytime.high - progress.anytime.low) / 2
    assert desk.last() == labels[-1]


def test_too_few_labels_draw_nothing() -> None:
    """Nine labels give a count and no interval."""
    stored = audited()
    progress = LabelDesk(stored, labelled(stored, 9), "ann").progress()
    assert (progress.count, progress.interval, progress.anytime) == (9, None, None)


def test_a_second_person_gets_the_first_ones_followers() -> None:
    """And everybody has labelled all in the end."""
    stored = audited()
    labels = labelled(stored, 5)
    assert LabelDesk(stored, labels, "bob").next() == labels[0].follower
    everybody = labelled(stored, stored.rows.num_rows)
    assert LabelDesk(stored, everybody, "ann").next() is None
