"""Webhooks sent to a real receiver: signed, tried again while it is down, and never to where the guard refuses."""

from __future__ import annotations

import dataclasses
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from doubles import NOW, ListSource, RuleDetector
from zombiescope import wiring
from zombiescope.errors import InputError, Untrusted
from zombiescope.jobs import JobContext, JobIntervals, check_receiver
from zombiescope.jobs.webhook_sender import WebhookSender, wait_after
from zombiescope.sources.ssrf_guard import SsrfGuard
from zombiescope.storage import EVENTS, Delivery, Store, Webhook, opened, sqlite_url

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 of the specification's example


@dataclass
class Receiver:
    """A receiver of webhooks on loopback. status: what it answers; received: (headers, body)."""

    port: int
    status: int = 204
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    pause: float = 0.0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook"

    @contextmanager
    def up(self) -> Iterator[None]:
        """Listen for a while."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append(({k.lower(): v for k, v in self.headers.items()}, body))
                time.sleep(receiver.pause)
                self.send_response(receiver.status)
                if receiver.status in (301, 307):
                    self.send_header("Location", receiver.url)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@dataclass
class Clock:
    """A time of day that tests move."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """The time."""
        return self.now


@pytest.fixture
def receiver() -> Receiver:
    """A receiver that is down."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return Receiver(free.getsockname()[1])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An open store."""
    with opened(sqlite_url(tmp_path / "z.sqlite")) as database:
        yield database


def sender(
    store: Store, clock: Clock, home: Path, *, private: str = "1", **intervals: float
) -> WebhookSender:
    """What sends, with the transport of the service."""
    settings = wiring.settings({"ZOMBIESCOPE_HOME": str(home), "ZOMBIESCOPE_ALLOW_PRIVATE_HOSTS": private})
    given = wiring.job_dependencies(settings)
    return WebhookSender(
        JobContext(
            store=store,
            source=lambda request, budget, tenant: ListSource(),
            detector=lambda name, account, tenant: RuleDetector(),
            now=clock,
            clock=time.monotonic,
            receiver=given.receiver,
            job_intervals=dataclasses.replace(JobIntervals(), **intervals),  # type: ignore[arg-type]
        )
    )


def hooked(store: Store, url: str) -> None:
    """A webhook and one event for it."""
    assert store.webhooks.add(Webhook("w1", "ann", NOW, url, EVENTS, "", "active"), SECRET, most=9)
    store.webhooks.test("w1", NOW)


def log_of(store: Store) -> Delivery:
    """The one delivery."""
    (one,) = store.webhooks.deliveries("w1", 9)
    return one


def test_a_receiver_that_is_down_for_a_while_gets_its_event(
    store: Store, receiver: Receiver, tmp_path: Path
) -> None:
    """It is tried again, later each time, until the receiver is up; signed so that the receiver can tell; once."""
    clock = Clock()
    send = sender(store, clock, tmp_path, redeliver=5.0)
    hooked(store, receiver.url)
    waits = []
    for _ in range(3):
        send.advance()
        entry = log_of(store)
        assert entry.next_at is not None
        waits.append((entry.next_at - clock.now).total_seconds())
        clock.now = entry.next_at - timedelta(seconds=1)
        send.advance()  # too early: nothing is sent
        assert len(log_of(store).attempts) == len(waits)
        clock.now = entry.next_at
    assert waits == [5.0, 20.0, 80.0]
    clock.now = datetime.now(UTC)  # the receiver refuses a signature of long ago
    with receiver.up():
        send.advance()
        send.advance()
    entry = log_of(store)
    assert entry.state == "delivered"
    assert [(one.status, one.error is None) for one in entry.attempts] == [
        (None, False),
        (None, False),
        (None, False),
        (204, True),
    ]
    ((headers, body),) = receiver.received
    event = Verifier(SECRET).verify(body, headers)
    assert event["type"] == "webhook.test"
    assert headers["webhook-id"] == entry.id
    assert json.loads(entry.body) == event


