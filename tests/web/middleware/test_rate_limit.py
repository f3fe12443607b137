"""How often one may ask."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from fastapi import Request

from doubles import PATIENCE, Floats, ListSource, RuleDetector, people
from web.serving import services, serving
from zombiescope.sources.budget import Plan
from zombiescope.web import Services
from zombiescope.web.auth.api_keys import keys_from
from zombiescope.web.http.problem_json import Refusal
from zombiescope.web.middleware.rate_limit import RateLimiter, address_of

ANN, BOB = (
    {"Authorization": "Bearer ann-secret-0123456789"},
    {"Authorization": "Bearer bob-secret-0123456789"},
)


def limited(home: Path, **limits: int) -> Services:
    """What a service with two keys and these limits is given."""
    given = services(home, keys=keys_from("ann:read:ann-secret-0123456789,bob:read:bob-secret-0123456789"))
    return replace(given, limits=replace(given.limits, **limits))


def test_a_key_is_held_to_its_rate(tmp_path: Path) -> None:
    """Past it the answer is 429 with Retry-After; each answer says what is left; another key is not held back."""
    with serving(limited(tmp_path, rate=3)) as client:
        left = [client.get("/v1/audits", headers=ANN).headers["ratelimit-remaining"] for _ in range(3)]
        assert left == ["2", "1", "0"]
        refused = client.get("/v1/audits", headers=ANN)
        assert refused.status_code == 429
        assert refused.headers["content-type"] == "application/problem+json"
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert refused.headers["ratelimit-limit"] == "3"
        assert client.get("/v1/audits", headers=BOB).status_code == 200
        assert client.get("/healthz").status_code == 200


def test_an_address_without_a_key_is_held_to_it_too(tmp_path: Path) -> None:
    """Requests that no key is known of count for the address that they come from."""
    with serving(limited(tmp_path, rate=3)) as client:
        statuses = [client.get("/v1/audits").status_code for _ in range(4)]
        assert statuses == [401, 401, 401, 429]
        assert client.get("/v1/audits", headers=ANN).status_code == 200
        other = {"X-Forwarded-For": "192.0.2.1, 198.51.100.7"}
        assert client.get("/v1/audits", headers=other).status_code == 401


def test_wrong_keys_are_few(tmp_path: Path) -> None:
    """Too many unknown keys are 429; a key that is valid passes always, from the same address too."""
    with serving(limited(tmp_path, wrong=3)) as client:
        wrong = {"Authorization": "Bearer guess"}
        assert [client.get("/v1/audits", headers=wrong).status_code for _ in range(4)] == [401, 401, 401, 429]
        assert client.get("/v1/audits", headers=ANN).status_code == 200
        assert client.post("/login", data={"key": "ann-secret-0123456789"}).status_code == 303


def test_unknown_keys_are_counted_by_prefix_and_altogether(tmp_path: Path) -> None:
    """A neighbour's old key uses up its own count; guesses of all kinds together have a limit too."""
    with serving(limited(tmp_path, wrong=2)) as client:

        def status(secret: str) -> int:
            return client.get("/v1/audits", headers={"Authorization": f"Bearer {secret}"}).status_code

        assert [status("an-old-key-of-a-neighbour") for _ in range(3)] == [401, 401, 429]
        assert [status(f"{number}-guess") for number in range(9)] == [401] * 7 + [429, 429]
        assert client.get("/v1/audits", headers=ANN).status_code == 200


def test_proxies_that_are_trusted_say_who_asks(tmp_path: Path) -> None:
    """ZOMBIESCOPE_TRUSTED_PROXIES: behind proxies of these networks each client has a count of its own."""
    given = limited(tmp_path, rate=2)
    chained = {"X-Forwarded-For": "198.51.100.7, 10.0.0.5"}
    cases: list[tuple[tuple[str, ...], list[int]]] = [
        ((), [401, 401, 429]),
        (("10.0.0.0/8",), [401, 401, 401]),
    ]
    for proxies, statuses in cases:
        with serving(replace(given, trusted_proxies=proxies)) as client:
            asked = [client.get("/v1/audits", headers=chained).status_code for _ in range(2)]
            last = client.get("/v1/audits", headers={"X-Forwarded-For": "198.51.100.8, 10.0.0.5"})
            assert [*asked, last.status_code] == statuses


