"""Hosts that a stranger named: which are asked, what of their answers is believed, who gets a credential."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.contract import MASTODON, QUICK, Unhurried
from sources.fakes.mastodon import FakeMastodon
from sources.fakes.server import Asked, Fault, Reply, Server
from zombiescope.errors import AccountError, NotAuthorised, SourceError, Untrusted
from zombiescope.sources import mastodon
from zombiescope.sources.budget import Budget, RequestMeter
from zombiescope.sources.http import Answer, Http, Limits
from zombiescope.sources.live import LiveSource
from zombiescope.sources.rate_limit import HostRateLimit
from zombiescope.sources.ssrf_guard import SsrfGuard, look_up, public

PRIVATE = (
    "127.0.0.1",
    "127.8.9.1",
    "10.1.2.3",
    "172.16.0.9",
    "192.168.1.1",
    "169.254.169.254",  # where clouds keep their secrets
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - as an address to refuse
    "255.255.255.255",
    "224.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "240.0.0.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::1",
    "2001::1",
    "not an address",
    "",
)
PUBLIC = ("8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1")


def names(**known: str) -> Callable[[str, int], object]:
    """A look-up that knows these names alone, and takes addresses as they are."""

    async def look_up(host: str, port: int) -> Sequence[str]:
        return known.get(host.replace(".", "_"), "").split() or [host]

    return look_up


def session(
    base: str,
    *,
    guard: SsrfGuard,
    answer: Callable[[httpx.Request], httpx.Response] | None = None,
    headers: Mapping[str, str] | None = None,
    limits: Limits = QUICK,
) -> Http:
    """A session, on a made-up network where `answer` is given."""
    return Http(
        base,
        guard=guard,
        meter=RequestMeter(Budget()),
        pace=HostRateLimit(1000, 1.0),
        headers=headers,
        limits=limits,
        transport=httpx.MockTransport(answer) if answer else None,
    )


def response(status: int = 200, **headers: str) -> httpx.Response:
    """An answer of the made-up network, not yet read."""
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(b"{}"))


def get(http: Http, *targets: str) -> list[Answer]:
    """Ask for each target in one session."""

    async def run() -> list[Answer]:
        async with http:
            return [await http.get(target) for target in targets]

    return asyncio.run(run())


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address: str) -> None:
    """Loopback, private, link-local, reserved, mapped, tunnelled: none is of the public internet."""
    assert not public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address: str) -> None:
    """An address of the public internet is let through in each form."""
    assert public(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_no_private_address_passes_in_any_form(address: object) -> None:
    """A private IPv4 address stays private inside IPv6."""
    assert not public(str(address))
    assert not public(f"::ffff:{address}")
    assert not public(f"64:ff9b::{address}")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.0.0.1",
        "[::1]",
        "169.254.169.254",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "localhost",
    ],
)
def test_an_instance_at_a_private_address_is_refused(host: str) -> None:
    """However the address is written: the system's own look-up decides what it means."""
    source = LiveSource(mastodon.connector(limits=QUICK))
    with pytest.raises((Untrusted, SourceError)) as caught:
        source.listing(f"user@{host}")
    assert isinstance(caught.value, Untrusted) or "there is no host" in caught.value.what


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.7", "8.8.8.8 192.168.0.1", "::1", "169.254.169.254"]
)
def test_a_name_that_resolves_to_a_private_address_is_refused(address: str) -> None:
    """One private address among the host's is enough."""
    http = session(
        "https://instance.test",
        guard=SsrfGuard(look_up=names(instance_test=address)),  # type: ignore[arg-type]
        answer=lambda request: response(),
    )
    with pytest.raises(Untrusted):
        get(http, "/")


def test_only_https_on_its_port() -> None:
    """http, other ports and other schemes are not even looked up."""
    for base in (
        "http://instance.test",
        "https://instance.test:8443",
        "ftp://instance.test",
        "instance.test",
    ):
        with pytest.raises(Untrusted):
            session(base, guard=SsrfGuard())
    source = LiveSource(mastodon.connector(limits=QUICK))
    with pytest.raises(Untrusted):
        source.listing("user@instance.test:8443")


def test_the_checked_address_is_the_one_connected_to() -> None:
    """The connection goes to the address that was checked, with Host and TLS name of the host."""
    pages_seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        pages_seen.append(request)
        return response()

    guard = SsrfGuard(look_up=names(instance_test="8.8.8.8"))  # type: ignore[arg-type]
    get(session("https://instance.test", guard=guard, answer=answer), "/a")
    assert pages_seen[0].url.host == "8.8.8.8"
    assert pages_seen[0].headers["host"] == "instance.test"
    assert pages_seen[0].extensions["sni_hostname"] == "instance.test"


