"""Batches over HTTP: many accounts in, progress, results as they come, a table; cancelled, repeated, held to quotas."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from doubles import PATIENCE, ListSource
from web.serving import services, serving, store_of
from zombiescope.jobs import JobIntervals
from zombiescope.sources.budget import Plan
from zombiescope.web import Services
from zombiescope.web.auth.api_keys import keys_from

ADMIN = {"Authorization": "Bearer admin-secret-0123456789"}
QUICK = JobIntervals(beat=0.1, progress=0.05, tidy=0.5)


class PricedSource(ListSource):
    """A platform that charges two dollars an audit."""

    def estimate(self, handle: str, *, sample: int, posts: int) -> Plan:
        """What an audit costs."""
        return Plan(requests=1, seconds=1.0, money=2.0)


def given(home: Path, source: ListSource, **limits: Any) -> Services:
    """A service that looks into its batches often."""
    base = services(home, source, job_intervals=QUICK)
    return replace(base, limits=replace(base.limits, **limits))


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of a service on which two accounts can be audited."""
    with serving(given(tmp_path, ListSource(embassy=120, small=40))) as http_client:
        yield http_client


def ended(client: httpx.Client, address: str, **headers: str) -> dict[str, Any]:
    """The batch once it has ended."""
    return until(
        lambda: client.get(address, headers=headers).json(), lambda batch: batch["status"] != "running"
    )


