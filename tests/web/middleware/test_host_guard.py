"""What holds for every request: host, origin, length, headers, keys (docs/security.md names each test)."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from web.serving import services, serving, store_of
from zombiescope.errors import InputError
from zombiescope.storage import Key, hashed
from zombiescope.web.app import ROUTERS
from zombiescope.web.auth.api_keys import LIFETIME, keys_from
from zombiescope.web.middleware.host_guard import OPEN, is_local

FORM = "application/x-www-form-urlencoded"
SECRETS = {
    "reader": "read-secret-0123456789",
    "auditor": "audit-secret-0123456789",
    "boss": "admin-secret-0123456789",
}
ENVIRONMENT = (
    "reader:read:read-secret-0123456789,auditor:read+audit:audit-secret-0123456789, "
    "boss:admin:admin-secret-0123456789"
)


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service that has keys."""
    given = services(tmp_path_factory.mktemp("keyed"), keys=keys_from(ENVIRONMENT), hosts=("audits.example",))
    with serving(given) as client:
        yield client


def bearer(name: str) -> dict[str, str]:
    """The header of a key."""
    return {"Authorization": f"Bearer {SECRETS[name]}"}


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "localhost@evil.example", "[::]"]
)
def test_a_foreign_host_is_refused(client: httpx.Client, host: str) -> None:
    """A name that is not on the list is 421, whatever the address: a rebound DNS name reaches nothing."""
    answer = client.get("/v1/audits", headers={"Host": host})
    assert answer.status_code == 421
    assert answer.headers["content-type"] == "application/problem+json"


def test_allowed_hosts_are_answered(client: httpx.Client, keyed: httpx.Client) -> None:
    """Loopback's names are always on the list, those of the settings beside them."""
    port = client.base_url.port
    for host in ("localhost", f"localhost:{port}", f"127.0.0.1:{port}"):
        assert client.get("/v1/audits", headers={"Host": host}).status_code == 200
    answer = keyed.get("/v1/audits", headers={"Host": "Audits.example", **bearer("reader")})
    assert answer.status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"])
def test_a_foreign_origin_is_refused(client: httpx.Client, origin: str) -> None:
    """A request that another site's page sends is 403, for reading as for writing."""
    for method in ("GET", "POST", "OPTIONS"):
        assert client.request(method, "/v1/audits", headers={"Origin": origin}).status_code == 403
    own = f"http://127.0.0.1:{client.base_url.port}"
    assert client.get("/v1/audits", headers={"Origin": own}).status_code == 200


