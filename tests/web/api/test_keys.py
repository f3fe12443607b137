"""Keys over HTTP: made, listed, revoked; they expire, have quotas, and what they change is written down."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from doubles import ListSource
from web.serving import services, serving, store_of
from zombiescope.sources.budget import Plan
from zombiescope.storage import Key, Quotas, hashed
from zombiescope.web.auth.api_keys import keys_from

BOSS = {"Authorization": "Bearer admin-secret-0123456789"}
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


class Clock:
    """A time of day that tests move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The time."""
        return self.now


class PaidSource(ListSource):
    """A platform that charges a dollar an audit."""

    def estimate(self, handle: str, *, sample: int, posts: int) -> Plan:
        """What an audit costs."""
        return Plan(requests=1, seconds=1.0, money=1.0)


@pytest.fixture
def clock() -> Clock:
    """The service's time of day."""
    return Clock()


@pytest.fixture
def client(tmp_path: Path, clock: Clock) -> Iterator[httpx.Client]:
    """A client of a service with an admin's key."""
    given = services(
        tmp_path,
        PaidSource(embassy=60),
        now=clock,
        keys=keys_from("boss:admin:admin-secret-0123456789,acme/eve:admin:acme-secret-0123456789"),
    )
    with serving(replace(given, limits=replace(given.limits, rate=10_000))) as http_client:
        yield http_client


def new_key(client: httpx.Client, **order: Any) -> dict[str, str]:
    """The header of a new key."""
    answer = client.post("/v1/keys", json={"scopes": ["read", "audit"], **order}, headers=BOSS)
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['secret']}"}


def test_a_key_is_made_listed_and_revoked(client: httpx.Client) -> None:
    """Its secret is shown once; it opens what its scopes say until it is revoked."""
    ann = new_key(client, name="ann", requests_a_day=100)
    assert client.get("/v1/audits", headers=ann).status_code == 200
    assert client.get("/v1/keys", headers=ann).status_code == 403
    (listed,) = client.get("/v1/keys", headers=BOSS).json()["keys"]
    assert listed == {
        "name": "ann",
        "scopes": ["audit", "read"],
        "created_at": "2026-11-28T12:00:00Z",
        "created_by": "boss",
        "expires_at": None,
        "expired": False,
        "audits_at_once": None,
        "requests_a_day": 100,
        "dollars_a_month": None,
    }
    again = client.post("/v1/keys", json={"name": "ann", "scopes": ["read"]}, headers=BOSS)
    assert again.status_code == 409
    assert client.delete("/v1/keys/ann", headers=BOSS).status_code == 204
    assert client.get("/v1/audits", headers=ann).status_code == 401
    assert client.delete("/v1/keys/ann", headers=BOSS).status_code == 404


@pytest.mark.parametrize(
    ("order", "what"),
    [
        ({"name": "a b", "scopes": ["read"]}, "name"),
        ({"name": "ann", "scopes": ["everything"]}, "no scope 'everything'"),
        ({"name": "ann", "scopes": []}, "scopes"),
        ({"name": "ann", "scopes": ["read"], "requests_a_day": -1}, "requests_a_day"),
        ({"name": "ann", "scopes": ["read"], "expires_at": "2026-11-28T11:59:59Z"}, "has passed already"),
        ({"name": "ann", "scopes": ["read"], "tenant": "other"}, "tenant"),
    ],
)
def test_a_wrong_order_is_refused(client: httpx.Client, order: dict[str, Any], what: str) -> None:
    """With what is wrong with it; no key is made."""
    answer = client.post("/v1/keys", json=order, headers=BOSS)
    assert answer.status_code == 422
    assert what in answer.json()["title"]
    assert client.get("/v1/keys", headers=BOSS).json() == {"keys": []}


def test_a_key_expires(client: httpx.Client, clock: Clock) -> None:
    """From then on it opens nothing, nor does a session that it opened."""
    ann = new_key(client, name="ann", expires_at="2026-11-28T13:00:00Z")
    with httpx.Client(base_url=client.base_url) as browser:
        secret = ann["Authorization"].removeprefix("Bearer ")
        assert browser.post("/login", data={"key": secret}).status_code == 303
        assert browser.get("/v1/audits").status_code == 200
        clock.now = NOW + timedelta(hours=1)
        assert browser.get("/v1/audits").status_code == 401
    assert client.get("/v1/audits", headers=ann).status_code == 401
    (listed,) = client.get("/v1/keys", headers=BOSS).json()["keys"]
    assert listed["expired"] is True


def test_a_limited_key_makes_no_way_round_its_limits(client: httpx.Client, tmp_path: Path) -> None:
    """An admin's key with quotas makes no keys, one that expires none that lasts longer."""
    new_key(client, name="tight", scopes=["admin"], requests_a_day=50)
    short = new_key(client, name="short", scopes=["admin"], expires_at="2026-12-01T00:00:00Z")
    tight = {"Authorization": "Bearer tight-secret-0123456789"}
    with store_of(tmp_path) as store:
        key = Key("t2", frozenset({"admin"}), hashed("tight-secret-0123456789"), quotas=Quotas(requests=50))
        store.keys.add(key, NOW)
    order = {"name": "new", "scopes": ["read"]}
    assert client.post("/v1/keys", json=order, headers=tight).status_code == 403
    assert client.post("/v1/keys", json=order, headers=short).status_code == 403
    later = {**order, "expires_at": "2026-12-01T00:00:01Z"}
    assert client.post("/v1/keys", json=later, headers=short).status_code == 403
    within = {**order, "expires_at": "2026-12-01T00:00:00Z"}
    assert client.post("/v1/keys", json=within, headers=short).status_code == 201


