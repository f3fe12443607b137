"""Nothing of one tenant is seen by another: every route of the service, asked with a key of each of two tenants.

The cases are held against the app's own routes: a route without a case fails.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from doubles import ListSource
from web.api.test_models import NDJSON, labelled, made_up
from web.serving import services, serving, store_of
from zombiescope.detector import ModelRegistry
from zombiescope.detector.registry import SIMULATED
from zombiescope.storage import LabelRow
from zombiescope.usecases.ranking import Entrant
from zombiescope.web.app import ROUTERS
from zombiescope.web.auth.api_keys import keys_from
from zombiescope.web.pages.league_pages import Place, written

ROOT = Path(__file__).parents[2]
KEYS = "first/ann:admin:first-secret-0123456789,second/ann:admin:second-secret-0123456789"
FIRST = {"Authorization": "Bearer first-secret-0123456789"}
SECOND = {"Authorization": "Bearer second-secret-0123456789"}
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MARK = "oyster"  # in the name of everything that the first tenant has
GHOST = "00000000-0000-4000-8000-000000000000"
_CHANGING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?"
    r'|"secret":"[^"]+"|[0-9a-f]{32}|of=[\w-]+'
)


@dataclass(frozen=True)
class Things:
    """What the first tenant has, or what nobody has."""

    audit: str = GHOST
    other: str = GHOST
    follower: str = "1000"
    model: str = "limpet"
    ready: str = "limpet-1"
    key: str = "barnacle"
    batch: str = GHOST
    watch: str = GHOST
    webhook: str = GHOST
    delivery: str = f"msg_{'0' * 32}"

    @property
    def names(self) -> tuple[str, ...]:
        """What a request for them names, so that an answer may repeat it."""
        return (
            self.audit,
            self.other,
            self.ready,
            self.model,
            self.key,
            self.batch,
            self.watch,
            self.webhook,
            self.delivery,
        )


Ask = Callable[[httpx.Client, Things, dict[str, str]], httpx.Response]


@dataclass(frozen=True)
class Case:
    """How a route is asked. owner: what the first tenant may be answered. shows: its answer has the mark."""

    ask: Ask
    owner: tuple[int, ...] = (200,)
    shows: bool = False


def get(path: str, *owner: int, shows: bool = False, **headers: str) -> Case:
    """A GET of a path with the things' names in braces."""

    def ask(client: httpx.Client, things: Things, key: dict[str, str]) -> httpx.Response:
        return client.get(path.format(t=things), headers={**key, **headers})

    return Case(ask, owner or (200,), shows)


def send(
    method: str, path: str, *owner: int, json: Any = None, form: Any = None, body: bytes | None = None
) -> Case:
    """A request with a body; texts in it may name things in braces."""

    def ask(client: httpx.Client, things: Things, key: dict[str, str]) -> httpx.Response:
        filled = {
            name: value.format(t=things) if isinstance(value, str) else value
            for name, value in (json or form or {}).items()
        }
        given: dict[str, Any] = {"json": filled} if json is not None else {"data": filled}
        if body is not None:
            given = {"content": body}
        headers = {**key, **(NDJSON if body is not None else {})}
        return client.request(method, path.format(t=things), headers=headers, **given)

    return Case(ask, owner or (200,))


def table(path: str, *owner: int) -> Case:
    """A league table whose address names an audit, of a batch or of one that an older address names."""

    def ask(client: httpx.Client, things: Things, key: dict[str, str]) -> httpx.Response:
        batch = client.get(f"{path}?of={things.batch}", headers=key)
        if key == SECOND:
            assert batch.status_code == 404
        of = written(1000, [Place(Entrant(account="weibo:x"), things.audit, None)])
        return client.get(f"{path}?of={of}", headers=key)

    return Case(ask, owner or (200,))


