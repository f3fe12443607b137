"""What the service tells of itself: metrics, and a log without secrets."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from doubles import people
from web.serving import services, serving
from zombiescope import log
from zombiescope.errors import StorageError
from zombiescope.settings import settings_from
from zombiescope.web.auth.api_keys import keys_from

SECRETS = {
    "ZOMBIESCOPE_API_KEYS": "ann:admin:key-0123456789-s3cret-1",
    "ZOMBIESCOPE_MASTODON_TOKENS": "social.example=mastodon-s3cret-2",
    "ZOMBIESCOPE_WEIBO_COOKIE": "SUB=weibo-s3cret-3",
    "ZOMBIESCOPE_X_TOKEN": "x-s3cret-4",
}
PLANTED = re.compile(r"s3cret-\d")


def samples(text: str) -> dict[str, float]:
    """Metrics by name and labels."""
    values = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(one.labels.items()))
            values[f"{one.name}{{{labels}}}"] = one.value
    return values


def test_metrics_count_what_happens(tmp_path: Path) -> None:
    """Audits by state, the queue, requests and waits by source, scored followers, latencies by route's template."""
    with serving(services(tmp_path, waits=lambda: {"weibo": (7, 1.5)})) as client:
        order = {"account": "weibo:small"}
        audit = client.post("/v1/audits", json=order, headers={"Prefer": "wait=60"}).json()
        client.post("/v1/audits", json={"account": "weibo:nobody"}, headers={"Prefer": "wait=60"})
        client.get(f"/v1/audits/{audit['id']}")
        client.get("/v1/audits/nothing")
        client.get("/nowhere")
        rows = [{"platform": one.platform, "id": one.id} for one in people(3)]
        client.post("/v1/scores", params={"as_of": "2016-12-15"}, json=rows)
        answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    counts = samples(answer.text)
    assert counts["zombiescope_audits{state=done}"] == 1
    assert counts["zombiescope_audits{state=failed}"] == 1
    assert counts["zombiescope_audits{state=queued}"] == 0
    assert counts["zombiescope_queue_length{}"] == 0
    assert counts["zombiescope_scored_followers_total{}"] == 3
    assert counts["zombiescope_source_requests_total{source=weibo}"] == 7
    assert counts["zombiescope_source_wait_seconds_total{source=weibo}"] == 1.5
    counted = "zombiescope_http_request_seconds_count"
    assert counts[f"{counted}{{method=GET,route=/v1/audits/{{audit_id}},status=200}}"] == 1
    assert counts[f"{counted}{{method=GET,route=/v1/audits/{{audit_id}},status=404}}"] == 1
    assert counts[f"{counted}{{method=GET,route=none,status=404}}"] == 1
    assert counts[f"{counted}{{method=POST,route=/v1/scores,status=200}}"] == 1
    assert audit["id"] not in answer.text


def test_two_apps_count_for_themselves(tmp_path: Path) -> None:
    """Each app has a registry of its own; the process's one registry stays empty of ours."""
    from prometheus_client import REGISTRY

    for home in ("a", "b"):
        (tmp_path / home).mkdir()
        with serving(services(tmp_path / home)) as client:
            client.get("/healthz")
            answer = samples(client.get("/metrics").text)
            assert answer["zombiescope_http_request_seconds_count{method=GET,route=/healthz,status=200}"] == 1
    assert not any(metric.name.startswith("zombiescope") for metric in REGISTRY.collect())


def test_metrics_need_a_key(tmp_path: Path) -> None:
    """They are a route like others: where there are keys, one that may read."""
    with serving(
        services(tmp_path, keys=keys_from("ann:read:s3cret-0123456789,bob:score:other-0123456789"))
    ) as client:
        statuses = [
            client.get("/metrics", headers={"Authorization": f"Bearer {key}"} if key else {}).status_code
            for key in ("", "other-0123456789", "s3cret-0123456789")
        ]
    assert statuses == [401, 403, 200]


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What is logged, as JSON; logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    log.configure(secrets=["hunter-22", "quo\"te'd-é"], out=out)
    yield out
    root.handlers, root.level = handlers, level


