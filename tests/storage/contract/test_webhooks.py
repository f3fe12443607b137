"""Webhooks and watches in a store: events are told of once they have happened, and each delivery is one worker's."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import get_args

import pytest

from doubles import NOW, stored_audit
from zombiescope.domain import Audit, Entrant
from zombiescope.storage import (
    EVENTS,
    Attempt,
    DueDelivery,
    NoSuchWatch,
    NoSuchWebhook,
    Store,
    Watch,
    WatchPlace,
    Webhook,
)
from zombiescope.web.api.webhooks import Event

LEASE = timedelta(minutes=1)


def hook(store: Store, webhook_id: str = "w1", *events: str) -> None:
    """A webhook of the store's tenant."""
    webhook = Webhook(webhook_id, "ann", NOW, "https://example.org/x", events or EVENTS, "", "active")
    assert store.webhooks.add(webhook, "whsec_c2VjcmV0", most=2)


def asked(audit_id: str) -> Audit:
    """An audit that is only asked for."""
    return Audit(id=audit_id, status="queued", created_at=NOW)


def events_of(store: Store) -> list[dict[str, object]]:
    """What waits for the webhook, by kind: events of one moment have no order."""
    bodies = [json.loads(one.body) for one in store.webhooks.deliveries("w1", 99)]
    return sorted(bodies, key=lambda event: str(event["type"]))


def watched(store: Store, watch_id: str = "x1", account: str = "weibo:x") -> Watch:
    """A watch that is due."""
    watch = Watch(watch_id, store.webhooks._tenant, "ann", NOW, account, "0 6 * * 1", b"{}", NOW)
    assert store.watches.add(watch, most=9)
    return watch


def test_an_audit_that_ends_is_told_of(store: Store) -> None:
    """Done, failed or cancelled, by id alone, to the tenant's own webhooks that ask for it."""
    one, two = store.of("one"), store.of("two")
    hook(one, "w1", "audit.done", "audit.cancelled")
    hook(two, "w2")
    for audit_id in ("aa11", "bb22", "cc33"):
        one.audits.begin(asked(audit_id), account="weibo:secret", request=b"{}")
    store.audits.finish(stored_audit("aa11"))
    one.audits.cancel("bb22", NOW)
    assert [(event["type"], event["data"]) for event in events_of(one)] == [
        ("audit.cancelled", {"audit": "bb22", "status": "cancelled"}),
        ("audit.done", {"audit": "aa11", "status": "done"}),
    ]
    assert two.webhooks.deliveries("w2", 9) == []
    assert "secret" not in str(events_of(one))
    with pytest.raises(NoSuchWebhook):
        two.webhooks.get("w1")
    with pytest.raises(NoSuchWebhook):
        two.webhooks.deliveries("w1", 9)


def test_batches_and_watches_are_told_of(store: Store) -> None:
    """A batch's end; a watch's alerts, once, and that it was paused by the service."""
    hook(store)
    store.batches.add("b1", [Entrant("")], settings=b"{}", by="ann", now=NOW, reasons={0: "none"})
    assert store.batches.end("b1", NOW)
    watch = watched(store)
    place = WatchPlace(watch, NOW + timedelta(days=7))
    assert store.audits.begin(asked("aa11"), account="weibo:x", request=b"{}", run=place)
    store.audits.cancel("aa11", NOW)
    (run,) = store.watches.to_compare(9)
    results = [
        store.watches.compared(run, change=None, alerts=("rose",), reason=None, now=NOW) for _ in range(2)
    ]
    assert results == [True, False]
    store.watches.pause("x1", reason="the key is gone", now=NOW)
    store.watches.pause("x1", reason="the key is gone", now=NOW)
    assert [event["type"] for event in events_of(store)] == [
        "audit.cancelled",
        "batch.done",
        "watch.alert",
        "watch.paused",
    ]


def test_the_api_offers_the_events_that_there_are() -> None:
    """No more and no less."""
    assert set(get_args(Event)) == set(EVENTS)


