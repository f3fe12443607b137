"""The league table's pages, as a person goes through them."""

from __future__ import annotations

import base64
import re
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from doubles import ListSource
from web.serving import services, serving, store_of
from zombiescope.usecases.ranking import Entrant
from zombiescope.web.pages.league_pages import Place, written

CSV = """account,name,declared,declared_at_least,posts,reactions
weibo:embassy,The embassy,1000000,true,50,9000
weibo:small,=Small,50,,10,20
weibo:nobody,Nobody,7,,,
broken:x,Broken,,,,
,No list,99,,,
"""


@pytest.fixture(scope="module")
def ranked(client: httpx.Client) -> str:
    """The address of a table of five, whose audits have ended."""
    answer = client.post("/rank", data={"accounts": CSV, "sample": "40"})
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    for _ in range(300):
        if 'http-equiv="refresh"' not in client.get(address).text:
            return str(address)
        time.sleep(0.05)
    raise AssertionError("the table goes on renewing itself")


def test_a_list_goes_in_and_a_table_comes_out(client: httpx.Client, ranked: str) -> None:
    """Those that could be audited are ranked; the others stay, each with its reason."""
    page = client.get(ranked).text
    table, rest = page.split("<h2>Not ranked</h2>")
    assert "The embassy" in table
    assert "1,000,000+" in table
    for text in ("nobody called", "the platform is broken", "no list", "no follower list to audit"):
        assert text in rest.replace("&#39;", "'").lower(), text
    assert "How to read this" in rest


def test_the_table_is_a_file_too(client: httpx.Client, ranked: str) -> None:
    """The CSV is that of `zombiescope rank`, and no cell of it is a formula."""
    address = re.search(r'href="(/rank/table\.csv\?of=[\w-]+)"', client.get(ranked).text)
    assert address is not None
    answer = client.get(address[1])
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    lines = answer.text.splitlines()
    assert lines[0].startswith("rank,rank_low")
    assert len(lines) == 6
    assert ",'=Small," in answer.text


def test_plain_accounts_are_a_list_too(client: httpx.Client) -> None:
    """One account a line, without a header."""
    answer = client.post("/rank", data={"accounts": "weibo:small\n\n weibo:embassy \n"})
    assert answer.status_code == 303
    assert client.get(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"accounts": " "}, "no account to rank"),
        ({"accounts": "account,declared\nweibo:small,1.000"}, "is no count"),
        ({"accounts": "weibo:small", "sample": "all"}, "the sample is no number"),
        ({"accounts": "weibo:small", "sample": "9" * 5000}, "the sample is no number"),
        ({"accounts": "account,declared\nweibo:small," + "9" * 5000}, "is no count"),
        ({"accounts": "account,name\nweibo:small\rx,y"}, "is no CSV that can be read"),
        ({"accounts": "account,name\nweibo:small," + "x" * 200_000}, "is no CSV that can be read"),
        ({"accounts": "\n".join(f"weibo:a{i}" for i in range(10_001))}, "10,001 accounts are too many"),
    ],
)
def test_a_wrong_list_is_said(client: httpx.Client, form: dict[str, str], message: str) -> None:
    """The page comes again with what was written, and what is wrong with it; nothing is begun."""
    answer = client.post("/rank", data=form)
    assert answer.status_code == 422
    assert message in answer.text
    assert form["accounts"].strip()[:20] in answer.text


def test_what_cannot_be_begun_is_a_row(client: httpx.Client) -> None:
    """An account that the service does not audit stands in the table with the reason; the others are audited."""
    answer = client.post("/rank", data={"accounts": "weibo:small\nfile:/etc/passwd\n<b>x</b>"})
    page = client.get(answer.headers["location"]).text
    assert "<b>x</b>" not in page


@pytest.mark.parametrize(
    "of", ["", "x", "eJw", "eJwDAAAAAAE", base64.urlsafe_b64encode(zlib.compress(b"[1]")).decode()]
)
def test_an_address_of_ones_own_is_refused(client: httpx.Client, of: str) -> None:
    """What is no table's address is 422, not a guess."""
    for path in ("/rank/table", "/rank/table.csv"):
        assert client.get(path, params={"of": of}).status_code == 422


def test_a_small_address_that_unpacks_to_a_large_table_is_refused(client: httpx.Client) -> None:
    """Only so much of it is unpacked."""
    bomb = base64.urlsafe_b64encode(zlib.compress(b"[" * 30_000_000)).decode()
    answer = client.get("/rank/table", params={"of": bomb})
    assert answer.status_code == 422
    assert "too long" in answer.text


@pytest.fixture
def forgetful(tmp_path: Path) -> Iterator[httpx.Client]:
    """A service whose audits take a while."""
    given = services(tmp_path, ListSource(delay=1.0))
    with serving(replace(given, limits=replace(given.limits, queue=3))) as client:
        yield client


def test_a_table_outlives_its_audits(forgetful: httpx.Client, tmp_path: Path) -> None:
    """While audits go on the page renews itself; one that was forgotten is a row that says so."""
    address = forgetful.post("/rank", data={"accounts": "weibo:embassy"}).headers["location"]
    page = forgetful.get(address).text
    assert "0 of 1 audits have ended" in page
    assert 'http-equiv="refresh"' in page
    with store_of(tmp_path) as store:
        store.forget("weibo:embassy")
    assert "was deleted" in forgetful.get(address).text


def test_two_rows_of_one_account_are_two(client: httpx.Client, done: str) -> None:
    """The same account twice is two rows, each with its own audit."""
    one = Entrant(account="weibo:embassy", name="Embassy", declared=400)
    page = client.get(
        "/rank/table", params={"of": written(40, [Place(one, done, None), Place(one, None, "gone")])}
    )
    assert page.status_code == 200
    assert page.text.count("<bdi>Embassy</bdi>") == 2
