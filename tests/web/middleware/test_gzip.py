"""How answers travel: tagged, packed, never packed where a secret is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from web.serving import services, serving
from zombiescope.web.auth.api_keys import keys_from
from zombiescope.web.http.etag import tag_of
from zombiescope.web.http.thread_pool import Pool
from zombiescope.web.rendered_reports import RenderedReports

PACKED = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("path", ["", "/followers", "/followers?limit=7", "/report", "/report.svg"])
def test_what_a_client_has_is_not_sent_again(client: httpx.Client, done: str, path: str) -> None:
    """An ETag sent back gives 304 without a body; any other, the answer."""
    address = f"/v1/audits/{done}{path}"
    first = client.get(address)
    tag = first.headers["etag"]
    for held in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        same = client.get(address, headers={"If-None-Match": held})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag), held
    assert client.get(address, headers={"If-None-Match": '"x"'}).content == first.content


def test_a_label_changes_the_tags(client: httpx.Client) -> None:
    """An audit that is estimated again is another answer, its report and followers too, from the first label on."""
    audit = client.post("/v1/audits", json={"account": "weibo:embassy"}, headers={"Prefer": "wait=60"}).json()
    paths = [f"/v1/audits/{audit['id']}{path}" for path in ("", "/followers", "/report")]
    before = [client.get(path).headers["etag"] for path in paths]
    first = client.get(paths[1]).json()["followers"][0]
    client.post(f"{paths[0]}/labels", json={"follower": first["id"], "label": "zombie"})
    after = [
        client.get(path, headers={"If-None-Match": tag}) for path, tag in zip(paths, before, strict=True)
    ]
    assert [answer.status_code for answer in after] == [200, 200, 200]


def test_tags_tell_their_parts_apart() -> None:
    """The same bytes cut elsewhere are another content."""
    assert tag_of(b"ab", b"c") != tag_of(b"a", b"bc")
    assert tag_of(b"a") == tag_of(b"a")


def test_the_api_packs_what_is_long(client: httpx.Client, done: str) -> None:
    """Long answers are gzipped for who takes it, and say that they vary; short ones are not."""
    path = f"/v1/audits/{done}/followers"
    long = client.get(path, headers=PACKED)
    assert long.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in long.headers["vary"].lower()
    assert long.json() == client.get(path, headers={"Accept-Encoding": "identity"}).json()
    assert "content-encoding" not in client.get("/healthz", headers=PACKED).headers


def test_nothing_with_a_pages_token_is_packed(tmp_path: Path) -> None:
    """A packed page would tell by its length what stands in it beside the token (BREACH)."""
    with serving(services(tmp_path, keys=keys_from("boss:admin:s3cret-0123456789"))) as browser:
        browser.headers["Accept"] = "text/html"
        browser.post("/login", data={"key": "s3cret-0123456789"})
        for path in ("/", "/docs", "/rank"):
            page = browser.get(path, headers=PACKED)
            assert page.status_code == 200
            assert 'name="csrf"' in page.text
            assert "content-encoding" not in page.headers, path


def test_a_report_is_drawn_once() -> None:
    """The last few reports are kept as they are, each for the state of the audit that it was drawn of."""
    pool, drawn, calls = Pool(1, 1), RenderedReports(most=2), []

    def draw() -> str:
        calls.append(1)
        return str(len(calls))

    async def asked() -> list[str]:
        keys = [("report", "a"), ("report", "a"), ("report", "b"), ("picture", "a"), ("report", "a")]
        return [await drawn.get(pool, key, draw) for key in keys]

    assert asyncio.run(asked()) == ["1", "1", "2", "3", "4"]
    pool.close()
