"""Sentences composed in English, shown in Chinese."""

from __future__ import annotations

import re

import msgspec
import pytest

from report.audits import bare, full, rows, scored, share
from zombiescope.domain import Audit, Claim
from zombiescope.i18n import speaking
from zombiescope.i18n.sentences import translated
from zombiescope.report import Truth, render, view


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("between 83% and 90%", "83% 至 90%"),
        (
            "We estimate that between 83% and 90% of the followers we could reach are zombies; best estimate 87%",
            "据我们估计，在能读取到的粉丝中，83% 至 90% 是僵尸粉；最佳估计为 87%",
        ),
        (
            "By our bounds, at most 2% of the followers we could reach are zombies; no best estimate can be given",
            "按我们的界限，在能读取到的粉丝中，至多 2% 是僵尸粉；无法给出最佳估计",
        ),
        ("@name, Bluesky, as of 15 December 2016", "@name, Bluesky，截至 2016年12月15日"),
    ],
)
def test_numbers_clauses_and_dates_go_with_the_sentence(english: str, chinese: str) -> None:
    """Placeholders are filled, and clauses within them are translated too."""
    with speaking("zh"):
        assert translated(english) == chinese
    assert translated(english) == english


@pytest.mark.parametrize("text", ["", "a sentence that nobody wrote from 3 to 4 days", "100%", "(?P<x>a"])
def test_what_is_not_in_the_catalogue_stays(text: str) -> None:
    """An unknown sentence is shown as it is, not half of it."""
    with speaking("zh"):
        assert translated(text) == text


def strong(audit: Audit) -> list[str]:
    """The sentences that a reader must not miss: headline, what it rests on, claim, lines, notes."""
    with speaking("zh"):
        shown = view(audit, truth=Truth(0.9))
    texts = [shown.headline, *shown.lede, *shown.notes, *(mark.text for mark in shown.marks)]
    texts += [text for line in shown.lines for text in (line.label, line.text, line.meaning)]
    texts += [section.title for section in shown.sections]
    claim = shown.section("claim")
    return texts + list(claim.sentences if claim else ())


@pytest.mark.parametrize(
    "audit",
    [
        full(),
        bare(),
        full(simulated=True, labels=None),
        full(share=share(in_domain=False), labels=None),
        full(claim=Claim(value=0.5, verdict="too low", whole_account_verdict="too low")),
        full(claim=Claim(value=0.99, verdict="too high", whole_account_verdict="cannot tell")),
        msgspec.structs.replace(bare(), status="failed", share=None, error="HTTP 503"),
    ],
)
def test_the_findings_of_a_chinese_report_are_chinese(audit: Audit) -> None:
    """No finding, bound, verdict or note is left in English."""
    for text in strong(audit):
        assert re.search(r"[\u4e00-\u9fff]", text) or not re.search(r"[A-Za-z]{4}", text), text
        assert not re.search(r"\b(?:the|of|are|and)\b", text), text


def test_a_chinese_page_says_its_language() -> None:
    """`lang` is zh-Hans, the headline is Chinese, and the same page in English is as it was."""
    audit = full(followers=scored(30))
    page = render(audit, rows(audit), form="html", lang="zh")
    assert '<html lang="zh-Hans">' in page
    assert "僵尸粉" in page.partition("<h1>")[2].partition("</h1>")[0]
    assert '<html lang="en">' in render(audit, rows(audit), form="html")


def test_a_report_can_be_named() -> None:
    """A file's name gives way to the account's, in title and page."""
    page = render(full(), rows(full()), form="html", name="Embassy of Ruritania")
    assert "<bdi>Embassy of Ruritania</bdi>" in page
    assert "among the followers of Embassy of Ruritania</title>" in page
    simulated = render(full(simulated=True), rows(full()), form="html", title="A title of one's own")
    assert "<title>SIMULATED: A title" in simulated
