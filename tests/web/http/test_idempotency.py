"""Idempotency-Key: a request that is sent again begins nothing again."""

from __future__ import annotations

import threading
from pathlib import Path

import httpx
import pytest

from web.serving import services, serving, store_of
from zombiescope.web.auth.api_keys import keys_from

ORDER = {"account": "weibo:small", "seed": 7}


def test_the_same_request_gives_the_same_audit(client: httpx.Client) -> None:
    """With the same key and body the audit that was begun is given again, waited for where that is asked."""
    key = {"Idempotency-Key": "one"}
    first = client.post("/v1/audits", json=ORDER, headers=key)
    again = client.post("/v1/audits", json=ORDER, headers={**key, "Prefer": "wait=30"})
    assert first.json()["id"] == again.json()["id"]
    assert (again.status_code, again.json()["status"]) == (200, "done")
    assert client.post("/v1/audits", json=ORDER).json()["id"] != first.json()["id"]


def test_another_request_under_the_key_is_refused(client: httpx.Client) -> None:
    """Another body, or another query of an upload, under a used key is 422; a key that is none too."""
    key = {"Idempotency-Key": "two"}
    assert client.post("/v1/audits", json=ORDER, headers=key).status_code == 202
    other = client.post("/v1/audits", json={**ORDER, "seed": 8}, headers=key)
    assert other.status_code == 422
    assert other.json()["type"] == "urn:zombiescope:key-reused"
    for wrong in ("", "a b", "x" * 201):
        assert client.post("/v1/audits", json=ORDER, headers={"Idempotency-Key": wrong}).status_code == 422


def test_a_list_of_ones_own_is_known_again(client: httpx.Client) -> None:
    """An upload's key goes by its bytes and its query."""
    row = b'{"platform": "weibo", "id": "%d", "observed_at": "2016-12-15T00:00:00Z"}\n'
    body = b"".join(row % number for number in range(30))
    headers = {"Idempotency-Key": "three", "Content-Type": "application/x-ndjson"}

    def sent(content: bytes, label: str) -> httpx.Response:
        params = {"account": label}
        return client.post("/v1/uploads", params=params, content=content, headers=headers)

    first = sent(body, "mine")
    assert first.status_code == 202, first.text
    assert sent(body, "mine").json()["id"] == first.json()["id"]
    assert sent(body, "other").status_code == 422
    assert sent(body[:-90], "mine").status_code == 422


def test_what_could_not_be_begun_may_be_tried_again(client: httpx.Client) -> None:
    """A refused request does not use its key up."""
    key = {"Idempotency-Key": "four"}
    assert (
        client.post("/v1/audits", json={"account": "weibo:small", "sample": 0}, headers=key).status_code
        == 422
    )
    assert client.post("/v1/audits", json=ORDER, headers=key).status_code == 202


def test_a_key_is_its_callers_own(tmp_path: Path) -> None:
    """Two callers may use the same Idempotency-Key, and each gets its own audit."""
    with serving(
        services(tmp_path, keys=keys_from("ann:audit:aaaa-0123456789a,bob:audit:bbbb-0123456789b"))
    ) as client:
        ids = {
            client.post(
                "/v1/audits",
                json=ORDER,
                headers={"Idempotency-Key": "five", "Authorization": f"Bearer {secret}"},
            ).json()["id"]
            for secret in ("aaaa-0123456789a", "bbbb-0123456789b", "aaaa-0123456789a")
        }
    assert len(ids) == 2


@pytest.mark.parametrize("clients", [8])
def test_requests_at_the_same_moment_begin_one_audit(client: httpx.Client, clients: int) -> None:
    """However many come at once, one audit begins and all are given it."""
    answers: list[tuple[int, str]] = []
    ready = threading.Barrier(clients)

    def ask() -> None:
        ready.wait()
        answer = client.post("/v1/audits", json=ORDER, headers={"Idempotency-Key": "six"})
        answers.append((answer.status_code, answer.json().get("id", answer.text)))

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _ in answers} == {202}
    assert len({audit_id for _, audit_id in answers}) == 1


def test_a_request_that_was_lost_with_its_process_is_made_up_for(tmp_path: Path) -> None:
    """Where the key was kept but its audit never was, a repetition begins it, under the id that was promised."""
    key = {"Idempotency-Key": "seven"}
    with serving(services(tmp_path)) as client, store_of(tmp_path) as store:
        first = client.post("/v1/audits", json=ORDER, headers={**key, "Prefer": "wait=30"})
        store.forget("weibo:small")  # as if it had never come so far
        again = client.post("/v1/audits", json=ORDER, headers={**key, "Prefer": "wait=30"})
        assert again.status_code == 200
        assert again.json()["id"] == first.json()["id"]
