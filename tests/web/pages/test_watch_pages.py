"""The pages of watches: begun from a form, listed with what was said last, shown as a table, paused and removed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from doubles import PATIENCE, ListSource
from web.api.test_watches import QUICK, Calendar
from web.serving import services, serving
from zombiescope.web.auth.api_keys import keys_from

READER = {"Authorization": "Bearer reader-secret-0123456789"}


@pytest.fixture
def calendar() -> Calendar:
    """The service's time of day."""
    return Calendar()


@pytest.fixture
def client(tmp_path: Path, calendar: Calendar) -> Iterator[httpx.Client]:
    """A browser at a service that looks at its watches often."""
    given = services(tmp_path, ListSource(embassy=120), job_intervals=QUICK, now=calendar)
    with serving(given) as client:
        yield client


def page_with(client: httpx.Client, path: str, text: str) -> str:
    """The page once it has a text."""
    end = time.monotonic() + PATIENCE
    while text not in (page := client.get(path).text):
        assert time.monotonic() < end, page
        time.sleep(0.05)
    return page


def test_a_watch_is_begun_shown_and_removed(client: httpx.Client, calendar: Calendar) -> None:
    """Each time has its audit, followers and share; the second also the change with signs."""
    assert "No account is watched yet." in client.get("/watches").text
    begun = client.post("/watches", data={"account": "weibo:embassy", "often": "weekly"})
    assert begun.status_code == 303
    address = begun.headers["location"]
    page_with(client, f"/v1{address}/runs", '"status":"done"')
    calendar.ahead = timedelta(days=8)
    page_with(client, f"/v1{address}/runs", '"change_low":-')
    page = page_with(client, address, " … ")
    assert page.count('href="/audits/') == 2
    assert "every Monday" in page
    listed = client.get("/watches").text
    assert f'href="{address}"' in listed
    assert client.post(f"{address}/pause", data={"go": "on"}).status_code == 303
    assert "resting" in client.get(address).text
    assert client.post(f"{address}/resume", data={"go": "on"}).status_code == 303
    assert "Next audit: " in client.get(address).text
    assert "监测" in client.get("/watches", headers={"Accept-Language": "zh-CN"}).text
    assert client.post(f"{address}/remove", data={"go": "on"}).headers["location"] == "/watches"
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("form", "what"),
    [
        ({"account": "weibo:embassy", "often": "hourly"}, "the schedule is missing"),
        ({"account": "<b>nobody</b>", "often": "weekly"}, "is no account that this service audits"),
        ({"account": "", "often": "weekly"}, "is no account that this service audits"),
    ],
)
def test_a_wrong_form_comes_back(client: httpx.Client, form: dict[str, str], what: str) -> None:
    """With what was typed and what is wrong; nothing is watched."""
    answer = client.post("/watches", data=form)
    assert answer.status_code == 422
    assert what in answer.text
    assert "<b>nobody" not in answer.text
    assert "No account is watched yet." in answer.text


def test_a_reader_sees_no_forms(tmp_path: Path) -> None:
    """A key that may read alone is shown the watches, and begins and ends none."""
    given = services(tmp_path, ListSource(embassy=120), keys=keys_from("ann:read:reader-secret-0123456789"))
    with serving(given) as client:
        page = client.get("/watches", headers=READER).text
        assert 'action="/watches"' not in page
        form = {"account": "weibo:embassy", "often": "weekly"}
        assert client.post("/watches", data=form, headers=READER).status_code == 403