def test_a_delivery_is_one_workers_until_its_lease_ends(store: Store) -> None:
    """Of many at one moment one takes it; one that dies leaves it to another; the log has every try."""
    hook(store)
    delivery = store.webhooks.test("w1", NOW)
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: store.webhooks.claim(NOW, LEASE, 9), range(12)))
    (first,) = [due for claim in claims for due in claim]
    assert first == DueDelivery(
        delivery, "w1", "https://example.org/x", "whsec_c2VjcmV0", first.body, attempt=1
    )
    assert store.webhooks.claim(NOW + LEASE / 2, LEASE, 9) == []
    (second,) = store.webhooks.claim(NOW + LEASE, LEASE, 9)
    assert (second.id, second.attempt) == (delivery, 2)
    failed = Attempt(2, NOW, 0.1, 500, "the receiver answered 500")
    store.webhooks.record(second, failed, again_at=NOW + 2 * LEASE)
    assert store.webhooks.claim(NOW + LEASE * 1.5, LEASE, 9) == []
    (third,) = store.webhooks.claim(NOW + 2 * LEASE, LEASE, 9)
    delivered = Attempt(3, NOW, 0.2, 204, None)
    store.webhooks.record(third, delivered, again_at=None)
    (entry,) = store.webhooks.deliveries("w1", 9)
    assert (entry.state, entry.attempts) == ("delivered", (failed, delivered))
    assert store.webhooks.claim(NOW + 9 * LEASE, LEASE, 9) == []
    again = store.webhooks.resend("w1", delivery, NOW + 9 * LEASE)
    assert again.state == "waiting"
    assert store.webhooks.claim(NOW + 9 * LEASE, LEASE, 9)[0].attempt == 4


def test_a_receiver_that_is_gone_is_left_alone(store: Store) -> None:
    """The webhook is disabled, and nothing more is sent to it; removed, it takes its log with it."""
    hook(store)
    store.webhooks.test("w1", NOW)
    (due,) = store.webhooks.claim(NOW, LEASE, 9)
    store.webhooks.record(
        due, Attempt(1, NOW, 0.1, 410, "the receiver answered 410"), again_at=None, gone=True
    )
    assert store.webhooks.get("w1").state == "disabled"
    assert store.webhooks.deliveries("w1", 9)[0].state == "failed"
    store.audits.begin(asked("aa11"), account="weibo:x", request=b"{}")
    store.audits.cancel("aa11", NOW)
    assert len(store.webhooks.deliveries("w1", 9)) == 1
    store.webhooks.remove("w1")
    with pytest.raises(NoSuchWebhook):
        store.webhooks.remove("w1")
    store.webhooks.record(due, Attempt(2, NOW, 0.1, 200, None), again_at=None)
    hook(store, "w2")
    hook(store, "w3")
    third = Webhook("w4", "ann", NOW, "https://example.org/x", EVENTS, "", "active")
    assert not store.webhooks.add(third, "whsec_c2VjcmV0", most=2)


def test_the_log_goes_back_a_month(store: Store) -> None:
    """In pages, by state; older entries are deleted."""
    hook(store)
    for number in range(4):
        store.webhooks.test("w1", NOW + timedelta(days=number))
    first = store.webhooks.deliveries("w1", 3)
    after = (first[-1].created_at, first[-1].id)
    rest = store.webhooks.deliveries("w1", 3, after=after)
    assert [one.created_at.day - NOW.day for one in (*first, *rest)] == [3, 2, 1, 0]
    assert store.webhooks.deliveries("w1", 9, state="failed") == []
    store.sweep(NOW + timedelta(days=32))
    assert len(store.webhooks.deliveries("w1", 9)) == 2


def test_a_watch_is_begun_once_when_it_is_due(store: Store) -> None:
    """By one of many workers; it moves on to its next time with it."""
    watch = watched(store)
    assert store.watches.due(NOW - timedelta(seconds=1), 9) == []
    (due,) = store.watches.due(NOW, 9)
    assert due == watch
    week = NOW + timedelta(days=7)

    def begun(number: int) -> bool:
        place = WatchPlace(watch, week)
        return store.audits.begin(asked(f"a{number}"), account="weibo:x", request=b"{}", run=place)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(begun, range(12))) == 1
    assert len(store.audits.newest(99)) == 1
    assert store.watches.is_busy("x1")
    assert store.watches.due(NOW, 9) == []
    assert store.watches.get("x1").next_at == week
    assert not store.watches.put_off(watch, week)
    store.watches.pause("x1")
    assert store.watches.due(week, 9) == []
    store.watches.resume("x1", week)
    assert len(store.watches.due(week, 9)) == 1


def test_watches_are_the_tenants_own(store: Store) -> None:
    """Another finds none of them; a forgotten account is not watched any more."""
    watched(store.of("one"))
    other = store.of("two")
    assert other.watches.newest(9) == []
    for action in (other.watches.get, other.watches.remove, other.watches.pause, other.watches.runs):
        with pytest.raises(NoSuchWatch):
            action("x1")
    with pytest.raises(NoSuchWatch):
        other.watches.resume("x1", NOW)
    store.forget("WEIBO:X")
    assert store.watches.newest(9) == []