def until(look: Callable[[], dict[str, Any]], met: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What is seen once a condition is met."""
    end = time.monotonic() + PATIENCE
    while not met(value := look()):
        assert time.monotonic() < end, value
        time.sleep(0.05)
    return value


def test_a_batch_is_audited_beside_others(client: httpx.Client) -> None:
    """Every account has its result or the reason why it has none; counts add up, and the table ranks them."""
    accounts = [
        "weibo:embassy",
        {"account": "weibo:small", "name": "Small", "declared": 900, "posts": 3, "reactions": 60},
        {"name": "on no platform", "declared": 50},
        "weibo:nobody",
        "file:/etc/passwd",
        "broken:x",
    ]
    answer = client.post("/v1/batches", json={"accounts": accounts, "sample": 30, "seed": 3})
    assert answer.status_code == 202, answer.text
    address = answer.headers["location"]
    assert answer.json()["accounts"] == 6
    assert answer.json()["settings"]["model"] == "rule-1"
    batch = ended(client, address)
    assert batch["status"] == "done"
    assert batch["finished_at"] is not None
    counts = {status: count for status, count in batch["counts"].items() if count}
    assert sum(counts.values()) == 6
    assert counts["done"] == 2
    rows = client.get(f"{address}/rows").json()["rows"]
    assert [row["place"] for row in rows] == list(range(6))
    assert [row["status"] for row in rows][:3] == ["done", "done", "no_audit"]
    for row in rows[:2]:
        assert 0 <= row["share"]["low"] <= row["share"]["high"] <= 1
        audit = client.get(f"/v1/audits/{row['audit']}").json()
        assert audit["sample"]["seed"] == 3
    assert all(row["reason"] and row["share"] is None for row in rows[2:])
    assert "/etc" not in rows[4]["reason"].replace("'file:/etc/passwd'", "")
    table = client.get(f"{address}/table").json()
    assert [one["name"] for one in table["accounts"] if one["rank"]] == ["Small", "weibo:embassy"]
    assert len(table["accounts"]) == 6


def test_results_come_as_a_file_and_in_pages(client: httpx.Client) -> None:
    """CSV of all rows and of the table; rows by status, and by cursor."""
    address = client.post(
        "/v1/batches", json={"accounts": ["weibo:small"] * 5 + ["=1+1"], "sample": 20}
    ).headers["location"]
    ended(client, address)
    exported = client.get(f"{address}/rows", headers={"Accept": "text/csv"})
    assert exported.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(exported.text)))
    assert [row["status"] for row in rows] == ["done"] * 5 + ["no_audit"]
    assert rows[5]["account"] == "'=1+1"
    table = client.get(f"{address}/table", headers={"Accept": "text/csv"})
    assert len(list(csv.DictReader(io.StringIO(table.text)))) == 6
    places, cursor = [], ""
    while True:
        page = client.get(f"{address}/rows?limit=2&status=done{cursor}").json()
        places += [row["place"] for row in page["rows"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert places == [0, 1, 2, 3, 4]
    assert client.get(f"{address}/rows?status=perhaps").status_code == 422


def test_the_list_of_rank_is_a_batch_too(client: httpx.Client) -> None:
    """CSV as `zombiescope rank` takes it; and the page's table is a batch that the API knows."""
    text = "account,name,declared\nweibo:small,Small,900\n,Elsewhere,12\n"
    answer = client.post("/v1/batches", content=text.encode(), headers={"Content-Type": "text/csv"})
    assert answer.status_code == 202, answer.text
    assert ended(client, answer.headers["location"])["counts"]["no_audit"] == 1
    page = client.post("/rank", data={"accounts": text, "sample": "20"})
    batch = page.headers["location"].partition("of=")[2]
    assert ended(client, f"/v1/batches/{batch}")["settings"]["sample"] == 20
    assert "Small" in client.get(page.headers["location"]).text
    listed = client.get("/v1/batches").json()["batches"]
    assert [one["id"] for one in listed] == [batch, answer.json()["id"]]


@pytest.mark.parametrize(
    ("order", "what"),
    [
        ({"accounts": []}, "accounts"),
        ({"accounts": ["weibo:small"], "sample": 0}, "sample"),
        ({"accounts": ["weibo:small"], "sample": 10**6}, "sample"),
        ({"accounts": ["weibo:small"], "model": "../x"}, "model"),
        ({"accounts": ["weibo:small"], "surprise": 1}, "surprise"),
        ({"accounts": [{"account": "weibo:small", "declared": -1}]}, "declared"),
        ({"accounts": ["weibo:small"] * 10_001}, "10,001 accounts are too many"),
    ],
)
def test_a_wrong_order_is_refused(client: httpx.Client, order: dict[str, Any], what: str) -> None:
    """As a whole, with what is wrong; nothing is begun."""
    answer = client.post("/v1/batches", json=order)
    assert answer.status_code == 422
    assert what in answer.json()["title"]
    assert client.get("/v1/batches").json() == {"batches": [], "next": None}


def test_ten_thousand_accounts_are_taken(client: httpx.Client) -> None:
    """At once, with an Idempotency-Key that begins them once; cancelled, no more of them begins."""
    order = {"accounts": ["weibo:embassy"] * 10_000, "sample": 50}
    once = {"Idempotency-Key": "batch-1"}
    first, second = (client.post("/v1/batches", json=order, headers=once) for _ in range(2))
    assert first.status_code == second.status_code == 202
    assert first.json()["id"] == second.json()["id"]
    address = first.headers["location"]
    until(lambda: client.get(address).json()["counts"], lambda counts: counts["done"] >= 2)
    # A single audit does not wait for the batch.
    alone = client.post("/v1/audits", json={"account": "weibo:small"}, headers={"Prefer": "wait=60"})
    assert alone.status_code == 200
    cancelled = client.delete(address).json()
    assert cancelled["status"] == "cancelled"
    counts = until(
        lambda: client.get(address).json()["counts"], lambda counts: counts["queued"] + counts["running"] == 0
    )
    assert sum(counts.values()) == 10_000
    assert counts["waiting"] == 0
    assert counts["done"] >= 2
    time.sleep(0.3)
    assert client.get(address).json()["counts"] == counts


def test_a_batch_spends_what_was_agreed_to(tmp_path: Path) -> None:
    """Accounts for which nothing is left have that as their reason."""
    with serving(given(tmp_path, PricedSource(small=40))) as client:
        order = {"accounts": ["weibo:small"] * 4, "sample": 20, "accept_cost": 5.0}
        address = client.post("/v1/batches", json=order).headers["location"]
        assert ended(client, address)["counts"]["done"] == 2
        rows = client.get(f"{address}/rows").json()["rows"]
    assert [row["reason"] for row in rows[2:]] == [
        "it would cost $2.00, and $1.00 of what was agreed to are left"
    ] * 2


def test_a_batch_keeps_to_its_keys_quota_and_ends_with_the_key(tmp_path: Path) -> None:
    """Never more audits at once than the key may have; with the key revoked no more of it is begun."""
    keys = keys_from("boss:admin:admin-secret-0123456789")
    slow = replace(given(tmp_path, ListSource(delay=0.2, small=40)), keys=keys)
    with serving(slow) as client, store_of(tmp_path) as store:
        order = {"name": "ann", "scopes": ["audit", "read"], "audits_at_once": 1}
        secret = client.post("/v1/keys", json=order, headers=ADMIN).json()["secret"]
        ann = {"Authorization": f"Bearer {secret}"}
        batch = {"accounts": ["weibo:small"] * 30, "sample": 10}
        address = client.post("/v1/batches", json=batch, headers=ann).headers["location"]
        most = 0

        def counts() -> dict[str, Any]:
            nonlocal most
            most = max(most, len(store.claims.going()))
            batch: dict[str, Any] = client.get(address, headers=ann).json()["counts"]
            return batch

        until(counts, lambda value: value["done"] >= 3)
        assert most == 1
        client.delete("/v1/keys/ann", headers=ADMIN)
        batch = ended(client, address, **ADMIN)
    assert batch["status"] == "cancelled"
    assert batch["reason"] == "the key that asked for it was revoked or has expired"