def test_a_receiver_that_never_is_up_is_given_up(store: Store, receiver: Receiver, tmp_path: Path) -> None:
    """After so many tries; what was not delivered can be sent again by hand."""
    clock = Clock()
    send = sender(store, clock, tmp_path, redeliver=1.0, redeliveries=3)
    hooked(store, receiver.url)
    for _ in range(5):
        send.advance()
        clock.now += timedelta(days=1)
    entry = log_of(store)
    assert (entry.state, len(entry.attempts)) == ("failed", 3)
    store.webhooks.resend("w1", entry.id, clock.now)
    with receiver.up():
        send.advance()
    assert log_of(store).state == "delivered"


@pytest.mark.parametrize(
    ("status", "state"), [(500, "waiting"), (404, "waiting"), (307, "waiting"), (410, "failed")]
)
def test_only_2xx_is_delivered(
    status: int, state: str, store: Store, receiver: Receiver, tmp_path: Path
) -> None:
    """Other answers are tried again; a redirect is not followed; 410 ends it all."""
    receiver.status = status
    hooked(store, receiver.url)
    with receiver.up():
        sender(store, Clock(), tmp_path).advance()
    entry = log_of(store)
    assert entry.state == state
    assert entry.attempts[0].error == f"the receiver answered {status}"
    assert len(receiver.received) == 1
    assert (store.webhooks.get("w1").state == "disabled") == (status == 410)


def test_a_slow_receiver_holds_no_other_back(
    store: Store, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left after a while; what is for others is sent meanwhile."""
    monkeypatch.setattr("zombiescope.jobs.webhook_sender.TIMEOUT", 0.5)
    receiver.pause = 2.0
    hooked(store, receiver.url)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        quick = Receiver(free.getsockname()[1])
    assert store.webhooks.add(Webhook("w2", "ann", NOW, quick.url, EVENTS, "", "active"), SECRET, most=9)
    store.webhooks.test("w2", NOW)
    with receiver.up(), quick.up():
        sender(store, Clock(), tmp_path).advance()
    assert log_of(store).attempts[0].error == "no answer within 0.5 seconds"
    assert store.webhooks.deliveries("w2", 9)[0].state == "delivered"


def test_private_addresses_are_never_asked(store: Store, receiver: Receiver, tmp_path: Path) -> None:
    """The guard of the sources holds for receivers: neither http nor an address of this network is connected to."""
    hooked(store, receiver.url)
    with receiver.up():
        sender(store, Clock(), tmp_path, private="").advance()
    assert receiver.received == []
    assert "only https on port 443" in (log_of(store).attempts[0].error or "")


def test_a_name_that_leads_inside_is_refused_when_it_is_sent(store: Store, tmp_path: Path) -> None:
    """A public name whose address is of this network: the look-up is checked, and connected to as checked."""

    async def inside(host: str, port: int) -> list[str]:
        return ["10.0.0.7"]

    from zombiescope.sources.http import CheckedTransport

    asked: list[httpx.Request] = []

    def never(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(204)

    hooked(store, "https://hooks.example.org/x")
    send = sender(store, Clock(), tmp_path)
    guard = SsrfGuard(look_up=inside)
    send._context = dataclasses.replace(
        send._context, receiver=lambda: CheckedTransport(guard, httpx.MockTransport(never))
    )
    send.advance()
    assert asked == []
    assert "not of the public internet" in (log_of(store).attempts[0].error or "")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/x",
        "https://example.org:8443/x",
        "https://ann:secret@example.org/x",
        "https://example.org/x#y",
        "ftp://example.org/x",
        "https:///x",
        "example.org",
        "https://example.org/\nx",
        f"https://example.org/{'x' * 3000}",
        "",
    ],
)
def test_what_is_no_receiver_is_refused(url: str) -> None:
    """When the webhook is made."""
    with pytest.raises((InputError, Untrusted)):
        check_receiver(url, SsrfGuard())


def test_waits_grow_to_a_day() -> None:
    """Four times as long each time; ten tries take about two days."""
    waits = [wait_after(attempt, 5.0) for attempt in range(1, 10)]
    assert waits[:4] == [5.0, 20.0, 80.0, 320.0]
    assert max(waits) == 24 * 3600
    assert 1 <= sum(waits) / 86400 <= 3
