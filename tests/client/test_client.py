"""The client against the real service over a real socket; what no service does on demand, by a transport."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest
import stamina

from doubles import AS_OF, ListSource, people
from web.serving import services, serving
from zombiescope.client import Client
from zombiescope.errors import BudgetError, InputError, NotAuthorised, RateLimited, SourceError
from zombiescope.web.auth.api_keys import keys_from


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a service answers."""
    with serving(services(tmp_path_factory.mktemp("client"))) as client:
        yield str(client.base_url)


@pytest.fixture
def service(address: str) -> Iterator[Client]:
    """A client of it."""
    with Client(address) as http_client:
        yield http_client


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    """Retries wait for nothing but what the service asks, and say nothing."""
    hooks = stamina.instrumentation.get_on_retry_hooks()
    stamina.instrumentation.set_on_retry_hooks(())
    yield
    stamina.instrumentation.set_on_retry_hooks(hooks)


def test_an_account_goes_in_and_an_audit_comes_out(service: Client) -> None:
    """audit() waits for the end and gives the audit; its followers come page by page, in list order."""
    audit = service.audit("weibo:embassy", sample=200, claim=0.87, as_of=AS_OF)
    assert audit.status == "done"
    assert audit.share is not None
    assert audit.claim is not None
    followers = list(service.followers(audit.id))
    assert audit.sample is not None
    assert len(followers) == audit.sample.scored
    assert [one.position for one in followers] == sorted({one.position for one in followers})
    assert service.get(audit.id) == audit
    assert audit.id in [line.id for line in service.audits()]
    assert service.report(audit.id).startswith("<!DOCTYPE html>")


def test_an_audit_is_followed(tmp_path: Path) -> None:
    """events() tells each state once and ends with done; wait() gives the audit as it is then."""
    with (
        serving(services(tmp_path, ListSource(delay=1.5))) as running,
        Client(str(running.base_url)) as service,
    ):
        begun = service.audit("weibo:embassy", wait=False)
        assert begun.status == "queued"
        events = list(service.events(begun.id))
        assert events[-1].kind == "done"
        assert events[-1].status == "done"
        assert {one.id for one in events} == {begun.id}
        assert len({(one.status, one.progress) for one in events}) == len(events)
        assert service.wait(begun.id).status == "done"


def test_an_audit_is_cancelled(tmp_path: Path) -> None:
    """cancel() gives the audit as it is then."""
    with (
        serving(services(tmp_path, ListSource(delay=3.0))) as running,
        Client(str(running.base_url)) as service,
    ):
        assert service.cancel(service.audit("weibo:embassy", wait=False).id).status == "cancelled"


def test_records_are_scored_in_their_order(service: Client) -> None:
    """score() gives one score a record, sent in parts; as_of dates those that have no date."""
    rows = people(25)
    scores = list(service.score(iter(rows), at_once=10))
    assert [one.id for one in scores] == [row.id for row in rows]
    assert scores[0].reasons
    undated = [msgspec.structs.replace(rows[0], observed_at=None)]
    with pytest.raises(InputError, match="observed_at"):
        list(service.score(undated))
    assert (
        next(service.score(undated, as_of=datetime(2016, 12, 15, tzinfo=UTC), explain=False)).reasons is None
    )


def test_labels_move_the_answer(service: Client) -> None:
    """label() keeps a verdict and gives the audit estimated again."""
    audit = service.audit("weibo:embassy", sample=60)
    for one in list(service.followers(audit.id))[:30]:
        audit = service.label(audit.id, one.id, "zombie" if one.score > 0.5 else "genuine")
    assert audit.labels is not None
    assert audit.labels.count == 30


