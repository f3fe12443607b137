"""/v1/audits/{id}/events: what a client that follows an audit is told."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import msgspec

from doubles import ListSource
from web.serving import services, serving, store_of


def events(client: httpx.Client, audit_id: str, **headers: str) -> list[dict[str, str]]:
    """The events of a stream that ends, as their fields; comments under "comment"."""
    parsed: list[dict[str, str]] = []
    fields: dict[str, str] = {}
    with client.stream("GET", f"/v1/audits/{audit_id}/events", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in answer.headers
        for line in answer.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                fields[name or "comment"] = value
            elif fields:
                parsed.append(fields)
                fields = {}
    return parsed


def begun(client: httpx.Client) -> str:
    """The id of an audit that has just been begun."""
    return str(client.post("/v1/audits", json={"account": "weibo:embassy"}).json()["id"])


def test_an_audit_is_followed_to_its_end(tmp_path: Path) -> None:
    """State changes, progress, then done; each with an id of its own and the audit's state as JSON."""
    with serving(services(tmp_path, ListSource(delay=3.0))) as client:
        audit_id = begun(client)
        named = [one for one in events(client, audit_id) if "event" in one]
    kinds = [one["event"] for one in named]
    assert kinds[-1] == "done"
    assert kinds.count("done") == 1
    assert "progress" in kinds
    assert len({one["id"] for one in named}) == len(named)
    last = msgspec.json.decode(named[-1]["data"])
    assert (last["id"], last["status"], last["error"]) == (audit_id, "done", None)


def test_a_broken_stream_is_resumed(client: httpx.Client, done: str) -> None:
    """With Last-Event-ID nothing is told twice; after the last event there is nothing more, which ends EventSource."""
    (only,) = [one for one in events(client, done) if "event" in one]
    assert only["event"] == "done"
    again = client.get(f"/v1/audits/{done}/events", headers={"Last-Event-ID": only["id"]})
    assert again.status_code == 204
    assert again.content == b""
    older = [one for one in events(client, done, **{"Last-Event-ID": "running-3-9-1"}) if "event" in one]
    assert older == [only]


def test_a_quiet_stream_says_that_it_lives(tmp_path: Path) -> None:
    """Comments come where nothing happens, so that proxies keep the connection."""
    given = services(tmp_path, ListSource(delay=2.5))
    with serving(replace(given, limits=replace(given.limits, heartbeat=0.5))) as client:
        stream = events(client, begun(client))
    assert any("comment" in one for one in stream)


def test_streams_are_bounded_and_given_back(tmp_path: Path) -> None:
    """Past the most there may be the answer is 503; a stream that ends, or whose client goes, makes room."""
    given = services(tmp_path, ListSource(delay=5.0))
    with serving(replace(given, limits=replace(given.limits, streams=2))) as client:
        path = f"/v1/audits/{begun(client)}/events"
        with ExitStack() as open_:
            held = [open_.enter_context(client.stream("GET", path)).iter_lines() for _ in range(2)]
            for lines in held:  # an iterator that nobody holds closes its stream
                next(lines)
            refused = client.get(path)
            assert refused.status_code == 503
            assert refused.headers["retry-after"]
        for _ in range(50):
            with client.stream("GET", path) as answer:
                if answer.status_code == 200:
                    break
            threading.Event().wait(0.1)
        else:
            raise AssertionError("the places are not given back")


def test_a_forgotten_audit_ends_its_stream(tmp_path: Path) -> None:
    """Nothing more is told of what is no longer kept; of what never was, 404."""
    with serving(services(tmp_path, ListSource(delay=5.0))) as client:
        audit_id = begun(client)
        with client.stream("GET", f"/v1/audits/{audit_id}/events") as answer:
            lines = answer.iter_lines()
            next(lines)
            with store_of(tmp_path) as store:
                store.forget("weibo:embassy")
            assert "event: done" not in list(lines)
        assert client.get(f"/v1/audits/{audit_id}/events").status_code == 404