def lines(out: io.StringIO) -> list[dict[str, object]]:
    """The log's lines."""
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_request_leaves_one_line(tmp_path: Path, logged: io.StringIO) -> None:
    """Method, path without its query, status, time, caller; its id is in the answer too, and on all its lines."""

    def broken(name: str, account: str, tenant: str) -> object:
        raise RuntimeError("hunter-22 was refused")

    with serving(services(tmp_path, detector=broken)) as client:
        answer = client.get("/v1/audits", params={"limit": 3, "note": "private"})
        failed = client.post("/v1/audits", json={"account": "weibo:small"})
        client.get("/healthz")
        client.get("/v1/a%0Ab")
    log_lines = lines(logged)
    (line,) = [one for one in log_lines if one.get("request") == answer.headers["x-request-id"]]
    assert (line["event"], line["method"], line["path"], line["status"]) == (
        "request",
        "GET",
        "/v1/audits",
        422,  # no route has a parameter `note`
    )
    assert (line["caller"], line["address"], line["level"]) == ("local", "127.0.0.1", "info")
    assert line["ms"]
    assert "private" not in logged.getvalue()
    error, request = [one for one in log_lines if one.get("request") == failed.headers["x-request-id"]]
    assert error["level"] == "error"
    assert "[secret] was refused" in str(error["exception"])
    assert request["status"] == 500
    assert "hunter" not in logged.getvalue() + failed.text
    assert not [one for one in log_lines if one.get("path") == "/healthz"]
    assert [one for one in log_lines if one.get("path") == "/v1/a%0Ab"]


def test_what_is_bound_stands_on_every_line(logged: io.StringIO) -> None:
    """An audit's id is on all that is logged while it is worked at; no secret is, however it is written."""
    with log.about(audit="a1"):
        logging.getLogger("anywhere").warning("the %s of %s", "quo\"te'd-é", 1)
    logging.getLogger("anywhere").info("later")
    first, second = lines(logged)
    assert first["audit"] == "a1"
    assert first["event"] == "the [secret] of 1"
    assert "audit" not in second


def test_every_secret_of_the_settings_is_known() -> None:
    """What is blotted out is each key, token, cookie and password that the settings hold."""
    given = {**SECRETS, "ZOMBIESCOPE_DATABASE_URL": "postgresql+psycopg://zs:db-s3cret-5@db/zs"}
    secrets = " ".join(log.secrets_of(settings_from(given, package=Path("/x/app/zombiescope"))))
    assert sorted(PLANTED.findall(secrets)) == [f"s3cret-{number}" for number in range(1, 6)]


def test_a_run_tells_no_secret(tmp_path: Path) -> None:
    """A service that is given every secret, by variable or by file, asked for what works and what does not, has none
    in its log or answers.
    """
    given = {name: value for name, value in os.environ.items() if not name.startswith("ZOMBIESCOPE_")}
    for number, (name, value) in enumerate(SECRETS.items()):
        (tmp_path / name).write_text(value + "\n")
        given |= {name: value} if number % 2 else {f"{name}_FILE": str(tmp_path / name)}
    out = tmp_path / "log"
    command: list[str | Path] = [Path(sys.executable).with_name("zombiescope"), "serve", "--port", "0"]
    with out.open("wb") as file:
        running = subprocess.Popen(
            command, env={**given, "ZOMBIESCOPE_HOME": str(tmp_path / "home")}, stdout=file, stderr=file
        )
    try:
        address = address_of(out, running)
        answers = []
        with httpx.Client(
            base_url=address, headers={"Authorization": "Bearer key-0123456789-s3cret-1"}, timeout=30
        ) as client:
            order = {"account": "sample:nobody"}
            answers.append(client.post("/v1/audits", json=order, headers={"Prefer": "wait=30"}))
            answers.append(client.get("/v1/audits", params={"token": "key-0123456789-s3cret-1"}))
            answers.append(client.post("/v1/audits", json={"account": "file:/etc/passwd"}))
            answers.append(client.get("/v1/audits", headers={"Authorization": "Bearer wrong-s3cret-9"}))
            answers += [client.get("/metrics"), client.get("/openapi.json"), client.get("/readyz")]
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=60)
    text = out.read_text("utf-8")
    assert not PLANTED.findall(text)
    assert not [answer.url for answer in answers if PLANTED.search(answer.text)]
    events = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert [one for one in events if one.get("path") == "/v1/audits" and one.get("status") == 401]