def test_trouble_is_an_error_of_the_tree(service: Client, tmp_path: Path) -> None:
    """What the service refuses is raised as what it is, with its advice."""
    with pytest.raises(InputError, match="no audit 'nothing'"):
        service.get("nothing")
    with pytest.raises(InputError, match="sample 0") as refused:
        service.audit("weibo:embassy", sample=0)
    assert refused.value.advice
    given = services(tmp_path, keys=keys_from("ann:read:s3cret-0123456789,bob:score:other-0123456789"))
    with serving(given) as running:
        for key in ("wrong", "other-0123456789"):
            with Client(str(running.base_url), key) as other, pytest.raises(NotAuthorised):
                list(other.audits())
        with Client(str(running.base_url), "s3cret-0123456789") as right:
            assert list(right.audits()) == []
            assert right.models() == []


def test_nobody_there_is_said() -> None:
    """Where nobody answers, the error names the address once the attempts are used up."""
    with (
        Client("http://127.0.0.1:9", attempts=2) as service,
        pytest.raises(SourceError, match="does not answer"),
    ):
        service.models()


def answering(*answers: httpx.Response) -> tuple[Client, list[httpx.Request]]:
    """A client of a service that gives these answers, and what was asked of it."""
    asked: list[httpx.Request] = []
    left = iter(answers)

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return next(left)

    return Client("http://service", transport=httpx.MockTransport(handle), attempts=3), asked


AUDIT = {"id": "a1", "status": "done", "created_at": "2026-01-01T00:00:00Z"}


def test_busy_is_tried_again_with_the_same_key() -> None:
    """429 and 503 are tried again when Retry-After says so, with the same Idempotency-Key, so that one audit begins."""
    client, asked = answering(
        httpx.Response(503, headers={"Retry-After": "0"}),
        httpx.Response(429, headers={"Retry-After": "0"}),
        httpx.Response(200, json=AUDIT),
    )
    assert client.audit("weibo:embassy").id == "a1"
    assert len({request.headers["idempotency-key"] for request in asked}) == 1


def test_patience_ends() -> None:
    """A wait past patience, or the last attempt's 429, is RateLimited; a refusal is never tried again."""
    client, asked = answering(httpx.Response(429, headers={"Retry-After": "3600"}))
    with pytest.raises(RateLimited, match="3,600 seconds"):
        client.models()
    client, asked = answering(*[httpx.Response(429, headers={"Retry-After": "0"})] * 3)
    with pytest.raises(RateLimited):
        client.models()
    assert len(asked) == 3
    client, asked = answering(
        httpx.Response(422, json={"type": "urn:zombiescope:input-error", "title": "no"})
    )
    with pytest.raises(InputError, match="no"):
        client.models()
    assert len(asked) == 1


def test_a_paid_platform_says_its_cost() -> None:
    """402 is a BudgetError that carries the dollars, to be agreed to with accept_cost."""
    problem = {
        "type": "urn:zombiescope:not-agreed",
        "title": "costs",
        "status": 402,
        "detail": "agree",
        "cost": 3.2,
    }
    client, _ = answering(httpx.Response(402, json=problem))
    with pytest.raises(BudgetError) as refused:
        client.audit("x:someone")
    assert refused.value.cost == 3.2  # type: ignore[attr-defined]


def test_a_broken_stream_is_taken_up() -> None:
    """A stream that breaks off is asked for again from the last event; 204 ends it."""
    body = '{"id": "a1", "status": "running", "progress": null, "error": null}'
    event = f"id: running-1\nevent: progress\ndata: {body}\n\n"
    stream = {"Content-Type": "text/event-stream"}
    client, asked = answering(httpx.Response(200, text=event, headers=stream), httpx.Response(204))
    assert [one.kind for one in client.events("a1")] == ["progress"]
    assert asked[1].headers["last-event-id"] == "running-1"
    client, _ = answering(*[httpx.Response(200, text="", headers=stream)] * 3)
    with pytest.raises(SourceError, match="breaks off"):
        list(client.events("a1"))


def test_an_answer_of_another_version_is_said() -> None:
    """An answer that cannot be read is an error of ours."""
    client, _ = answering(httpx.Response(200, json={"id": "a1"}))
    with pytest.raises(SourceError, match="none of this version"):
        client.get("a1")