def test_requests_a_day_are_held_to(client: httpx.Client, clock: Clock) -> None:
    """Past them 429 until the next day begins (UTC)."""
    ann = new_key(client, name="ann", requests_a_day=3)
    assert [client.get("/v1/audits", headers=ann).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get("/v1/audits", headers=ann)
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["retry-after"] == str(12 * 3600)
    assert client.get("/v1/audits", headers=BOSS).status_code == 200
    clock.now = datetime(2026, 11, 29, tzinfo=UTC)
    assert client.get("/v1/audits", headers=ann).status_code == 200


def test_audits_at_once_are_held_to(client: httpx.Client, tmp_path: Path) -> None:
    """One more than the quota is 429; another key, and the same key once one has ended, are not held back."""
    none = new_key(client, name="none", audits_at_once=0)
    order = {"account": "weibo:embassy", "accept_cost": 1.0}
    refused = client.post("/v1/audits", json=order, headers=none)
    assert refused.status_code == 429
    assert "0 audits at once" in refused.json()["title"]
    assert "retry-after" in refused.headers
    one = new_key(client, name="one", audits_at_once=1)
    for _ in range(2):
        answer = client.post("/v1/audits", json=order, headers={**one, "Prefer": "wait=60"})
        assert answer.status_code == 200, answer.text
    with store_of(tmp_path) as store:
        assert store.claims.going() == []


def test_money_is_held_to(client: httpx.Client, clock: Clock) -> None:
    """What was agreed to counts until an audit ends, then what it cost; past the quota 429 until the next month."""
    ann = new_key(client, name="ann", dollars_a_month=5.0)

    def status(dollars: float) -> int:
        order = {"account": "weibo:embassy", "accept_cost": dollars}
        return client.post("/v1/audits", json=order, headers={**ann, "Prefer": "wait=60"}).status_code

    assert status(5.5) == 429
    assert status(5.0) == 200
    # It cost nothing after all, so that all of it is free again.
    assert status(5.0) == 200
    clock.now = datetime(2026, 12, 1, tzinfo=UTC)
    assert status(5.0) == 200


def test_what_was_changed_is_written_down(client: httpx.Client) -> None:
    """Who did what, when and from where: also what was refused; no secret, and nothing of another tenant."""
    ann = new_key(client, name="ann")
    order = {"account": "weibo:embassy", "accept_cost": 1.0}
    begun = client.post("/v1/audits", json=order, headers={**ann, "X-Request-Id": "r-1"}).json()["id"]
    assert client.post("/v1/keys", json={"name": "x", "scopes": ["read"]}, headers=ann).status_code == 403
    client.post("/v1/scores", json=[], headers=BOSS)
    client.get("/v1/audits", headers=ann)
    client.post("/login", data={"key": "admin-secret-0123456789"})
    eve = {"Authorization": "Bearer acme-secret-0123456789"}
    assert client.get("/v1/trail", headers=eve).json() == {"changes": [], "next": None}
    answer = client.get("/v1/trail", headers=BOSS)
    changes = answer.json()["changes"]
    assert [(one["actor"], one["action"], one["target"], one["status"]) for one in changes] == [
        ("boss", "POST /login", "", 303),
        ("ann", "createKey", "", 403),
        ("ann", "startAudit", f"/v1/audits/{begun}", 202),
        ("boss", "createKey", "/v1/keys/ann", 201),
    ]
    assert {one["address"] for one in changes} == {"127.0.0.1"}
    assert changes[2]["request_id"] == "r-1"
    for secret in ("admin-secret", ann["Authorization"].removeprefix("Bearer ")):
        assert secret not in answer.text
    assert client.get("/v1/trail", headers=ann).status_code == 403


def test_the_trail_goes_in_pages_and_as_a_file(client: httpx.Client, clock: Clock) -> None:
    """By cursor, bounded in time, and as CSV whose cells no spreadsheet runs."""
    for number in range(5):
        clock.now = NOW + timedelta(hours=number)
        new_key(client, name=f"k{number}")
    targets, cursor = [], ""
    while True:
        page = client.get(f"/v1/trail?limit=2{cursor}", headers=BOSS).json()
        targets += [one["target"] for one in page["changes"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert targets == [f"/v1/keys/k{number}" for number in range(4, -1, -1)]
    bounded = "/v1/trail?since=2026-11-28T13:00:00Z&until=2026-11-28T15:00:00Z"
    assert len(client.get(bounded, headers=BOSS).json()["changes"]) == 2
    exported = client.get("/v1/trail", headers={**BOSS, "Accept": "text/csv"})
    assert exported.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(exported.text)))
    assert [row["target"] for row in rows] == targets
    assert client.get("/v1/trail?cursor=nonsense", headers=BOSS).status_code == 422
