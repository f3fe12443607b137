"""No CSV that we write runs in a spreadsheet, whichever of our writers wrote it, whatever an account is called."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from doubles import RuleDetector, people, stored_audit
from report.audits import full, scored
from zombiescope.cli import import_command
from zombiescope.domain import League, Point, Ranked, RejectedRow
from zombiescope.records import read, write
from zombiescope.records.schema import from_followers, to_followers
from zombiescope.report import league, render
from zombiescope.report.chart import table
from zombiescope.report.growth_curve import growth_curve_csv
from zombiescope.storage import TrailEntry
from zombiescope.usecases import label_files
from zombiescope.usecases.scoring import Options, find_inputs, score_inputs
from zombiescope.usecases.scoring.engines import OneProcess
from zombiescope.web.api import batches, trail
from zombiescope.web.pages import follower_table

APP = Path(__file__).parents[1] / "app"
WRITERS = {
    *("output.py", "label_files.py", "csv.py", "league.py", "writer.py"),  # each has its case below
    *(
        "chart.py",
        "follower_table.py",
        "import_command.py",
        "trail.py",
        "batches.py",
        "growth_curve.py",
    ),  # these too
    *(
        "spreadsheets.py",
        "container.py",
        "label_table.py",
    ),  # a workbook as text for our own reader, then deleted
}
SIGNS = [
    chr(code) for code in range(0x20000) if unicodedata.normalize("NFKC", chr(code))[:1] in set("=+-@\t\r")
]
# What some programs pass over, or take for the end of a cell, before they look for a formula.
PASSED_OVER = "; \u00a0\ufeff\u200b"
EVIL = [f"{sign}cmd|' /C calc'!A0" for sign in SIGNS] + ["'=1", "-1", "+31 20", '=HYPERLINK("http://x")']
EVIL += [f"{before}=1+1" for before in (*PASSED_OVER, ";;", "\u00a0\ufeff", "; ")]


def exported(text: str, tmp_path: Path) -> str:
    """The audit's followers."""
    (one,) = scored(1)
    return render(full(followers=(msgspec.structs.replace(one, id=text, handle=text),)), None, form="csv")


def ranked(text: str, tmp_path: Path) -> str:
    """The league table."""
    row = Ranked(account=text, name=text, declared=7, at_least=False, declared_rank=1, reason=text)
    now = full().created_at
    table = League(simulated=False, created_at=now, sample=1, seed=0, level=0.95, model=None, accounts=(row,))
    return league.render(table, form="csv")


def labelled(text: str, tmp_path: Path) -> str:
    """The followers to label."""
    stored = stored_audit()
    rows = [
        msgspec.structs.replace(one, handle=text, display_name=text, bio=text, platform="weibo")
        for one in to_followers(stored.rows)
    ]
    with_rows = type(stored)(**{**vars(stored), "rows": from_followers(rows)})
    return label_files.export(with_rows, [], count=2, annotator="ann")


def written(text: str, tmp_path: Path) -> str:
    """A list of records."""
    one = msgspec.structs.replace(people(1)[0], id=text, handle=text, bio=text, recent_posts=None)
    path = tmp_path / "list.csv"
    write(path, [from_followers([one])])
    (back,) = to_followers(read(path)[0])
    assert (back.id, back.handle, back.bio) == (text, text, text)
    return path.read_text("utf-8")


def scored_file(text: str, tmp_path: Path) -> str:
    """The scores of a file."""
    one = msgspec.structs.replace(people(1)[0], id=text, handle=text)
    write(tmp_path / "in.jsonl", [from_followers([one])])
    inputs, output = find_inputs([str(tmp_path / "in.jsonl")]), str(tmp_path / "out.csv")
    score_inputs(inputs, output, OneProcess(RuleDetector()), Options(reasons_from=0.0), model="")
    return (tmp_path / "out.csv").read_text("utf-8")


def charted(text: str, tmp_path: Path) -> str:
    """A chart's numbers."""
    return table([{"what": text, "value": 1.5}])


def listed(text: str, tmp_path: Path) -> str:
    """The followers' page."""
    row = follower_table.Row(
        id=text, handle=text, name=text, link=None, place=1, created="", score=0.5, chance=None, local=None,
        run="", label="",
        reasons=((text, text),),
    )  # fmt: skip
    return follower_table.as_csv([row], None)


def rejected(text: str, tmp_path: Path) -> str:
    """The rows that an import rejected."""
    path = import_command.list_rejected(tmp_path / "out.jsonl", [RejectedRow(text, text, text)])
    return path.read_text("utf-8")


def trailed(text: str, tmp_path: Path) -> str:
    """The audit trail."""
    return trail.csv_rows([TrailEntry(full().created_at, text, text, text, text, 200, text)])


def batched(text: str, tmp_path: Path) -> str:
    """The results of a batch."""
    return batches.rows_csv(
        [
            batches.BatchResult(
                place=1, account=text, name=text, declared=7, status="no_audit", audit=text, share=None,
                reason=text,
            )
        ]
    )  # fmt: skip


def watched(text: str, tmp_path: Path) -> str:
    """The growth curve of a watch."""
    at = full().created_at
    return growth_curve_csv([Point(number=1, at=at, audit=text, status=text, alerts=(), reason=text)])


@pytest.mark.parametrize(
    "write_with",
    [charted, listed, rejected, exported, ranked, labelled, written, scored_file, trailed, batched, watched],
)
def test_no_cell_of_any_writer_is_a_formula(write_with: Callable[[str, Path], str], tmp_path: Path) -> None:
    """No cell begins with a sign that a spreadsheet computes, in any of the sign's forms, unless it is a number."""
    for text in EVIL:
        for row in csv.reader(io.StringIO(write_with(text, tmp_path))):
            for cell in row:
                first = cell.lstrip(PASSED_OVER)[:1]
                risky = unicodedata.normalize("NFKC", first) in set("=+-@\t\r") and first != ""
                assert not risky or cell.lstrip("-").replace(".", "").isdecimal(), (text, cell)


def test_every_writer_has_a_case() -> None:
    """A module that writes CSV is one of those above."""
    marks = ("csv.writer", "CSVWriter", "DictWriter", "to_csv", "write_csv")
    writers = {
        path.name for path in APP.rglob("*.py") if any(mark in path.read_text("utf-8") for mark in marks)
    }
    assert writers == WRITERS


def test_scores_keep_what_is_no_formula(tmp_path: Path) -> None:
    """A harmless name is written as it is."""
    assert '"weibo","ada","ada",' in scored_file("ada", tmp_path)
