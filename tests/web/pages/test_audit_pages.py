"""The pages, as a person without scripts goes through them."""

from __future__ import annotations

import html
import re
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from doubles import ListSource
from web.serving import services, serving
from zombiescope.sources.base import Listing, Progressed, silent


class MadeUp(ListSource):
    """A platform whose lists are simulated."""

    def listing(self, handle: str, *, progress: Progressed = silent) -> Listing:
        """The same list, which says that it is made up."""
        return replace(super().listing(handle, progress=progress), simulated=True)


def settled(client: httpx.Client, address: str) -> str:
    """An audit's page once it no longer renews itself."""
    for _ in range(300):
        page = client.get(address).text
        if 'http-equiv="refresh"' not in page:
            return page
        time.sleep(0.05)
    raise AssertionError("the page goes on renewing itself")


def test_a_handle_goes_in_and_an_answer_comes_out(client: httpx.Client) -> None:
    """The form leads to the audit's page, which renews itself until the answer is there; home lists it."""
    answer = client.post("/audits", data={"account": " weibo:small ", "claim": "87%", "sample": ""})
    assert answer.status_code == 303
    address = answer.headers["location"]
    page = settled(client, address)
    assert re.search(r"<h1>.*\d%.*zombies", page)
    assert "the claim of 87%" in page
    assert f'href="/v1{address}/report"' in page
    home = client.get("/").text
    assert f'href="{address}"' in home
    assert "weibo:small" in home


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"account": "file:/etc/passwd"}, "is no account that this service audits"),
        ({"account": '"><script>'}, "is no account"),
        ({"account": "weibo:small", "claim": "most"}, "'most' is no percentage"),
        ({"account": "weibo:small", "claim": "870"}, "claim 8.7"),
        ({"account": "weibo:small", "sample": "all"}, "the sample is no number"),
    ],
)
def test_a_wrong_form_comes_back_with_the_reason(
    client: httpx.Client, form: dict[str, str], message: str
) -> None:
    """What was typed stands in the form again, with one line on what is wrong."""
    answer = client.post("/audits", data=form)
    assert answer.status_code == 422
    assert message in html.unescape(answer.text)
    assert f'value="{html.escape(form["account"]).replace("&quot;", "&#34;")}"' in answer.text


def test_an_audit_that_failed_says_why(client: httpx.Client) -> None:
    """Its page has the reason, and the way back."""
    page = settled(client, client.post("/audits", data={"account": "weibo:nobody"}).headers["location"])
    assert "could not be done" in page
    assert "nobody called" in page


def test_a_running_audit_can_be_ended(tmp_path: Path) -> None:
    """Its page shows how far it is and a button; afterwards it says that it was cancelled."""
    with serving(services(tmp_path, ListSource(delay=5.0))) as client:
        address = client.post("/audits", data={"account": "weibo:embassy"}).headers["location"]
        while "Working" not in client.get(address).text:
            time.sleep(0.02)
        assert client.post(f"{address}/cancel", data={"csrf": ""}).status_code == 303
        assert "Cancelled" in settled(client, address)


def shown(page: str) -> str:
    """The id of the follower that a labelling page shows."""
    follower = re.search(r'name="follower" value="([^"]+)"', page)
    assert follower is not None
    return follower[1]


def test_labelling_goes_one_by_one(client: httpx.Client) -> None:
    """Each verdict leads to the next follower; the last can be taken back; the answer is then the labels'."""
    address = client.post("/audits", data={"account": "weibo:small"}).headers["location"]
    settled(client, address)
    order: list[str] = []
    for _ in range(31):
        page = client.get(f"{address}/label").text
        order.append(shown(page))
        answer = client.post(f"{address}/label", data={"follower": order[-1], "label": "zombie"})
        assert answer.status_code == 303
    assert len(set(order)) == 31
    page = client.get(f"{address}/label").text
    assert "<b>31</b> labelled" in page
    undone = client.post(f"{address}/label/undo", data={"csrf": ""})
    assert undone.status_code == 303
    page = client.get(undone.headers["location"]).text
    assert "<b>30</b> labelled" in page
    assert shown(page) == order[-1]
    client.post(f"{address}/label", data={"follower": order[-1], "label": "cannot tell"})
    page = client.get(f"{address}/label?follower={order[-1]}").text
    assert re.search(r'value="cannot tell"[^>]*aria-pressed="true"', page)
    assert client.post(f"{address}/estimate", data={"csrf": ""}).status_code == 303
    audit = client.get(f"/v1{address}").json()
    assert audit["labels"]["count"] == 30
    assert audit["share"]["method"] == "cross-prediction, 30 labels"


def test_the_interval_is_drawn_after_each_label(client: httpx.Client) -> None:
    """From ten on, with what twenty more would give; and a follower's score is shown once it is labelled."""
    address = client.post("/audits", data={"account": "weibo:small"}).headers["location"]
    settled(client, address)
    for done in range(12):
        page = client.get(f"{address}/label").text
        assert ("20 more would give about" in page) == (done >= 10)
        assert ("The detector: score" in page) == (done > 0)
        article = page[page.index("<article>") : page.index("</article>")]
        assert "score" not in article
        assert "Accounts nearby were created" in article
        assert "begin with the same letters: <bdi>@user" in article
        client.post(f"{address}/label", data={"follower": shown(page), "label": "genuine"})


def test_undo_without_a_label_changes_nothing(client: httpx.Client, done: str) -> None:
    """The next follower is shown, as before."""
    answer = client.post(f"/audits/{done}/label/undo", data={"csrf": ""})
    assert answer.headers["location"] == f"/audits/{done}/label"


def test_labels_of_a_page_are_of_the_sample(client: httpx.Client, done: str) -> None:
    """A follower outside the sample, or a word that is no label, is a problem."""
    for form in ({"follower": "nobody", "label": "zombie"}, {"follower": "1000", "label": "bot"}, {}):
        assert client.post(f"/audits/{done}/label", data=form).status_code in (415, 422)
    assert client.get(f"/audits/{done}/label", params={"follower": "nobody"}).status_code == 422


def test_every_page_of_a_made_up_list_says_so_first(tmp_path: Path) -> None:
    """SIMULATED stands in the title and before all else on the page, and beside the account at home."""
    with serving(services(tmp_path, MadeUp())) as client:
        address = client.post("/audits", data={"account": "weibo:embassy"}).headers["location"]
        settled(client, address)
        for path in (address, f"{address}/label", f"/v1{address}/report"):
            page = client.get(path).text
            title = re.search(r"<title>([^<]*)", page)
            assert title is not None
            assert title[1].startswith("SIMULATED")
            body = re.sub(r"<[^>]+>", "", page.partition("<body>")[2]).strip()
            assert body.startswith("SIMULATED"), path
            assert "weibo.com/u/" not in page
        assert "SIMULATED" in client.get("/").text
        assert client.get(f"/v1{address}").json()["simulated"] is True


def test_the_static_files_are_there(client: httpx.Client) -> None:
    """Style and keys are served by us; nothing else of the folder's surroundings is."""
    assert client.get("/static/app.css").headers["content-type"].startswith("text/css")
    assert "javascript" in client.get("/static/label.js").headers["content-type"]
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/", "/static/..%2fapp.py"):
        assert client.get(path).status_code in (404, 405), path
