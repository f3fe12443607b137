"""The report as a page: whole, self-contained, escaped, accessible, and the same each time."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise
from xml.etree import ElementTree

import msgspec
import pytest

from report.audits import REASONS, bare, full, rows, scored, share
from zombiescope.domain import AccountInfo, Audit
from zombiescope.report import Truth, render
from zombiescope.report.html import content_security_policy

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&javascript:alert(1)\u202e"


def page(audit: Audit, **options: object) -> str:
    """The page of an audit whose records are at hand."""
    return render(audit, rows(audit) if audit.followers else None, form="html", **options)  # type: ignore[arg-type]


def tree(text: str) -> ElementTree.Element:
    """The page as a tree; it is written as XML too, so that a parser that forgives nothing reads it."""
    return ElementTree.fromstring(re.sub(r"^<!DOCTYPE html>", "", text))  # noqa: S314 our own output


@pytest.mark.parametrize("audit", [full(), full(simulated=True), bare(), full(followers=None)])
def test_the_page_is_well_formed(audit: Audit) -> None:
    """Every element is closed, one h1 leads, headings never skip a level, ids are not repeated."""
    root = tree(page(audit))
    assert root.attrib["lang"] == "en"
    levels = [int(e.tag[1]) for e in root.iter() if re.fullmatch("h[1-6]", e.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [e.attrib["id"] for e in root.iter() if "id" in e.attrib]
    assert len(ids) == len(set(ids))
    targets = [e.attrib["href"] for e in root.iter() if "href" in e.attrib]
    assert {target.removeprefix("#") for target in targets} <= set(ids)


def test_the_headline_and_its_interval_are_on_the_page() -> None:
    """The headline is the h1; the number line's alternative text has interval, point and claim."""
    root = tree(page(full()))
    assert "".join(next(root.iter("h1")).itertext()) == (
        "By people's labels, between 83% and 90% of the followers we could reach are zombies; 87% as best estimate"
    )
    labels = [e.attrib["aria-label"] for e in root.iter("svg") if "aria-label" in e.attrib]
    assert labels[0] == (
        "Number line from 0% to 100%. Interval 83.4% to 89.7%, best estimate 86.8%, claim 87%."
    )
    assert any(label.startswith("Scatter plot of 60 followers") for label in labels)


def test_pictures_and_tables_have_their_texts() -> None:
    """Each picture has an alternative text or is hidden as an ornament; the table has headers."""
    root = tree(page(full()))
    assert all("aria-label" in e.attrib or e.attrib.get("aria-hidden") == "true" for e in root.iter("svg"))
    table = next(root.iter("table"))
    assert table.find("caption") is not None
    assert all(e.attrib["scope"] in ("row", "col") for e in table.iter("th"))
    assert len(list(root.iter("figcaption"))) == 3


def test_a_simulated_page_says_so_first() -> None:
    """First line, title, first words, each picture and the foot say SIMULATED."""
    text = page(full(simulated=True), truth=Truth(0.87, "made with four vendors"))
    assert "SIMULATED" in text.splitlines()[0]
    root = tree(text)
    assert (root.findtext("head/title") or "").startswith("SIMULATED")
    body = root.find("body")
    assert body is not None
    assert "".join(body.itertext()).split()[0] == "SIMULATED:"
    assert "truth 87%" in text
    drawn = [e for e in root.iter("text") if (e.text or "").startswith("SIMULATED")]
    assert len(drawn) == 3
    assert "SIMULATED" not in page(full())


def test_text_from_accounts_is_escaped() -> None:
    """Script, quotes and addresses in names, ids and reasons stay text: no new element, no link."""
    reason = msgspec.structs.replace(REASONS[0], text=EVIL)
    one = msgspec.structs.replace(scored(1)[0], handle=EVIL, id=EVIL, reasons=(reason,))
    account = AccountInfo(
        ref=f"x:{EVIL}", platform="x", handle=EVIL, display_name=EVIL, url="javascript:alert(1)"
    )
    audit = full(
        account=account,
        id=EVIL,
        followers=(one,),
        share=share(method=EVIL, warnings=(EVIL,), withheld=EVIL),
        labels=None,
    )
    text = page(audit, truth=Truth(0.5, EVIL), command=EVIL)
    root = tree(text)
    plain = {e.tag for e in tree(page(full())).iter()}
    assert {e.tag for e in root.iter()} <= plain
    assert not any(name.startswith("on") for e in root.iter() for name in e.attrib)
    assert all(e.attrib["href"].startswith("#") for e in root.iter() if "href" in e.attrib)
    assert "alert(1)" in "".join(root.itertext())


def test_nothing_is_fetched() -> None:
    """No link, frame, image or address outside the scripts, which are in the file too: the page is one file."""
    text = page(full(simulated=True))
    root = tree(text)
    assert not {e.tag for e in root.iter()} & {"link", "iframe", "img", "object", "embed", "image", "form"}
    assert not any("src" in e.attrib for e in root.iter())
    without = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    without = re.sub(r"url\(data:font/woff2;base64,[\w+/=]+\)", "", without)
    assert not re.search(r"https?://|//[a-z]|@import|url\((?!#)|src=", without)


def test_a_strict_policy_can_serve_it() -> None:
    """The style block and each script have their hashes in the policy; no element has a style attribute."""
    text = page(full())
    root = tree(text)
    styles = [e.text or "" for e in root.iter("style")]
    assert len(styles) == 1
    digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in content_security_policy()
    scripts = [e.text or "" for e in root.iter("script") if "type" not in e.attrib]
    assert len(scripts) == 2
    for script in re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL):
        hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{hashed}'" in content_security_policy()
    assert "unsafe" not in content_security_policy()
    assert content_security_policy() in {e.attrib.get("content") for e in root.iter("meta")}
    assert not any("style" in e.attrib for e in root.iter())


def test_the_same_audit_gives_the_same_page() -> None:
    """Two renderings are equal to the byte, with fresh tables and other pictures drawn in between."""
    audit = full()
    first = page(audit)
    page(full(followers=scored(30)))
    assert page(audit) == first


def test_a_share_alone_makes_a_page() -> None:
    """Null sections leave no empty headings or pictures."""
    text = page(bare())
    assert "The claim" not in text
    assert "in the order" not in text
    assert "What is not in this report" in text


def test_a_page_is_small() -> None:
    """1,000 followers make a page of at most 300 KB without the chart library; 10,000 one under 3 MB with it."""
    thousand = page(full(followers=scored(1_000), simulated=True))
    library = max(re.findall(r"<script>.*?</script>", thousand, flags=re.DOTALL), key=len)
    assert len(thousand) - len(library) < 300_000
    assert len(page(full(followers=scored(10_000, listed=50_000), frame=None))) < 3_000_000
