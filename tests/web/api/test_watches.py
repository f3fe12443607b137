"""Watches and webhooks over HTTP: an account is audited again when it is due, and who asked for it is told."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from doubles import PATIENCE, ListSource
from jobs.test_webhook_sender import Receiver
from jobs.test_webhook_sender import receiver as receiver
from web.serving import services, serving
from zombiescope.jobs import JobIntervals
from zombiescope.sources.ssrf_guard import SsrfGuard
from zombiescope.web.auth.api_keys import keys_from

MONDAY = datetime(2026, 11, 30, 6, tzinfo=UTC)
BOSS = {"Authorization": "Bearer admin-secret-0123456789"}
QUICK = JobIntervals(beat=0.1, progress=0.05, tidy=0.5)


class Calendar:
    """The real time of day, with leaps that tests make."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """The time."""
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def calendar() -> Calendar:
    """The service's time of day."""
    return Calendar()


@pytest.fixture
def client(tmp_path: Path, calendar: Calendar) -> Iterator[httpx.Client]:
    """A client of a service that may send to this machine."""
    given = services(
        tmp_path,
        ListSource(embassy=120, small=40),
        job_intervals=QUICK,
        now=calendar,
        receiver=lambda: httpx.AsyncHTTPTransport(),
        receivers=SsrfGuard(private=True),
    )
    with serving(replace(given, limits=replace(given.limits, watches=3, webhooks=2))) as http_client:
        yield http_client


def until(look: Callable[[], Any], met: Callable[[Any], bool]) -> Any:
    """What is seen once a condition is met."""
    end = time.monotonic() + PATIENCE
    while not met(value := look()):
        assert time.monotonic() < end, value
        time.sleep(0.05)
    return value


def test_an_account_is_audited_again_when_it_is_due(client: httpx.Client, calendar: Calendar) -> None:
    """At once, then by the schedule; each run has its audit and the change since the one before."""
    order = {"account": "weibo:embassy", "schedule": "0 6 * * 1", "sample": 40}
    created = client.post("/v1/watches", json=order)
    assert created.status_code == 201, created.text
    assert created.json()["settings"]["model"] == "rule-1"
    address = created.headers["location"]

    def runs() -> list[dict[str, Any]]:
        page: list[dict[str, Any]] = client.get(f"{address}/runs").json()["runs"]
        return page

    until(runs, lambda value: len(value) == 1 and value[0]["status"] == "done")
    due = datetime.fromisoformat(client.get(address).json()["next_at"])
    assert (due.weekday(), due.hour, due.minute) == (0, 6, 0)
    calendar.ahead = timedelta(days=8)
    second, first = until(runs, lambda value: len(value) == 2 and value[0]["change_low"] is not None)
    assert first["change"] is None
    assert second["change_low"] <= second["change"] <= second["change_high"]
    assert second["alerts"] == []
    assert (first["listed"], second["listed"]) == (120, 120)
    assert first["audit"] != second["audit"]
    assert client.get(f"/v1/audits/{second['audit']}").json()["status"] == "done"
    page = client.get(f"{address}/runs?limit=1").json()
    assert [one["number"] for one in page["runs"]] == [2]
    rest = client.get(f"{address}/runs?limit=1&cursor={page['next']}").json()
    assert ([one["number"] for one in rest["runs"]], rest["next"]) == ([1], None)
    curve = client.get(f"{address}/runs", headers={"Accept": "text/csv"})
    assert [row["number"] for row in csv.DictReader(io.StringIO(curve.text))] == ["1", "2"]


def test_a_watch_rests_and_is_removed(client: httpx.Client, calendar: Calendar) -> None:
    """Paused it is not due; resumed it is at its next time; removed, its audits stay."""
    order = {"account": "weibo:small", "schedule": "0 6 * * *", "sample": 20}
    once = {"Idempotency-Key": "watch-1"}
    address, again = (
        client.post("/v1/watches", json=order, headers=once).headers["location"] for _ in range(2)
    )
    assert address == again
    (run,) = until(
        lambda: client.get(f"{address}/runs").json()["runs"],
        lambda value: len(value) == 1 and value[0]["status"] == "done",
    )
    assert client.patch(address, json={"state": "paused"}).json()["next_at"] is None
    calendar.ahead = timedelta(days=3)
    time.sleep(0.5)
    assert len(client.get(f"{address}/runs").json()["runs"]) == 1
    resumed = client.patch(address, json={"state": "active"}).json()
    assert datetime.fromisoformat(resumed["next_at"]) > calendar()
    assert client.patch(address, json={"state": "asleep"}).status_code == 422
    assert [one["account"] for one in client.get("/v1/watches").json()["watches"]] == ["weibo:small"]
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    assert client.get(f"/v1/audits/{run['audit']}").status_code == 200