def test_wrong_keys_on_the_login_page_count(tmp_path: Path) -> None:
    """The page for people is no way around."""
    with serving(limited(tmp_path, wrong=2)) as client:
        statuses = [client.post("/login", data={"key": "guess"}).status_code for _ in range(3)]
        assert statuses == [401, 401, 429]


def test_a_person_on_this_machine_is_not_counted(tmp_path: Path) -> None:
    """Where there is no key, whoever runs the service may ask as often as they like."""
    given = services(tmp_path)
    with serving(replace(given, limits=replace(given.limits, rate=2))) as client:
        assert {client.get("/v1/audits").status_code for _ in range(6)} == {200}


def test_the_window_moves() -> None:
    """What was asked counts for a minute, key by key."""
    rates = RateLimiter(each=2, wrong=1)
    assert rates.take("a")["RateLimit-Remaining"] == "1"
    rates.take("a")
    with pytest.raises(Refusal) as refused:
        rates.take("a")
    assert refused.value.status == 429
    rates.take("b")


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("nonsense", "unknown"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
    ],
)
def test_whom_a_request_counts_for(peer: str, counted: str) -> None:
    """The peer; of IPv6 the network of one customer."""
    assert address_of(Request({"type": "http", "client": (peer, 1), "headers": []})) == counted


class Gated(RuleDetector):
    """A model that scores when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    def score(self, matrix: Floats, ids: Sequence[str]) -> Floats:
        """The rule's scores, once the gate is open."""
        assert self.gate.wait(PATIENCE)
        return super().score(matrix, ids)


def test_more_work_than_threads_is_put_off(tmp_path: Path) -> None:
    """Two scores at once, a few that wait; past them 503 with Retry-After, and those that wait are answered."""
    model = Gated()
    given = services(tmp_path, detector=lambda name, account, tenant: model)
    body = msgspec.json.encode(people(3))
    with (
        serving(replace(given, limits=replace(given.limits, queue=1))) as client,
        ThreadPoolExecutor(6) as clients,
    ):
        asked: dict[str, Any] = {"content": body, "headers": {"Content-Type": "application/json"}}
        requests = [clients.submit(client.post, "/v1/scores?explain=false", **asked) for _ in range(6)]
        refused = list(islice(as_completed(requests, timeout=PATIENCE), 3))
        assert [request.result().status_code for request in refused] == [503] * 3
        model.gate.set()
        answers = [request.result() for request in requests]
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 200, 200, 503, 503, 503]
    assert all(answer.headers["retry-after"] for answer in answers if answer.status_code == 503)


class Paid(ListSource):
    """A platform that charges."""

    def estimate(self, handle: str, *, sample: int | None = None, posts: int | None = None) -> Plan:
        """A cent a follower."""
        return Plan(requests=1, seconds=1.0, money=0.01 * (sample or 0))


def test_a_paid_platform_costs_nothing_unagreed(tmp_path: Path) -> None:
    """The answer is 402 with the cost, and nothing is begun, until the order agrees to so much."""
    with serving(services(tmp_path, Paid())) as client:
        order = {"account": "weibo:embassy", "sample": 100}
        for agreed in ({}, {"accept_cost": 0.99}):
            refused = client.post("/v1/audits", json={**order, **agreed})
            assert refused.status_code == 402
            assert refused.json()["cost"] == pytest.approx(1.0)
            assert refused.json()["type"] == "urn:zombiescope:not-agreed"
        assert client.get("/v1/audits").json()["audits"] == []
        assert client.post("/v1/audits", json={**order, "accept_cost": 1.0}).status_code == 202


def test_answers_without_a_rate_say_none(client: httpx.Client) -> None:
    """No headers of a limit that does not hold."""
    assert "ratelimit-limit" not in client.get("/v1/audits").headers
