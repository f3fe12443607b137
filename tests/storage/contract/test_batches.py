"""Batches in a store: each row is begun once, counts add up, and what was deleted leaves no trace of its account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from doubles import NOW, stored_audit
from zombiescope.domain import Audit, Entrant
from zombiescope.storage import BatchPlace, NoSuchBatch, Store

ENTRANTS = [
    Entrant("weibo:a", "A", 400, True, 7, 80),
    Entrant("weibo:b"),
    Entrant("", "nobody", 12),
    Entrant("weibo:a"),
]


def asked(audit_id: str) -> Audit:
    """An audit that is only asked for."""
    return Audit(id=audit_id, status="queued", created_at=NOW)


def begun(store: Store, batch_id: str, place: int, audit_id: str, money: float = 0.0) -> bool:
    """Whether the row was begun."""
    return store.audits.begin(
        asked(audit_id), account="weibo:a", request=b"{}", money=money, row=BatchPlace(batch_id, place)
    )


def added(store: Store, batch_id: str = "b1", money: float = 0.0) -> None:
    """A batch of four rows, of which one names no account."""
    store.batches.add(
        batch_id, ENTRANTS, settings=b"{}", by="ann", now=NOW, money=money, reasons={2: "no list"}
    )


def test_a_batch_comes_back_in_its_order(store: Store) -> None:
    """With what is published of each account, and why one has no audit."""
    added(store)
    rows = store.batches.rows("b1")
    assert [row.entrant for row in rows] == ENTRANTS
    assert [row.status for row in rows] == ["waiting", "waiting", "no_audit", "waiting"]
    assert rows[2].reason == "no list"
    assert store.batches.waiting("b1", 9) == [(0, "weibo:a"), (1, "weibo:b"), (3, "weibo:a")]
    assert [row.place for row in store.batches.rows("b1", first=1, limit=2)] == [1, 2]
    assert [row.place for row in store.batches.rows("b1", status="no_audit")] == [2]
    assert store.batches.counts(["b1", "none"]) == {"b1": {"waiting": 3, "no_audit": 1}, "none": {}}
    batch = store.batches.get("b1")
    assert (batch.status, batch.size, batch.created_by, batch.tenant) == ("running", 4, "ann", "default")
    with pytest.raises(NoSuchBatch):
        store.of("other").batches.get("b1")


def test_each_row_is_begun_once(store: Store) -> None:
    """Of many workers at one moment one begins it, and no audit of the others is left."""
    added(store)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda i: begun(store, "b1", 0, f"a{i}"), range(12))) == 1
    assert len(store.audits.newest(99)) == 1
    (row,) = store.batches.rows("b1", limit=1)
    assert row.status == "queued"
    assert row.audit is not None
    assert row.audit_id == row.audit.id


def test_a_batch_spends_no_more_than_was_agreed(store: Store) -> None:
    """What its audits may cost is taken off; a row for which too little is left is not begun."""
    added(store, money=5.0)
    assert begun(store, "b1", 0, "a0", money=3.0)
    assert not begun(store, "b1", 1, "a1", money=2.5)
    assert store.batches.get("b1").money == pytest.approx(2.0)
    assert begun(store, "b1", 1, "a1", money=2.0)


def test_a_batch_ends_when_all_its_rows_have(store: Store) -> None:
    """Rows have the status of their audits; the last to end lets the batch end, once."""
    added(store)
    for place, audit_id in ((0, "a0"), (1, "a1")):
        assert begun(store, "b1", place, audit_id)
    store.batches.give_up("b1", 3, "the account is hidden")
    assert not store.batches.end("b1", NOW)
    store.audits.finish(stored_audit("a0"))
    store.audits.cancel("a1", NOW)
    assert store.batches.counts(["b1"])["b1"] == {"done": 1, "cancelled": 1, "no_audit": 2}
    assert store.batches.end("b1", NOW)
    assert not store.batches.end("b1", NOW)
    assert store.batches.running() == []
    (done,) = store.batches.rows("b1", status="done")
    assert done.audit is not None
    assert done.audit.share is not None


def test_a_cancelled_batch_begins_no_more(store: Store) -> None:
    """Its audits that go on are named, for the caller to end; one that has ended is left as it is."""
    added(store)
    assert begun(store, "b1", 0, "a0")
    assert store.batches.cancel("b1", NOW, reason="the key is gone") == ["a0"]
    assert not begun(store, "b1", 1, "a1")
    batch = store.batches.get("b1")
    assert (batch.status, batch.reason) == ("cancelled", "the key is gone")
    assert store.batches.counts(["b1"])["b1"] == {"queued": 1, "cancelled": 2, "no_audit": 1}
    assert store.batches.cancel("b1", NOW) == []
    with pytest.raises(NoSuchBatch):
        store.of("other").batches.cancel("b1", NOW)


def test_a_forgotten_account_is_in_no_batch(store: Store) -> None:
    """Its rows stay, without its name and figures, and say that it was deleted; others stay as they are."""
    added(store)
    assert begun(store, "b1", 0, "a0")
    store.forget("WEIBO:A")
    rows = store.batches.rows("b1")
    assert rows[0].entrant == rows[3].entrant == Entrant("")
    assert rows[0].status == "no_audit"
    assert rows[0].reason == "what was stored of this account was deleted"
    assert rows[1].entrant == ENTRANTS[1]


def test_old_batches_go_with_the_audits(store: Store) -> None:
    """After the days to keep; one that goes on stays, unless the command that audits it was killed days ago."""
    for batch_id in ("done", "going"):
        added(store, batch_id)
    store.batches.cancel("done", NOW)
    store.batches.add("killed", ENTRANTS[:1], settings=b"{}", by="operator", now=NOW, begun=True)
    store.expire(30, NOW + timedelta(days=1))
    assert {one.id for one in store.batches.newest(9)} == {"done", "going", "killed"}
    store.expire(30, NOW + timedelta(days=31))
    assert [one.id for one in store.batches.running()] == ["going"]
    store.expire(30, NOW + timedelta(days=31))
    assert {one.id for one in store.batches.newest(9)} == {"going"}


def test_lists_of_batches_go_from_the_newest_in_pages(store: Store) -> None:
    """By a cursor of time and id."""
    for number in range(4):
        store.batches.add(
            f"b{number}", ENTRANTS, settings=b"{}", by="ann", now=NOW + timedelta(hours=number // 2)
        )
    first = store.batches.newest(3)
    assert [one.id for one in first] == ["b3", "b2", "b1"]
    after = (first[-1].created_at, first[-1].id)
    assert [one.id for one in store.batches.newest(3, after=after)] == ["b0"]