@pytest.mark.parametrize(
    ("order", "what"),
    [
        ({"account": "weibo:small", "schedule": "* * * * *"}, "too often"),
        ({"account": "weibo:small", "schedule": "every day"}, "no schedule"),
        ({"account": "file:/etc/passwd", "schedule": "0 6 * * 1"}, "no account"),
        ({"account": "weibo:small", "schedule": "0 6 * * 1", "sample": 0}, "sample"),
        ({"account": "weibo:small"}, "schedule"),
    ],
)
def test_a_wrong_watch_is_refused(client: httpx.Client, order: dict[str, Any], what: str) -> None:
    """With what is wrong; nothing is watched."""
    answer = client.post("/v1/watches", json=order)
    assert answer.status_code == 422
    assert what in answer.json()["title"]
    assert client.get("/v1/watches").json() == {"watches": [], "next": None}


def test_an_account_that_cannot_be_audited_says_so_each_time(client: httpx.Client) -> None:
    """The curve has the reason; the watch goes on."""
    order = {"account": "broken:x", "schedule": "0 6 * * 1"}
    address = client.post("/v1/watches", json=order).headers["location"]
    (run,) = until(lambda: client.get(f"{address}/runs").json()["runs"], lambda value: len(value) == 1)
    assert (run["status"], run["reason"]) == ("no_audit", "the platform is broken")
    assert client.get(address).json()["state"] == "active"


def test_a_watch_ends_with_its_key(tmp_path: Path, calendar: Calendar) -> None:
    """With the key revoked it is paused, and says why."""
    keys = keys_from("boss:admin:admin-secret-0123456789")
    given = services(tmp_path, ListSource(small=40), job_intervals=QUICK, now=calendar, keys=keys)
    with serving(given) as client:
        order = {"name": "ann", "scopes": ["audit", "read"]}
        secret = client.post("/v1/keys", json=order, headers=BOSS).json()["secret"]
        watch = {"account": "weibo:small", "schedule": "0 6 * * *", "sample": 20}
        created = client.post("/v1/watches", json=watch, headers={"Authorization": f"Bearer {secret}"})
        address = created.headers["location"]
        until(
            lambda: client.get(f"{address}/runs", headers=BOSS).json()["runs"],
            lambda value: len(value) == 1 and value[0]["status"] == "done",
        )
        client.delete("/v1/keys/ann", headers=BOSS)
        calendar.ahead = timedelta(days=2)
        paused = until(
            lambda: client.get(address, headers=BOSS).json(), lambda value: value["state"] == "paused"
        )
    assert paused["reason"] == "the key that asked for it was revoked or has expired"


def test_a_receiver_is_told_when_an_audit_ends(client: httpx.Client, receiver: Receiver) -> None:
    """Signed, once it is up again; the log has every try; what was sent can be sent again."""
    created = client.post("/v1/webhooks", json={"url": receiver.url, "events": ["audit.done"]})
    assert created.status_code == 201, created.text
    secret, address = created.json()["secret"], created.headers["location"]
    order = {"account": "weibo:small", "sample": 20}
    audit = client.post("/v1/audits", json=order, headers={"Prefer": "wait=60"}).json()

    def log() -> list[dict[str, Any]]:
        page: list[dict[str, Any]] = client.get(f"{address}/deliveries").json()["deliveries"]
        return page

    (entry,) = until(log, lambda value: len(value) == 1 and len(value[0]["attempts"]) == 1)
    assert entry["state"] == "waiting"
    with receiver.up():
        assert client.post(f"{address}/deliveries/{entry['id']}/resend").status_code == 202
        (entry,) = until(log, lambda value: value[0]["state"] == "delivered")
        test = client.post(f"{address}/test")
        assert test.status_code == 202
        until(log, lambda value: [one["state"] for one in value] == ["delivered"] * 2)
    events = [Verifier(secret).verify(body, headers) for headers, body in receiver.received]
    assert events[0]["data"] == {"audit": audit["id"], "status": "done"}
    assert events[1]["type"] == "webhook.test"
    assert [one["error"] is None for one in entry["attempts"]] == [False, True]
    assert secret not in client.get(address).text + client.get("/v1/webhooks").text
    assert client.delete(address).status_code == 204
    assert client.get(f"{address}/deliveries").status_code == 404


def test_webhooks_have_bounds(tmp_path: Path, client: httpx.Client) -> None:
    """A tenant has so many; an address that the guard refuses, or an event that there is not, is 422."""
    for number in range(3):
        answer = client.post("/v1/webhooks", json={"url": f"https://example.org/{number}"})
        assert answer.status_code == (201 if number < 2 else 422)
    wrong = client.post("/v1/webhooks", json={"url": "https://example.org/", "events": ["audit.begun"]})
    assert wrong.status_code == 422
    with serving(services(tmp_path / "guarded")) as guarded:
        for url in ("http://example.org/x", "https://127.0.0.1:8443/x", "https://user:secret@example.org/"):
            refused = guarded.post("/v1/webhooks", json={"url": url})
            assert refused.status_code == 422
            assert "secret" not in refused.text
