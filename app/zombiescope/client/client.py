"""The client: one method a thing to ask, one place that sends, retries and reads."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Self, TypeVar

import httpx
import msgspec
import stamina

from zombiescope.client.responses import Audits, Event, Followers, Line, Models, Score, error_of, events_of
from zombiescope.domain import Audit, Follower, FollowerScore
from zombiescope.errors import RateLimited, SourceError, ZombiescopeError

__all__ = ["Client"]

T = TypeVar("T")
WAIT = 30  # seconds that a request is held open for an audit's end; past it its events are followed
_JSON = {"Content-Type": "application/json"}


class _Again(Exception):
    """A request worth repeating, after `wait` seconds where the service said so."""

    def __init__(self, error: ZombiescopeError, wait: float | None) -> None:
        super().__init__(error.what)
        self.error, self.wait = error, wait


class Client:
    """A service. Within `with` its connections are kept.

    base_url: its address. key: the secret of one of its keys; None: as a person on the service's own machine. timeout:
    seconds without a byte. patience: the longest wait in seconds that the service may ask for. attempts: how often a
    request is sent.

    After 429, 503 and network trouble a request is sent again, when Retry-After says so. One that begins an audit
    carries an Idempotency-Key, so that it begins one however often it is sent. What the service refuses is raised as
    the error that it names, of the tree in zombiescope.errors; RateLimited where patience or attempts end with a 429,
    SourceError where nobody answers.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        key: str | None = None,
        *,
        timeout: float = 60.0,
        patience: float = 120.0,
        attempts: int = 6,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=timeout, transport=transport)
        self._patience, self._attempts = patience, attempts

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def audit(self, account: str, *, wait: bool = True, **order: Any) -> Audit:
        """Audit an account. order: sample, margin, claim, posts, seed, as_of, order, declared, model, accept_cost.

        wait: until it has ended, however long that takes; else the audit as it is now. A failed audit is returned, with
        the reason in `error`. Raises BudgetError, with the US dollars as its `cost`, where the platform charges more
        than `accept_cost`.
        """
        body = {"account": account, **{name: value for name, value in order.items() if value is not None}}
        headers = {**_JSON, "Idempotency-Key": str(uuid.uuid4())}
        if wait:
            headers["Prefer"] = f"wait={WAIT}"
        audit = self._read(Audit, "POST", "/v1/audits", content=msgspec.json.encode(body), headers=headers)
        return self.wait(audit.id) if wait and audit.status in ("queued", "running") else audit

    def get(self, audit_id: str) -> Audit:
        """An audit as it is now, without its followers."""
        return self._read(Audit, "GET", f"/v1/audits/{audit_id}")

    def wait(self, audit_id: str) -> Audit:
        """An audit once it has ended."""
        for _ in self.events(audit_id):
            pass
        return self.get(audit_id)

    def cancel(self, audit_id: str) -> Audit:
        """End an audit; one that has ended stays as it is."""
        return self._read(Audit, "DELETE", f"/v1/audits/{audit_id}")

    def audits(self) -> Iterator[Line]:
        """All audits, the newest first, fetched page by page."""
        for page in self._pages(Audits, "/v1/audits"):
            yield from page.audits

    def followers(self, audit_id: str) -> Iterator[FollowerScore]:
        """An audit's scored followers in list order, with their reasons, fetched page by page."""
        for page in self._pages(Followers, f"/v1/audits/{audit_id}/followers"):
            yield from page.followers

    def events(self, audit_id: str) -> Iterator[Event]:
        """An audit's progress as it comes, until it ends; a broken stream is taken up where it broke."""
        last, empty = "", 0
        while empty < self._attempts:
            headers = {"Accept": "text/event-stream", **({"Last-Event-ID": last} if last else {})}
            answer = self._send("GET", f"/v1/audits/{audit_id}/events", headers=headers, stream=True)
            empty += 1
            try:
                if answer.status_code == httpx.codes.NO_CONTENT:
                    return
                for event_id, event in events_of(answer.iter_lines()):
                    last, empty = event_id, 0
                    yield event
                    if event.kind == "done":
                        return
            except httpx.TransportError:
                time.sleep(1.0)
            finally:
                answer.close()
        raise SourceError("the event stream breaks off again and again", "Ask for the audit itself: get().")

    def label(self, audit_id: str, follower: str, label: str | None, *, note: str = "") -> Audit:
        """Keep a verdict on a follower: zombie, genuine, or None for "cannot tell". The audit estimated again."""
        body = msgspec.json.encode({"follower": follower, "label": label, "note": note})
        return self._read(Audit, "POST", f"/v1/audits/{audit_id}/labels", content=body, headers=_JSON)

    def score(
        self,
        records: Iterable[Follower],
        *,
        model: str | None = None,
        as_of: datetime | None = None,
        explain: bool | None = None,
        at_once: int = 5000,
    ) -> Iterator[Score]:
        """The score of each record, in order; `at_once` are sent together.

        as_of: dates records without observed_at. explain: with reasons; None: where few are sent.
        """
        asked = {
            "model": model,
            "as_of": None if as_of is None else f"{as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z",
            "explain": None if explain is None else str(explain).lower(),
        }
        params = {name: value for name, value in asked.items() if value is not None}
        rest = iter(records)
        while some := list(islice(rest, at_once)):
            body = msgspec.json.encode(some)
            yield from self._read(
                list[Score], "POST", "/v1/scores", params=params, content=body, headers=_JSON
            )

    def report(self, audit_id: str) -> str:
        """An audit's report: a page of HTML that needs nothing else."""
        return self._send("GET", f"/v1/audits/{audit_id}/report").text

    def models(self) -> list[str]:
        """The names of the models, the one in use first."""
        models = self._read(Models, "GET", "/v1/models").models
        return [one.name for one in sorted(models, key=lambda one: not one.current)]

    def _pages(self, form: type[T], path: str) -> Iterator[T]:
        params: dict[str, Any] = {"limit": 1000}
        while True:
            page: Any = self._read(form, "GET", path, params=params)
            yield page
            if page.next is None:
                return
            params["cursor"] = page.next

    def _read(self, form: type[T], method: str, path: str, **asked: Any) -> T:
        answer = self._send(method, path, **asked)
        try:
            return msgspec.json.decode(answer.content, type=form)
        except msgspec.DecodeError as error:
            raise SourceError(f"the answer is none of this version: {error}", "Update zombiescope.") from None

    def _send(self, method: str, path: str, *, stream: bool = False, **asked: Any) -> httpx.Response:
        """An answer that is no error."""
        try:
            for attempt in stamina.retry_context(
                on=_hook, attempts=self._attempts, timeout=None, wait_initial=0.5
            ):
                with attempt:
                    return self._once(self._http.build_request(method, path, **asked), stream)
        except _Again as failed:
            raise failed.error from None
        raise AssertionError("stamina returns or raises")  # pragma: no cover

    def _once(self, request: httpx.Request, stream: bool) -> httpx.Response:
        try:
            answer = self._http.send(request, stream=stream)
            if answer.is_success:
                return answer
            answer.read()
        except httpx.TransportError as error:
            message = f"{self._http.base_url} does not answer ({type(error).__name__})"
            raise _Again(
                SourceError(message, "Check the address, and that the service runs."), None
            ) from None
        refused = error_of(answer)
        if answer.status_code not in (429, 503):
            raise refused
        text = answer.headers.get("retry-after", "")
        wait = float(text) if text.isdigit() else 1.0
        if wait > self._patience:
            raise RateLimited(f"the service asks to wait {wait:,.0f} seconds", "Try again then.")
        raise _Again(refused, wait)


def _hook(error: Exception) -> bool | float:
    """Whether stamina should try again, or in how many seconds."""
    return isinstance(error, _Again) and (True if error.wait is None else error.wait)
