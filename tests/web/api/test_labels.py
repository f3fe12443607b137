"""/v1/audits/{id}/labels: the queue without scores, labels one by one and in bulk, and the estimate back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from doubles import ListSource
from web.serving import services, serving
from zombiescope.web.auth.api_keys import keys_from

KEYS = "ann:read+audit+label:ann-secret-0123456789,eve:read:eve-secret-0123456789"
ANN = {"Authorization": "Bearer ann-secret-0123456789"}
EVE = {"Authorization": "Bearer eve-secret-0123456789"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of a service of its own, with the key ann."""
    with serving(services(tmp_path, ListSource(embassy=300), keys=keys_from(KEYS))) as client:
        client.headers.update(ANN)
        yield client


@pytest.fixture
def audit(client: httpx.Client) -> str:
    """The address of a done audit's labels."""
    order = {"account": "weibo:embassy", "sample": 120}
    answer = client.post("/v1/audits", json=order, headers={"Prefer": "wait=60"})
    assert answer.status_code == 200, answer.text
    return f"/v1/audits/{answer.json()['id']}/labels"


def queue(client: httpx.Client, audit: str, **query: Any) -> dict[str, Any]:
    """Whom to label next."""
    answer = client.get(f"{audit}/next", params=query)
    assert answer.status_code == 200, answer.text
    queue: dict[str, Any] = answer.json()
    return queue


def verdicts(queue: dict[str, Any]) -> list[dict[str, Any]]:
    """What the made-up list's truth says of each."""
    return [
        {"follower": f["id"], "label": "zombie" if f["posts_count"] == 0 else "genuine"}
        for f in (one["follower"] for one in queue["followers"])
    ]


def test_the_queue_shows_what_the_desk_shows_and_no_score(client: httpx.Client, audit: str) -> None:
    """Record, profile, neighbours; nothing that the detector says of the follower."""
    shown = queue(client, audit, count=5)
    assert (len(shown["followers"]), shown["labelled"], shown["annotator"]) == (5, 0, "ann")
    one = shown["followers"][0]
    assert one["follower"]["label"] is None
    assert {"place", "before", "after", "run", "families", "alike"} <= set(one["context"])
    assert not {"score", "posterior", "reasons"} & {*one, *one["follower"], *one["context"]}
    assert queue(client, audit, count=5) == shown


def test_labels_in_bulk_give_the_estimate_back(client: httpx.Client, audit: str) -> None:
    """From 30 labels on they carry the answer; those that are labelled are not asked for again."""
    first = queue(client, audit, count=40)
    answer = client.post(f"{audit}/bulk", json={"labels": verdicts(first)})
    assert answer.status_code == 200, answer.text
    stored = answer.json()
    assert (stored["stored"], stored["passed_over"], stored["audit"]["labels"]["count"]) == (40, 0, 40)
    assert stored["audit"]["labels"]["anytime"]["low"] <= 0.75 <= stored["audit"]["labels"]["anytime"]["high"]
    assert stored["audit"]["followers"] is None
    then = queue(client, audit, count=40)
    assert then["labelled"] == 40
    done = {one["follower"]["id"] for one in first["followers"]}
    assert not done & {one["follower"]["id"] for one in then["followers"]}
    listed = client.get(audit).json()["labels"]
    assert {(one["annotator"], one["follower"]) for one in listed} == {("ann", who) for who in done}


def test_those_passed_over_are_counted(client: httpx.Client, audit: str) -> None:
    """Whoever labels out of turn is told, as the estimate takes the labelled ones for a random draw."""
    chosen = verdicts(queue(client, audit, count=10))[7:]
    assert client.post(f"{audit}/bulk", json={"labels": chosen}).json()["passed_over"] == 7


def test_a_key_may_stand_for_several_people(client: httpx.Client, audit: str) -> None:
    """Each has a queue and labels of their own, under the key's name."""
    labels = [{**one, "annotator": "bob"} for one in verdicts(queue(client, audit, count=3))]
    assert client.post(f"{audit}/bulk", json={"labels": labels}).status_code == 200
    assert queue(client, audit)["labelled"] == 0
    bobs = queue(client, audit, annotator="bob")
    assert (bobs["annotator"], bobs["labelled"]) == ("ann/bob", 3)
    assert {one["annotator"] for one in client.get(audit).json()["labels"]} == {"ann/bob"}


def test_a_label_is_taken_back(client: httpx.Client, audit: str) -> None:
    """The follower stands in the queue again; what is not there cannot be taken back."""
    (label,) = verdicts(queue(client, audit, count=1))
    assert client.post(audit, json=label).json()["labels"]["count"] == 1
    gone = client.delete(f"{audit}/{label['follower']}")
    assert gone.status_code == 200, gone.text
    assert client.delete(f"{audit}/{label['follower']}").status_code == 404
    assert client.get(audit).json() == {"labels": []}
    assert queue(client, audit, count=1)["followers"][0]["follower"]["id"] == label["follower"]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([], "length >= 1"),
        ([{"follower": "nobody", "label": "zombie"}], "no follower of this audit's sample"),
        ([{"follower": "1000", "label": "bot"}], "is no label"),
        (
            [{"follower": "1000", "label": "zombie"}, {"follower": "1000", "label": "genuine"}],
            "labelled twice",
        ),
        ([{"follower": "1000", "label": "zombie", "score": 1}], "unknown field `score`"),
    ],
)
def test_a_wrong_bulk_stores_nothing(
    client: httpx.Client, audit: str, labels: list[dict[str, Any]], message: str
) -> None:
    """All or none, and the answer names the first that is wrong."""
    right = verdicts(queue(client, audit, count=2))
    answer = client.post(f"{audit}/bulk", json={"labels": [*right, *labels] if labels else []})
    assert answer.status_code == 422
    assert message in answer.json()["title"]
    assert client.get(audit).json() == {"labels": []}


def test_labelling_needs_its_scope(client: httpx.Client, audit: str) -> None:
    """Who may read sees the labels, and neither the queue nor a way to change them."""
    assert client.get(audit, headers=EVE).status_code == 200
    assert client.get(f"{audit}/next", headers=EVE).status_code == 403
    assert client.post(f"{audit}/bulk", json={"labels": []}, headers=EVE).status_code == 403
    assert client.delete(f"{audit}/1000", headers=EVE).status_code == 403