def test_a_name_that_resolves_differently_the_second_time_changes_nothing() -> None:
    """DNS rebinding: the name is looked up once, and again, checked, only where a connection failed."""
    answers = iter(["8.8.8.8", "127.0.0.1", "127.0.0.1"])
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        return [next(answers)]

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        if len(asked) == 3:
            raise httpx.ConnectError("gone")
        return response()

    http = session("https://instance.test", guard=SsrfGuard(look_up=rebinding), answer=answer)
    with pytest.raises(Untrusted):
        get(http, "/a", "/b", "/c")
    assert asked == ["8.8.8.8"] * 3


def test_another_address_is_tried_where_one_fails() -> None:
    """A host with an address that cannot be reached (IPv6 without a route) is reached at the other."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        if ":" in request.url.host:
            raise httpx.ConnectError("no route")
        return response()

    guard = SsrfGuard(look_up=names(instance_test="2606:4700::1 8.8.8.8"))  # type: ignore[arg-type]
    assert get(session("https://instance.test", guard=guard, answer=answer), "/")[0].status == 200
    assert asked == ["2606:4700::1", "8.8.8.8"]


@pytest.mark.parametrize(
    "location", ["https://127.0.0.1/", "http://169.254.169.254/latest", "https://other.test/", "/elsewhere"]
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int, location: str) -> None:
    """Least of all one to a private address."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return response(status, location=location)

    guard = SsrfGuard(look_up=names(instance_test="8.8.8.8"))  # type: ignore[arg-type]
    with pytest.raises(Untrusted):
        get(session("https://instance.test", guard=guard, answer=answer), "/")
    assert len(asked) == 1


@pytest.mark.parametrize(
    "link",
    [
        "https://other.test/x",
        "http://instance.test/x",
        "https://instance.test:8443/x",
        "//other.test/x",
        "https://me@instance.test/x",
        "https://instance.test.other.test/",
        "file:///etc/passwd",
        "https://[broken",
    ],
)
def test_a_link_to_another_host_is_refused(link: str) -> None:
    """Another host, port or scheme, or a user in the URL: not asked."""
    guard = SsrfGuard(look_up=names(instance_test="8.8.8.8"))  # type: ignore[arg-type]
    http = session("https://instance.test", guard=guard, answer=lambda request: response())
    with pytest.raises(Untrusted):
        get(http, link)


def test_a_next_page_on_another_host_is_refused() -> None:
    """An instance cannot send the walk, or the token, to a host of its choice."""
    world = MASTODON.world(200)
    with Server(lambda asked: Reply([])) as other:
        fake = FakeMastodon(world, next_host=other.url)
        with MASTODON.open(world, fake=fake) as opened, pytest.raises(Untrusted, match="another host"):
            opened.source.listing(opened.handle)
        assert not other.asked


def test_a_token_goes_to_its_own_host_alone() -> None:
    """The token of one instance is not sent to another; without one, a closed instance is explained."""
    world = MASTODON.world(5)
    with Server(FakeMastodon(world, token="secret")) as home, Server(FakeMastodon(world)) as stranger:  # noqa: S106
        at = f"127.0.0.1:{home.port}"
        source = LiveSource(
            mastodon.connector(
                tokens={at: "secret"},
                guard=SsrfGuard(private=True),
                host_rate_limits=Unhurried(),
                limits=QUICK,
            )
        )
        assert source.listing(f"fan0@{at}").frame.listed == 5
        assert source.listing(f"fan0@127.0.0.1:{stranger.port}").frame.listed == 5
        assert all("authorization" in one.headers for one in home.asked)
        assert not any("authorization" in one.headers for one in stranger.asked)
        bare = LiveSource(
            mastodon.connector(guard=SsrfGuard(private=True), host_rate_limits=Unhurried(), limits=QUICK)
        )
        with pytest.raises(NotAuthorised) as caught:
            bare.listing(f"fan0@{at}")
        assert f"ZOMBIESCOPE_MASTODON_TOKENS={at}=TOKEN" in caught.value.advice


def test_no_error_shows_a_credential() -> None:
    """Nothing that is shown holds a token, whatever the host answers."""
    world = MASTODON.world(5)
    with Server(FakeMastodon(world, token="secret")) as server:  # noqa: S106
        at = f"127.0.0.1:{server.port}"
        for status in (302, 400, 401, 404, 429, 500):
            server.faults[:] = [Fault(Reply({"error": "no"}, status=status), times=None)]
            source = LiveSource(
                mastodon.connector(tokens={at: "sesame"}, guard=SsrfGuard(private=True), limits=QUICK)
            )
            with pytest.raises((SourceError, AccountError)) as caught:
                source.listing(f"fan0@{at}")
            assert "sesame" not in caught.value.what + caught.value.advice