A = "/v1/audits/{t.audit}"
P = "/audits/{t.audit}"
LINE = b'{"platform": "weibo", "id": "1", "observed_at": "2014-06-01T00:00:00Z", "posts_count": 0}\n'
CASES: dict[tuple[str, str], Case] = {
    ("GET", "/healthz"): get("/healthz"),
    ("HEAD", "/healthz"): send("HEAD", "/healthz"),
    ("GET", "/readyz"): get("/readyz", 200, 503),
    ("HEAD", "/readyz"): send("HEAD", "/readyz", 200, 503),
    ("GET", "/metrics"): get("/metrics", 403),
    ("POST", "/v1/audits"): send("POST", "/v1/audits", 202, json={"account": "weibo:small"}),
    ("GET", "/v1/audits"): get("/v1/audits", shows=True),
    ("GET", "/v1/audits/{audit_id}"): get(A, shows=True),
    ("DELETE", "/v1/audits/{audit_id}"): send("DELETE", A, 409),
    ("GET", "/v1/audits/{audit_id}/followers"): get(A + "/followers"),
    ("GET", "/v1/audits/{audit_id}/labels"): get(A + "/labels"),
    ("GET", "/v1/audits/{audit_id}/labels/next"): get(A + "/labels/next"),
    ("POST", "/v1/audits/{audit_id}/labels/bulk"): send(
        "POST", A + "/labels/bulk", 200, 422, json={"labels": [{"follower": "nobody", "label": "zombie"}]}
    ),
    ("DELETE", "/v1/audits/{audit_id}/labels/{follower}"): send(
        "DELETE", A + "/labels/{t.follower}", 200, 404
    ),
    ("POST", "/v1/audits/{audit_id}/labels"): send(
        "POST", A + "/labels", json={"follower": "{t.follower}", "label": "zombie"}
    ),
    ("GET", "/v1/audits/{audit_id}/compare/{other}"): get(A + "/compare/{t.other}"),
    ("GET", "/v1/audits/{audit_id}/events"): get(A + "/events", 200),
    ("GET", "/v1/audits/{audit_id}/report"): get(A + "/report", shows=True),
    ("GET", "/v1/audits/{audit_id}/report.svg"): get(A + "/report.svg"),
    ("POST", "/v1/audits/{audit_id}/rescore"): send("POST", A + "/rescore", 202, json={"model": "any"}),
    ("POST", "/v1/scores"): send("POST", "/v1/scores", body=LINE),
    ("GET", "/v1/models"): get("/v1/models", shows=True),
    ("POST", "/v1/models"): send("POST", "/v1/models?name=fresh", 202, 409, body=labelled()),
    ("POST", "/v1/models/rollback"): send("POST", "/v1/models/rollback", 422),
    ("GET", "/v1/models/{name}"): get("/v1/models/{t.ready}", shows=True),
    ("POST", "/v1/models/{name}/activate"): send("POST", "/v1/models/{t.ready}/activate?force=true"),
    ("POST", "/v1/keys"): send("POST", "/v1/keys", 201, 409, json={"name": "new", "scopes": ["read"]}),
    ("POST", "/v1/uploads"): send("POST", "/v1/uploads?account=mine", 202, body=LINE),
    ("POST", "/v1/scores/file"): send("POST", "/v1/scores/file", body=LINE),
    ("POST", "/v1/batches"): send("POST", "/v1/batches", 202, json={"accounts": ["weibo:small"]}),
    ("GET", "/v1/batches"): get("/v1/batches", shows=True),
    ("GET", "/v1/batches/{batch_id}"): get("/v1/batches/{t.batch}", shows=True),
    ("DELETE", "/v1/batches/{batch_id}"): send("DELETE", "/v1/batches/{t.batch}"),
    ("GET", "/v1/batches/{batch_id}/rows"): get("/v1/batches/{t.batch}/rows", shows=True),
    ("GET", "/v1/batches/{batch_id}/table"): get("/v1/batches/{t.batch}/table", shows=True),
    ("POST", "/v1/watches"): send(
        "POST", "/v1/watches", 201, json={"account": "weibo:small", "schedule": "0 6 * * 1"}
    ),
    ("GET", "/v1/watches"): get("/v1/watches", shows=True),
    ("GET", "/v1/watches/{watch_id}"): get("/v1/watches/{t.watch}", shows=True),
    ("PATCH", "/v1/watches/{watch_id}"): send("PATCH", "/v1/watches/{t.watch}", json={"state": "paused"}),
    ("DELETE", "/v1/watches/{watch_id}"): send("DELETE", "/v1/watches/{t.watch}", 204),
    ("GET", "/v1/watches/{watch_id}/runs"): get("/v1/watches/{t.watch}/runs"),
    ("POST", "/v1/webhooks"): send("POST", "/v1/webhooks", 201, json={"url": "https://example.org/"}),
    ("GET", "/v1/webhooks"): get("/v1/webhooks", shows=True),
    ("GET", "/v1/webhooks/{webhook_id}"): get("/v1/webhooks/{t.webhook}", shows=True),
    ("DELETE", "/v1/webhooks/{webhook_id}"): send("DELETE", "/v1/webhooks/{t.webhook}", 204),
    ("POST", "/v1/webhooks/{webhook_id}/test"): send("POST", "/v1/webhooks/{t.webhook}/test", 202, json={}),
    ("GET", "/v1/webhooks/{webhook_id}/deliveries"): get("/v1/webhooks/{t.webhook}/deliveries"),
    ("POST", "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/resend"): send(
        "POST", "/v1/webhooks/{t.webhook}/deliveries/{t.delivery}/resend", 202, json={}
    ),
    ("GET", "/v1/keys"): get("/v1/keys", shows=True),
    ("DELETE", "/v1/keys/{name}"): send("DELETE", "/v1/keys/{t.key}", 204),
    ("GET", "/v1/trail"): get("/v1/trail", shows=True),
    ("GET", "/openapi.json"): get("/openapi.json"),
    ("GET", "/docs"): get("/docs"),
    ("GET", "/"): get("/", shows=True),
    ("GET", "/understand"): get("/understand?text=weibo:small"),
    ("POST", "/audits"): send("POST", "/audits", 303, form={"account": "weibo:small"}),
    ("POST", "/files/preview"): Case(
        lambda client, things, key: client.post(
            "/files/preview?name=x.jsonl",
            content=LINE,
            headers={**key, "Content-Type": "application/octet-stream"},
        )
    ),
    ("POST", "/files"): Case(
        lambda client, things, key: client.post(
            "/files?name=x.jsonl&label=x",
            content=LINE,
            headers={**key, "Content-Type": "application/octet-stream"},
        ),
        (201,),
    ),
    ("GET", "/audits/{audit_id}"): get(P, shows=True),
    ("POST", "/audits/{audit_id}/cancel"): send("POST", P + "/cancel", 303, form={"go": "on"}),
    ("GET", "/audits/{audit_id}/label"): get(P + "/label"),
    ("POST", "/audits/{audit_id}/label/undo"): send("POST", P + "/label/undo", 303, form={"go": "on"}),
    ("POST", "/audits/{audit_id}/label"): send(
        "POST", P + "/label", 303, form={"follower": "{t.follower}", "label": "zombie"}
    ),
    ("POST", "/audits/{audit_id}/estimate"): send("POST", P + "/estimate", 303, form={"go": "on"}),
    ("POST", "/login"): send("POST", "/login", 303, form={"key": "first-secret-0123456789"}),
    ("POST", "/logout"): send("POST", "/logout", 303, form={"go": "on"}),
    ("GET", "/audits/{audit_id}/compare/{other}"): get(P + "/compare/{t.other}", shows=True),
    ("GET", "/audits/{audit_id}/compare/{other}/change.{form}"): get(
        P + "/compare/{t.other}/change.svg", 200, 404
    ),
    ("GET", "/audits/{audit_id}/embed.html"): get(P + "/embed.html"),
    ("GET", "/audits/{audit_id}/compare"): get(P + "/compare?with={t.other}", 303),
    ("GET", "/audits/{audit_id}/followers"): get(P + "/followers"),
    ("GET", "/audits/{audit_id}/followers.csv"): get(P + "/followers.csv"),
    ("GET", "/audits/{audit_id}/charts/{name}.{form}"): get(P + "/charts/answer.svg", 200, 404, 422),
    ("GET", "/rank"): get("/rank"),
    ("POST", "/rank"): send("POST", "/rank", 303, form={"accounts": "weibo:small", "sample": "10"}),
    ("GET", "/rank/table"): table("/rank/table"),
    ("GET", "/rank/table.csv"): table("/rank/table.csv"),
    ("GET", "/rank/table.{form}"): table("/rank/table.svg"),
    ("GET", "/watches"): get("/watches", shows=True),
    ("POST", "/watches"): send("POST", "/watches", 303, form={"account": "weibo:small", "often": "daily"}),
    ("GET", "/watches/{watch_id}"): get("/watches/{t.watch}", shows=True),
    ("POST", "/watches/{watch_id}/pause"): send("POST", "/watches/{t.watch}/pause", 303, form={"go": "on"}),
    ("POST", "/watches/{watch_id}/resume"): send("POST", "/watches/{t.watch}/resume", 303, form={"go": "on"}),
    # The case of DELETE may have removed it before.
    ("POST", "/watches/{watch_id}/remove"): send(
        "POST", "/watches/{t.watch}/remove", 303, 404, form={"go": "on"}
    ),
    ("GET", "/models"): get("/models", shows=True),
    ("POST", "/models/rollback"): send("POST", "/models/rollback", 303, 422, form={"go": "on"}),
    ("GET", "/models/{name}"): get("/models/{t.ready}", shows=True),
    ("POST", "/models/{name}/activate"): send("POST", "/models/{t.ready}/activate", 303, form={"go": "on"}),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service with two tenants, of which the first has one of everything."""
    home = tmp_path_factory.mktemp("tenants")
    shutil.copytree(ROOT / "models" / SIMULATED, home / "first" / f"{MARK}-1")
    given = services(
        home,
        ListSource(accounts={f"{MARK}account": 120, "small": 40}),
        keys=keys_from(KEYS),
        train=made_up,
        model_registry=lambda tenant: ModelRegistry([home / tenant], writable=home / tenant),
    )
    with serving(replace(given, limits=replace(given.limits, rate=100_000))) as http_client:
        http_client.headers["home"] = str(home)
        yield http_client


@pytest.fixture(scope="module")
def things(client: httpx.Client) -> Things:
    """What the first tenant has."""
    order = {"account": f"weibo:{MARK}account", "sample": 60}
    waits = {**FIRST, "Prefer": "wait=60"}
    audit, other = (client.post("/v1/audits", json=order, headers=waits).json() for _ in range(2))
    assert audit["status"] == other["status"] == "done"
    follower = client.get(f"/v1/audits/{audit['id']}/followers", headers=FIRST).json()["followers"][0]["id"]
    trained = client.post(f"/v1/models?name={MARK}model", content=labelled(), headers={**FIRST, **NDJSON})
    assert trained.status_code == 202
    key = {"name": f"{MARK}key", "scopes": ["read"]}
    assert client.post("/v1/keys", json=key, headers=FIRST).status_code == 201
    batch = {"accounts": [{"account": "weibo:small", "name": MARK}], "model": f"{MARK}-1"}
    begun = client.post("/v1/batches", json=batch, headers=FIRST).json()["id"]
    watch = {"account": f"weibo:{MARK}account", "schedule": "0 6 * * 1"}
    watched = client.post("/v1/watches", json=watch, headers=FIRST).json()["id"]
    hook = {"url": f"https://example.org/{MARK}"}
    hooked = client.post("/v1/webhooks", json=hook, headers=FIRST).json()["webhook"]["id"]
    delivery = client.post(f"/v1/webhooks/{hooked}/test", headers=FIRST).json()["delivery"]
    named = (f"{MARK}model", f"{MARK}-1", f"{MARK}key", begun, watched, hooked, delivery)
    return Things(audit["id"], other["id"], follower, *named)


def test_every_route_has_a_case() -> None:
    """A new route is to be asked with a key of each of two tenants."""
    routes = {
        (method, route.path)
        for route in chain.from_iterable(router.routes for router in ROUTERS)
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert routes - set(CASES) == set()
    assert set(CASES) - routes == set()


def plain(answer: httpx.Response, names: tuple[str, ...]) -> str:
    """What an answer says, without what a request named and what differs from one time to the next."""
    text = f"{answer.status_code} {answer.headers.get('location', '')} {answer.text}"
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "THING")
    return _CHANGING.sub("CHANGING", text)


# Those that end what the others need come last.
def _comes_last(route: tuple[str, str]) -> bool:
    method, path = route
    return method == "DELETE" or path.endswith("/remove") or ("{name}" in path and method != "GET")


ORDER = sorted(CASES, key=lambda route: (_comes_last(route), *route[::-1]))


@pytest.mark.parametrize("route", ORDER, ids=[" ".join(route) for route in ORDER])
def test_a_tenant_sees_nothing_of_another(
    route: tuple[str, str], client: httpx.Client, things: Things
) -> None:
    """Asked for what the first tenant has, the second is answered as for what nobody has; the first is served."""
    # Both are taken out of both answers: the second tenant's own trail names what it asked for.
    case, names = CASES[route], (*things.names, *Things().names)
    theirs = plain(case.ask(client, things, SECOND), names)
    if route[0] == "GET":
        assert theirs == plain(case.ask(client, Things(), SECOND), names)
    assert MARK not in theirs.lower()
    mine = case.ask(client, things, FIRST)
    assert mine.status_code in case.owner, mine.text[:400]
    if case.shows:
        assert MARK in mine.text.lower()


OBJECTS = [route for route in ORDER if "{" in route[1] and not route[1].startswith("/rank/")]


@pytest.mark.parametrize("route", OBJECTS, ids=[" ".join(route) for route in OBJECTS])
def test_what_another_tenant_has_is_not_there(
    route: tuple[str, str], client: httpx.Client, things: Things
) -> None:
    """By its id or name it is 404, whatever is asked of it."""
    answer = CASES[route].ask(client, things, SECOND)
    if route == ("POST", "/models/{name}/activate"):
        assert answer.status_code in (404, 422)
    else:
        assert answer.status_code == 404, answer.text[:300]


def test_a_label_of_another_tenant_changes_nothing(client: httpx.Client, things: Things) -> None:
    """The store itself refuses it, should a route ever forget to."""
    from zombiescope.storage import NoSuchAudit

    with store_of(Path(client.headers["home"])) as store:
        before = store.labels.of(things.audit)
        when = store.audits.get(things.audit).created_at
        with pytest.raises(NoSuchAudit):
            store.of("second").labels.put(things.audit, [LabelRow(things.follower, "genuine", "eve", when)])
        assert store.of("second").labels.of(things.audit) == []
        assert store.labels.of(things.audit) == before


def test_the_same_idempotency_key_of_two_tenants_begins_two_audits(client: httpx.Client) -> None:
    """Keys of two tenants may have the same name, and their clients the same Idempotency-Key."""
    once = {"Idempotency-Key": "k-1"}
    ids = [
        client.post("/v1/audits", json={"account": "weibo:small"}, headers={**key, **once}).json()["id"]
        for key in (FIRST, SECOND, FIRST)
    ]
    assert ids[0] == ids[2] != ids[1]


def test_sessions_have_the_tenant_of_their_key(client: httpx.Client, things: Things) -> None:
    """A browser that signed in with a key of the second tenant sees the second's pages."""
    with httpx.Client(base_url=client.base_url) as browser:
        assert browser.post("/login", data={"key": "second-secret-0123456789"}).status_code == 303
        assert browser.get(f"/audits/{things.audit}", headers={"Accept": "text/html"}).status_code == 404
        assert MARK not in browser.get("/", headers={"Accept": "text/html"}).text
    with httpx.Client(base_url=client.base_url) as browser:
        assert browser.post("/login", data={"key": "first-secret-0123456789"}).status_code == 303
        assert browser.get(f"/audits/{things.audit}", headers={"Accept": "text/html"}).status_code == 200