def address_of(out: Path, running: subprocess.Popen[bytes]) -> str:
    """The address that a starting service names in its log."""
    for _ in range(600):
        match = re.search(r"running on (http://[\d.:]+)", out.read_text("utf-8"))
        if match is not None:
            return match[1]
        assert running.poll() is None, out.read_text("utf-8")
        time.sleep(0.05)
    raise AssertionError("the service does not start")


def test_metrics_and_readiness_without_a_database(tmp_path: Path) -> None:
    """The counters of the process are there when they are wanted most; the probe names no file."""

    class Gone(StorageError):
        pass

    def fails(*_: object, **__: object) -> None:
        raise Gone(f"{tmp_path}/z.sqlite: the disk failed")

    given = services(tmp_path)
    opened_store = given.store()
    opened_store.audits.states = fails  # type: ignore[method-assign,assignment]
    opened_store.check = fails  # type: ignore[method-assign]
    opened_store.of("default").audits.newest = fails  # type: ignore[method-assign,assignment]
    with serving(replace(given, store=lambda: opened_store)) as client:
        answer = client.get("/metrics")
        assert answer.status_code == 200
        assert samples(answer.text)["zombiescope_database_up{}"] == 0
        assert "pid" not in answer.text
        ready, listed = client.get("/readyz"), client.get("/v1/audits")
    assert (ready.status_code, listed.status_code) == (503, 503)
    assert ready.json()["title"] == "the service cannot work: database"
    assert str(tmp_path) not in ready.text + listed.text


def test_a_damaged_database_is_not_ready(tmp_path: Path) -> None:
    """A page of the file that was overwritten is noticed before a request meets it."""
    given = services(tmp_path)
    with given.store() as store:
        store.check()
    file = tmp_path / "z.sqlite"
    with file.open("r+b") as damaged:
        damaged.seek(file.stat().st_size // 2)
        damaged.write(b"\xff" * 8192)
    with serving(given) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503


def test_a_callers_ids_are_taken_over(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    """X-Request-Id comes back; what may not stand in a log is replaced."""
    assert client.get("/v1/audits", headers={"X-Request-Id": "abc-1.2"}).headers["x-request-id"] == "abc-1.2"
    for wrong in ("a b", "x" * 200, "<script>"):
        answer = client.get("/v1/audits", headers={"X-Request-Id": wrong})
        assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


def test_a_client_that_goes_is_no_error_of_the_service(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is counted as 499, and no traceback is logged."""
    with serving(services(tmp_path)) as client:
        with socket.create_connection((client.base_url.host, client.base_url.port or 80)) as connection:
            head = "POST /v1/audits HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            connection.sendall(f"{head}Content-Length: 1000\r\n\r\n{{".encode())
            time.sleep(0.3)
        for _ in range(50):
            if 'status="499"' in client.get("/metrics").text:
                break
            time.sleep(0.1)
        else:
            pytest.fail("no request was counted as 499")
    assert not [record for record in caplog.records if record.exc_info]


def test_the_end_of_an_audit_leaves_a_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Done with its cost, or failed with the reason."""
    caplog.set_level(logging.INFO, "zombiescope.jobs")
    with serving(services(tmp_path)) as client:
        for account in ("weibo:small", "weibo:nobody"):
            client.post("/v1/audits", json={"account": account}, headers={"Prefer": "wait=60"})
    ends = {record.getMessage(): record for record in caplog.records if record.name == "zombiescope.jobs"}
    assert vars(ends["audit done"])["followers"] > 0
    assert "nobody" in vars(ends["audit failed"])["reason"]