def test_a_body_of_ten_gigabytes_is_cut_off() -> None:
    """Told or not told beforehand, a body beyond the limit is refused after about as much was read."""
    limits = Limits(size=1 << 20, total=120.0, attempts=2, backoff=0.01)
    with Server(lambda asked: Reply(endless=True, headers={"content-length": str(10 << 30)})) as server:
        with pytest.raises(Untrusted, match="more than 1,048,576 bytes"):
            get(session(server.url, guard=SsrfGuard(private=True), limits=limits), "/")
        assert len(server.asked) == 1


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "br", "deflate"])
def test_a_small_gzip_that_holds_a_large_body_is_cut_off(coding: str) -> None:
    """The limit is that of the unpacked body; packings that were not asked for are refused."""
    bomb = gzip.compress(bytes(50 << 20))
    limits = Limits(size=1 << 20, attempts=2, backoff=0.01)
    with (
        Server(lambda asked: Reply(body=bomb, headers={"content-encoding": coding})) as server,
        pytest.raises(Untrusted),
    ):
        get(session(server.url, guard=SsrfGuard(private=True), limits=limits), "/")


def test_a_gzip_that_is_asked_for_is_read() -> None:
    """An honest packed answer is unpacked; a torn one is trouble in passing."""
    packed = gzip.compress(b'{"a": 1}')
    with Server(lambda asked: Reply(body=packed, headers={"content-encoding": "gzip"})) as server:
        server.faults.append(Fault(Reply(body=packed[:12], headers={"content-encoding": "gzip"})))
        server.faults.append(Fault(Reply(body=b"no gzip", headers={"content-encoding": "gzip"})))
        assert get(session(server.url, guard=SsrfGuard(private=True)), "/")[0].value == {"a": 1}
        assert len(server.asked) == 3


@pytest.mark.parametrize("head", [True, False])
def test_a_slow_loris_is_given_up(head: bool) -> None:
    """A byte now and then, in the head or in the body, does not hold the audit beyond the limit."""
    limits = Limits(total=0.4, attempts=2, backoff=0.01)
    with (
        Server(lambda asked: Reply({"a": "b" * 100}, drip=0.1, drip_head=head)) as server,
        pytest.raises(SourceError, match="seconds"),
    ):
        get(session(server.url, guard=SsrfGuard(private=True), limits=limits), "/")


def test_endless_headers_are_given_up() -> None:
    """A head without end is trouble, not memory."""
    answer = Reply({}, headers={f"x-{n}": "y" * 1000 for n in range(300)})
    with Server(lambda asked: answer) as server, pytest.raises(SourceError):
        get(session(server.url, guard=SsrfGuard(private=True)), "/")


def test_a_host_that_is_none_is_one_line() -> None:
    """A name that nobody has is an error with advice."""

    async def nothing(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror("no such name")

    with pytest.raises(SourceError, match=r"there is no host instance\.test"):
        get(session("https://instance.test", guard=SsrfGuard(look_up=nothing)), "/")


def test_the_system_look_up_gives_addresses() -> None:
    """Numbers in odd forms are addresses to the system, and are judged as such."""
    assert asyncio.run(look_up("127.0.0.1", 443)) == ["127.0.0.1"]
    assert not public(asyncio.run(look_up("2130706433", 443))[0])


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A self-signed certificate for a name, and its key."""
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-days", "2", "-nodes"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    subprocess.run(
        ["openssl", "req", "-x509", *curve, *subject, "-keyout", key, "-out", cert],
        check=True,
        capture_output=True,
    )
    return cert, key


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
@pytest.mark.parametrize("name", ["instance.test", "impostor.test"])
def test_tls_is_held_to_the_name_and_not_to_the_address(tmp_path: Path, name: str) -> None:
    """Over real TLS to a checked address, only a certificate for the host's name is good."""
    cert, key = _certificate(tmp_path, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    listener = socket.create_server(("127.0.0.1", 0))
    wanted: list[str | None] = []
    context.sni_callback = lambda connection, asked, _: wanted.append(asked)

    def serve() -> None:
        try:
            talk, _ = listener.accept()
            with context.wrap_socket(talk, server_side=True) as secured:
                secured.recv(4096)
                secured.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        except OSError:
            pass  # the client refuses the certificate

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    trusting = ssl.create_default_context(cafile=str(cert))
    http = Http(
        f"https://instance.test:{listener.getsockname()[1]}",
        guard=SsrfGuard(private=True, look_up=names(instance_test="127.0.0.1")),  # type: ignore[arg-type]
        meter=RequestMeter(Budget()),
        pace=HostRateLimit(10, 1.0),
        limits=Limits(attempts=1, total=60.0),
        transport=httpx.AsyncHTTPTransport(verify=trusting),
    )
    if name == "instance.test":
        assert get(http, "/")[0].status == 200
    else:
        with pytest.raises(SourceError):
            get(http, "/")
    thread.join(60)
    listener.close()
    assert wanted == ["instance.test"]


def test_asked_shape() -> None:
    """The fake server reads queries as they were sent."""
    with Server(lambda asked: Reply({"q": asked.one("q"), "all": asked.query["q"]})) as server:
        http = session(server.url, guard=SsrfGuard(private=True))
        assert get(http, "/x?q=1&q=2")[0].value == {"q": "1", "all": ["1", "2"]}
        assert isinstance(server.asked[0], Asked)