def test_a_cross_site_form_is_refused(client: httpx.Client) -> None:
    """A browser that sends no Origin still says that the form is another site's."""
    answer = client.post("/audits", data={"account": "weibo:small"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize("media", ["text/plain", FORM, "multipart/form-data", ""])
def test_json_routes_take_json_alone(client: httpx.Client, done: str, media: str) -> None:
    """What a foreign form could send without asking first is 415."""
    for path in ("/v1/audits", f"/v1/audits/{done}/labels", "/v1/scores"):
        answer = client.post(path, content=b"{}", headers={"Content-Type": media})
        assert answer.status_code == 415, path


def test_a_long_body_is_refused(tmp_path: Path) -> None:
    """A body over the limit is 413: by its announced length before it is read, else as soon as it passes it."""
    given = services(tmp_path)
    given = replace(given, limits=replace(given.limits, body=1000, upload=5000))
    with serving(given) as client:
        for size in (2_000, 10_000):
            answer = client.post(
                "/v1/audits", content=b" " * size, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code == 413
        pieces = (b" " * 1000 for _ in range(20))
        answer = client.post("/v1/scores", content=pieces, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413


def test_deep_json_is_refused(client: httpx.Client) -> None:
    """A body nested past all reason is a problem, not a crash."""
    deep = b"[" * 200_000 + b"]" * 200_000
    for path in ("/v1/audits", "/v1/scores"):
        answer = client.post(path, content=deep, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422


def test_every_answer_has_the_security_headers(client: httpx.Client, done: str) -> None:
    """Answers, problems and pages alike: a strict policy, no sniffing, no framing, no referrer, no store."""
    for path in (
        "/",
        "/docs",
        "/v1/audits",
        "/nowhere",
        "/healthz",
        f"/audits/{done}",
        f"/v1/audits/{done}/report",
    ):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] in ("no-referrer", "same-origin")
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers
        assert "access-control-allow-origin" not in headers


def test_pages_need_nothing_from_elsewhere(client: httpx.Client, done: str) -> None:
    """No page names another server, or has a script or style of its own in it."""
    for path in ("/", "/docs", f"/audits/{done}", f"/audits/{done}/label"):
        page = client.get(path).text
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//(?!weibo\.com/u/)", page), path
        assert "<style" not in page
        assert " style=" not in page
        assert not re.search(r"<script(?![^>]*src=)", page)
        assert not re.search(r" on[a-z]+=", page)


def test_bios_are_escaped(client: httpx.Client, done: str) -> None:
    """Markup in a bio is shown, never run."""
    shown = 0
    for one in client.get(f"/v1/audits/{done}/followers").json()["followers"][:40]:
        page = client.get(f"/audits/{done}/label", params={"follower": one["id"]}).text
        assert "<script>alert" not in page
        shown += "&lt;script&gt;alert(1)" in page
    assert shown


def test_without_a_key_only_this_machine_is_answered() -> None:
    """A request of another address, or one that came through a proxy, is not local whatever it says."""

    def scope(address: str | None, **headers: str) -> dict[str, Any]:
        named = {"host": "127.0.0.1:8000"} | {name.replace("_", "-"): text for name, text in headers.items()}
        return {
            "type": "http",
            "client": None if address is None else (address, 5),
            "headers": [(name.encode(), text.encode()) for name, text in named.items()],
        }

    for address in ("127.0.0.1", "::1", "127.9.9.9", "::ffff:127.0.0.1"):
        assert is_local(scope(address))
    for elsewhere in ("192.0.2.1", "10.0.0.1", "::ffff:192.0.2.1", "testclient", None):
        assert not is_local(scope(elsewhere))
    for name in ("x_forwarded_for", "forwarded", "x_real_ip", "via", "x_forwarded_host"):
        assert not is_local(scope("127.0.0.1", **{name: "127.0.0.1"}))
    assert not is_local(scope("127.0.0.1", host="audits.example"))


def test_a_proxied_request_needs_a_key(client: httpx.Client) -> None:
    """With no key at all, what comes through a proxy is 401, its claimed address notwithstanding."""
    answer = client.get("/v1/audits", headers={"X-Forwarded-For": "127.0.0.1"})
    assert answer.status_code == 401


def test_off_loopback_a_key_is_needed(tmp_path: Path) -> None:
    """Asked by another of this machine's addresses, the service wants a key, but tells whether it lives."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address = probe.getsockname()[0]
        except OSError:
            pytest.skip("this machine has loopback alone")
    if address.startswith("127."):
        pytest.skip("this machine has loopback alone")
    given = services(tmp_path, hosts=(address,))
    with serving(given, address) as client:
        assert client.get("/v1/audits").status_code == 401
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 200


def test_once_a_key_exists_every_request_needs_one(keyed: httpx.Client) -> None:
    """On loopback too: a proxy on this machine looks like a local user. Only the health routes stay open."""
    for path in ("/v1/audits", "/v1/models", "/openapi.json", "/v1/audits/x/report", "/nowhere"):
        answer = keyed.get(path)
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"
    for path in OPEN:
        assert keyed.get(path).status_code == 200
    assert keyed.get("/v1/audits", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert (
        keyed.get("/v1/audits", headers={"Authorization": "Basic read-secret-0123456789"}).status_code == 401
    )
    assert keyed.get("/v1/audits", headers=bearer("reader")).status_code == 200


def test_a_key_opens_its_scopes_alone(keyed: httpx.Client) -> None:
    """A key that reads cannot start, label, score or activate; admin may do all."""
    order = {"account": "weibo:small"}
    assert keyed.post("/v1/audits", json=order, headers=bearer("reader")).status_code == 403
    assert keyed.post("/v1/audits", json=order, headers=bearer("auditor")).status_code == 202
    assert keyed.post("/v1/scores", json=[], headers=bearer("auditor")).status_code == 403
    assert keyed.post("/v1/scores", json=[], headers=bearer("boss")).status_code == 422
    assert keyed.post("/v1/models/x/activate", headers=bearer("auditor")).status_code == 403


def test_a_stored_key_works_until_it_is_revoked(tmp_path: Path) -> None:
    """A key added from the command line is known at once, and unknown soon after it is revoked there."""
    clock = [0.0]
    with serving(services(tmp_path, clock=lambda: clock[0])) as client, store_of(tmp_path) as store:
        assert client.get("/v1/audits").status_code == 200
        store.keys.add(Key("ann", frozenset({"read"}), hashed("s3cret")), datetime.now(UTC))
        assert client.get("/v1/audits").status_code == 401
        header = {"Authorization": "Bearer s3cret"}
        assert client.get("/v1/audits", headers=header).status_code == 200
        store.keys.revoke("ann")
        clock[0] += LIFETIME  # for so long the service does not ask the database again
        assert client.get("/v1/audits", headers=header).status_code == 401


def test_a_key_revoked_over_http_opens_nothing_from_then_on(tmp_path: Path) -> None:
    """The process that revokes it does not go by what it looked up before."""
    keys = keys_from("boss:admin:boss-secret-0123456789")
    boss = {"Authorization": "Bearer boss-secret-0123456789"}
    with serving(services(tmp_path, keys=keys, clock=lambda: 0.0)) as client:
        order = {"name": "ann", "scopes": ["read"]}
        secret = client.post("/v1/keys", json=order, headers=boss).json()["secret"]
        header = {"Authorization": f"Bearer {secret}"}
        assert client.get("/v1/audits", headers=header).status_code == 200
        assert client.delete("/v1/keys/ann", headers=boss).status_code == 204
        assert client.get("/v1/audits", headers=header).status_code == 401


def test_every_route_asks_for_a_scope() -> None:
    """No route but health, log in and the static files can be reached without naming what a key must open."""
    free = set()
    for route in chain.from_iterable(router.routes for router in ROUTERS):
        assert isinstance(route, APIRoute)
        if not any(hasattr(needed.call, "scope") for needed in route.dependant.dependencies):
            free.add(route.path)
    assert free == {*OPEN, "/login"}


LogIn = Callable[[str], tuple[httpx.Client, str]]


@pytest.fixture
def log_in(keyed: httpx.Client) -> Iterator[LogIn]:
    """Gives a browser with a session, and its page's token."""
    with ExitStack() as open_:

        def logs_in(secret: str) -> tuple[httpx.Client, str]:
            browser = open_.enter_context(
                httpx.Client(base_url=keyed.base_url, headers={"Accept": "text/html"})
            )
            assert browser.post("/login", data={"key": secret}).status_code == 303
            match = re.search(r'name="csrf" value="([0-9a-f]{64})"', browser.get("/").text)
            assert match is not None
            return browser, match[1]

        yield logs_in


def test_a_page_without_a_session_asks_for_the_key(keyed: httpx.Client) -> None:
    """A browser gets the log-in page, with 401; a wrong key gets it again."""
    answer = keyed.get("/", headers={"Accept": "text/html"})
    assert answer.status_code == 401
    assert 'name="key"' in answer.text
    wrong = keyed.post("/login", data={"key": "wrong"})
    assert wrong.status_code == 401
    assert "set-cookie" not in wrong.headers


def test_a_session_is_a_cookie_that_scripts_do_not_get(keyed: httpx.Client, log_in: LogIn) -> None:
    """HttpOnly, SameSite=Strict, and not the key itself; it ends with logging out."""
    answer = keyed.post("/login", data={"key": SECRETS["boss"]})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert SECRETS["boss"] not in cookie
    keyed.cookies.clear()
    browser, csrf = log_in(SECRETS["boss"])
    assert browser.post("/logout", data={"csrf": csrf}).status_code == 303
    assert browser.get("/").status_code == 401


def test_a_session_changes_nothing_without_the_pages_token(log_in: LogIn) -> None:
    """Forms carry the token in the body, scripts in a header; without it, or with another's, 403."""
    browser, csrf = log_in(SECRETS["auditor"])
    _, other = log_in(SECRETS["auditor"])
    order = {"account": "weibo:small"}
    for wrong in ({}, {"csrf": other}):
        assert browser.post("/audits", data={**order, **wrong}).status_code == 403
    assert browser.post("/audits", data={**order, "csrf": csrf}).status_code == 303
    assert browser.post("/v1/audits", json=order).status_code == 403
    assert browser.post("/v1/audits", json=order, headers={"X-CSRF-Token": csrf}).status_code == 202
    for form in ("", FORM):
        assert browser.post("/v1/models/x/activate", headers={"Content-Type": form}).status_code == 403


def test_keys_are_kept_as_hashes(tmp_path: Path) -> None:
    """Neither a key's secret nor a session's token is in the database."""
    given = services(tmp_path)
    with serving(given) as client, store_of(tmp_path) as store:
        store.keys.add(Key("ann", frozenset({"read"}), hashed("a-long-s3cret")), datetime.now(UTC))
        cookie = client.post("/login", data={"key": "a-long-s3cret"}).cookies["zombiescope"]
        held = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"a-long-s3cret" not in held
    assert cookie.encode() not in held


@pytest.mark.parametrize(
    "text", ["ann", "ann:read", "ann:fly:x", ":read:x", "ann:read:", f"a:read:{16 * chr(97)},b:read"]
)
def test_a_wrong_key_setting_is_named_by_its_number(text: str) -> None:
    """The error names the entry by number: its text may be a secret."""
    with pytest.raises(InputError, match=r"ZOMBIESCOPE_API_KEYS: entry \d is no") as error:
        keys_from(text)
    assert "x" not in error.value.what.split("entry")[1].replace("SCOPE", "")


def test_an_error_of_ours_tells_no_secrets(tmp_path: Path) -> None:
    """What fails unexpectedly is a problem of one line, without a stack trace."""

    def broken(name: str, account: str, tenant: str) -> Any:
        raise RuntimeError("password=hunter2 in /srv/secret")

    with serving(services(tmp_path, detector=broken)) as client:
        answer = client.post("/v1/audits", json={"account": "weibo:small"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "hunter2" not in answer.text
    assert "/srv" not in answer.text


def test_a_short_secret_is_refused() -> None:
    """A key of one letter could be guessed; the error does not repeat it."""
    with pytest.raises(InputError, match="the secret of entry 2 is too short"):
        keys_from("a:read:0123456789abcdef,b:read:x")


def test_a_form_forges_no_request_of_the_api(log_in: LogIn) -> None:
    """A route of the API takes the page's token in its header alone, whatever content type the request names."""
    browser, csrf = log_in(SECRETS["boss"])
    paths = [
        route.path
        for route in chain.from_iterable(router.routes for router in ROUTERS)
        if isinstance(route, APIRoute)
        and route.path.startswith("/v1/")
        and (route.methods or set()) & {"POST", "DELETE"}
    ]
    assert len(paths) >= 6
    for path in paths:
        address = re.sub(r"{[a-z_]+}", "x", path)
        for media in (FORM, f"{FORM}; charset=utf-8", FORM.upper()):
            for method in ("POST", "DELETE"):
                answer = browser.request(method, address, content=b"", headers={"Content-Type": media})
                assert answer.status_code in (403, 405), (method, path, media)
    allowed = browser.post("/v1/models/x/activate", headers={"Content-Type": FORM, "X-CSRF-Token": csrf})
    assert allowed.status_code == 404


def test_every_form_of_a_page_needs_the_token(log_in: LogIn) -> None:
    """No page's route takes a form without the session's token."""
    browser, _ = log_in(SECRETS["boss"])
    paths = [
        route.path
        for route in chain.from_iterable(router.routes for router in ROUTERS)
        if isinstance(route, APIRoute)
        and not route.path.startswith("/v1/")
        and "POST" in (route.methods or ())
    ]
    assert len(paths) >= 6
    for path in set(paths) - {"/login"}:
        answer = browser.post(
            re.sub(r"{[a-z_]+}", "x", path), params={"name": "x.csv"}, data={"account": "weibo:small"}
        )
        assert answer.status_code in (403, 415), path


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_cookie_goes_over_tls_alone_behind_tls(keyed: httpx.Client, scheme: str) -> None:
    """A proxy on this machine says how it was asked; the cookie is Secure where that was TLS."""
    answer = keyed.post(
        "/login",
        data={"key": SECRETS["boss"]},
        headers={"X-Forwarded-Proto": scheme, "X-Forwarded-For": "192.0.2.1"},
    )
    keyed.cookies.clear()
    assert ("Secure" in answer.headers["set-cookie"]) == (scheme == "https")


@pytest.mark.parametrize("path", OPEN)
def test_probes_are_answered_by_address_and_by_head(keyed: httpx.Client, path: str) -> None:
    """An orchestrator asks by a container's address, some with HEAD; every other route stays closed to it."""
    for method in ("GET", "HEAD"):
        answer = keyed.request(method, path, headers={"Host": "10.1.2.3:8000"})
        assert answer.status_code == 200, method
    assert keyed.get("/v1/audits", headers={"Host": "10.1.2.3:8000", **bearer("reader")}).status_code == 421
    assert keyed.post(path, headers={"Host": "10.1.2.3:8000"}).status_code == 421
