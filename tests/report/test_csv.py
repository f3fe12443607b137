"""The followers as CSV."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.audits import REASONS, bare, full, rows, scored
from zombiescope.domain import FollowerScore
from zombiescope.report import render
from zombiescope.report.csv import COLUMNS


def read(text: str) -> list[dict[str, str]]:
    """The table's rows."""
    return list(csv.DictReader(io.StringIO(text)))


def test_one_row_a_follower() -> None:
    """Platform and creation date come from the records, scores are written in full."""
    audit = full(followers=scored(4))
    document = read(render(audit, rows(audit, undated=1), form="csv"))
    assert tuple(document[0]) == COLUMNS
    assert [row["id"] for row in document] == ["1000", "1001", "1002", "1003"]
    assert document[0] | {"created_at": ""} == document[0]
    assert document[1]["created_at"].endswith("T00:00:00Z")
    assert (document[1]["platform"], document[1]["score"], document[1]["position"]) == (
        "weibo",
        "0.97",
        "250",
    )
    assert document[0]["reasons"] == "no posts in 800 days; a handle without digits"
    assert document[1]["reasons"] == ""


def test_without_records_or_followers() -> None:
    """Records not at hand leave the date empty; no followers leave the header alone."""
    document = read(render(full(followers=scored(2)), None, form="csv"))
    assert [(row["platform"], row["created_at"]) for row in document] == [("weibo", ""), ("weibo", "")]
    assert render(bare(), None, form="csv") == ",".join(COLUMNS) + "\n"


def test_records_of_other_followers_are_refused() -> None:
    """A row too few would put dates beside the wrong followers."""
    audit = full(followers=scored(4))
    with pytest.raises(ValueError, match="shorter"):
        render(audit, rows(audit).slice(0, 3), form="csv")


def test_simulated_is_the_first_line() -> None:
    """A simulated table begins with a comment line that says so."""
    audit = full(simulated=True, followers=scored(2))
    first, header, *_ = render(audit, rows(audit), form="csv").splitlines()
    assert first.startswith("# SIMULATED")
    assert header == ",".join(COLUMNS)


@given(st.text(max_size=12), st.sampled_from(["=", "+", "-", "@", "\t=", "\r@", " =", "＝", "＠", ""]))
def test_no_cell_is_a_formula(tail: str, head: str) -> None:
    """No id, handle or reason starts like a formula, whatever the account wrote."""
    text = head + tail
    one = FollowerScore(id=text or "1", handle=text, position=0, score=0.5, posterior=None, reasons=REASONS)
    document = read(render(full(followers=(one,)), None, form="csv"))
    assert len(document) == 1
    assert not document[0]["id"].startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"))
    assert not document[0]["handle"].startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"))
