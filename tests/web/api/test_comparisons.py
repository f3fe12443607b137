"""Two audits over HTTP: the comparison as JSON and as a page."""

from __future__ import annotations

import httpx
import pytest


@pytest.fixture(scope="module")
def again(client: httpx.Client, done: str) -> str:
    """A second audit of the same account."""
    answer = client.post(
        "/v1/audits",
        json={"account": "weibo:embassy", "sample": 200, "seed": 5},
        headers={"Prefer": "wait=60"},
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def test_two_audits_as_json(client: httpx.Client, done: str, again: str) -> None:
    """The form that the command line gives, sentences and all, whichever is named first."""
    document = client.get(f"/v1/audits/{done}/compare/{again}").json()
    assert document["share"]["method"] == "dependent"
    assert document["share"]["low"] <= document["share"]["estimate"] <= document["share"]["high"]
    assert document["sentences"]
    assert document == client.get(f"/v1/audits/{again}/compare/{done}").json()


def test_two_audits_as_a_page(client: httpx.Client, done: str, again: str) -> None:
    """The headline, the table and every sentence; from one audit its page leads there."""
    page = client.get(f"/audits/{done}/compare/{again}").text
    assert "<h1>" in page
    assert "Share of zombies" in page
    assert f'href="/v1/audits/{done}/compare/{again}"' in page or f"/compare/{done}" in page
    assert f'<option value="{again}">' in client.get(f"/audits/{done}/compare").text
    chosen = client.get(f"/audits/{done}/compare", params={"with": again})
    assert chosen.headers["location"] == f"/audits/{done}/compare/{again}"


def test_what_cannot_be_compared(client: httpx.Client, done: str) -> None:
    """Another account is 422, an audit that is not there 404; as problem+json."""
    answer = client.post(
        "/v1/audits", json={"account": "weibo:small", "sample": 40}, headers={"Prefer": "wait=60"}
    )
    other = answer.json()["id"]
    refused = client.get(f"/v1/audits/{done}/compare/{other}")
    assert refused.status_code == 422
    assert "two accounts" in refused.json()["title"]
    assert client.get(f"/v1/audits/{done}/compare/{other}?same_account=true").status_code == 200
    assert client.get(f"/v1/audits/{done}/compare/nobody").status_code == 404
