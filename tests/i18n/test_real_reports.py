"""Whole reports in Chinese: no sentence of ours is left in English, whatever the audit found."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from doubles import AS_OF, ListSource, RuleDetector, outcome
from report.audits import bare, full, rows, share
from zombiescope import wiring
from zombiescope.compare import Compared, compare
from zombiescope.domain import Audit, Claim, Interval, Span
from zombiescope.i18n import speaking
from zombiescope.report import Truth, comparison_view, league, render
from zombiescope.usecases import audit, ranking
from zombiescope.usecases.audit import AuditRequest, AuditResult
from zombiescope.usecases.ranking import Entrant

# Three English words in a row, which no name of a method, a platform or a model has.
ENGLISH = re.compile(r"[A-Za-z][a-z']+(?:,? [a-z][a-z']+){2,}")
QUOTED = re.compile(r"“[^”]*”")  # what followers wrote
OTHERS = ("code", "pre", "script", "style", "bdi", "title")  # commands, names and ids
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def english(page: str) -> list[str]:
    """The English left in a page."""
    root = ElementTree.fromstring(page.partition("<!DOCTYPE html>")[2])  # noqa: S314 our own output
    texts = [*_texts(root)]
    for element in root.iter():
        texts += [element.get("aria-label") or "", element.get("data-label") or ""]
    return [match[0] for text in texts for match in ENGLISH.finditer(QUOTED.sub("", text))]


def _texts(element: ElementTree.Element) -> Iterator[str]:
    if element.tag in OTHERS:
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


def in_text(report: str) -> list[str]:
    """The English left in a text report: all but its command line and what followers wrote."""
    body = re.sub(r"\s+", " ", report.partition("zombiescope audit")[0])
    return ENGLISH.findall(re.sub(r"zombiescope label \S+ --export \S+", "", QUOTED.sub("", body)))


def real(account: str, home: Path, **asked: object) -> AuditResult:
    """An audit by the shipped model of a list that ships with zombiescope, or of a file."""
    settings = wiring.settings({"ZOMBIESCOPE_HOME": str(home)})
    request = AuditRequest(**{"account": account, "sample": 400, **asked})  # type: ignore[arg-type]
    return audit.run(
        request,
        wiring.source(request, settings),
        wiring.detector(settings, None, account),
        audit_id="aa11",
        now=NOW,
        clock=time.monotonic,
    )


def as_file(folder: Path, fields: tuple[str, ...], rows: int) -> str:
    """The simulated Japanese list as a file with these fields alone."""
    settings = wiring.settings({"ZOMBIESCOPE_HOME": str(folder)})
    source = wiring.source(AuditRequest(account="sample:japan"), settings)
    table = source.listing("japan").rows.slice(0, rows)
    path = folder / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("platform", "id", *fields))
        for row in table.select(["id", *fields]).to_pylist():
            cells = (f"{v:%Y-%m-%d}" if isinstance(v, datetime) else v for v in row.values())
            writer.writerow(["weibo", *cells])
    return f"file:{path}"


def whole(result: AuditResult, truth: Truth | None = None) -> list[str]:
    """What is left in English in the HTML and the text of an audit."""
    page, text = (
        render(result.audit, result.rows, form=form, lang="zh", truth=truth, reference=result.reference)
        for form in ("html", "text")
    )
    return english(page) + in_text(text)


@pytest.mark.slow
@pytest.mark.parametrize("account", ["sample:canada", "sample:japan", "sample:usa"])
def test_a_simulated_account(account: str, tmp_path: Path) -> None:
    """Blocks, families, clock, dates, claim, truth, reasons."""
    result = real(account, tmp_path, claim=0.87)
    truth = wiring.truth(account, wiring.settings({"ZOMBIESCOPE_HOME": str(tmp_path)}))
    assert whole(result, truth) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "rows"),
    [
        (
            ("handle", "created_at", "followers_count", "following_count", "posts_count", "bio", "location"),
            1500,
        ),
        (("handle", "followers_count", "following_count"), 500),
        (("created_at", "posts_count"), 300),
        (("handle", "created_at", "followers_count", "following_count", "posts_count"), 12),
    ],
)
def test_a_file_that_lacks_fields(fields: tuple[str, ...], rows: int, tmp_path: Path) -> None:
    """What is missing, what is withheld, and why."""
    result = real(
        as_file(tmp_path, fields, rows),
        tmp_path,
        claim=0.2,
        as_of=AS_OF,
        declared=rows + 50,
        order="newest-first",
    )
    assert whole(result) == []


CLAIM = Claim(value=0.5, verdict="too low", whole_account_verdict="too high")


@pytest.mark.parametrize(
    "made_up",
    [
        full(),
        full(simulated=True, labels=None, claim=CLAIM),
        full(share=share(assumes="known kinds", if_known=Interval(0.87, 0.85, 0.9)), labels=None),
        full(share=share(estimate=None, low=0.01, high=0.99, assumes=None), labels=None),
        full(share=share(estimate=None, low=0.0, high=0.3, assumes="blocks"), labels=None, crowd=None),
        full(share=share(in_domain=False, unseen_vendor=Span(0.1, 0.9)), labels=None, schema=1),
        bare(),
        msgspec.structs.replace(bare(), status="cancelled", share=None),
    ],
)
def test_made_up_audits(made_up: Audit) -> None:
    """Each form that a share, a claim and their absence can have."""
    table = rows(made_up) if made_up.followers else None
    assert english(render(made_up, table, form="html", lang="zh")) == []
    assert in_text(render(made_up, table, form="text", lang="zh")) == []
    assert english(render(made_up, table, form="embed", lang="zh")) == []


def test_a_comparison() -> None:
    """Headline, table, chart and sections of what changed."""
    earlier, later = (Compared(outcome("aa11", sample=size)[1].audit) for size in (60, 120))
    later = replace(later, audit=msgspec.structs.replace(later.audit, as_of=datetime(2017, 1, 1, tzinfo=UTC)))
    change = compare(earlier, later)
    with speaking("zh"):
        assert english(comparison_view.render(change, form="html")) == []
        assert in_text(comparison_view.render(change, form="text")) == []


def test_a_league_table() -> None:
    """Head, rows, reasons and notes."""

    def one(entrant: Entrant) -> Audit:
        request = AuditRequest(account=entrant.account, sample=40)
        source = ListSource(embassy=300, small=40)
        done = audit.run(request, source, RuleDetector(), audit_id="aa11", now=NOW, clock=lambda: 0.0)
        return done.audit

    entrants = [Entrant(account=f"weibo:{name}", name=name, declared=350) for name in ("embassy", "small")]
    entrants.append(Entrant(account="weibo:nobody", name="Nobody", declared=9))
    table = ranking.league(entrants, one, now=NOW, sample=40, seed=0)
    with speaking("zh"):
        assert english(league.render(table, form="html")) == []
        assert in_text(league.render(table, form="text")) == []
