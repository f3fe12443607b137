"""The report for a terminal."""

from __future__ import annotations

import pytest

from report.audits import bare, full, rows
from zombiescope.domain import AccountInfo, Frame
from zombiescope.report import Truth, render
from zombiescope.report.text import width


def test_the_answer_comes_first() -> None:
    """Title, headline and number line open the report; bar, point and claim are in their places."""
    lines = render(full(), None, form="text").splitlines()
    assert lines[0] == "Zombies among the followers of Embassy"
    assert lines[3].startswith(
        "  By people's labels, between 83% and 90% of the followers we could reach are"
    )
    rule = next(line for line in lines if line.startswith("  |--"))
    claim = next(line for line in lines if "claim 87%" in line)
    assert len(rule) == 74
    assert rule[2 + round(0.834 * 71)] == "["
    assert rule[2 + round(0.897 * 71)] == "]"
    assert rule[2 + round(0.868 * 71)] == "#"
    assert claim.rstrip()[-1] == "^"
    assert len(claim.rstrip()) - 3 == round(0.87 * 71)


def test_simulated_is_the_first_word() -> None:
    """Text of a simulated account says so in its first line, and gives the truth beside the estimate."""
    text = render(full(simulated=True), None, form="text", truth=Truth(0.87))
    assert text.startswith("SIMULATED")
    assert "Known, since a program made this list: 87% are zombies." in text
    assert "truth 87% ^" in text


@pytest.mark.parametrize("name", ["Embassy", "加拿大大使馆官方微博" * 6, "w" * 300, "e\u0301" * 40])
def test_no_line_is_wider_than_80_columns(name: str) -> None:
    """Long names and wide characters wrap; only the command line may be cut at a long word."""
    account = AccountInfo(ref=f"weibo:{name}", platform="weibo", handle=name, display_name=name)
    warned = Frame(declared=None, listed=1_000, complete=False, order="unknown", warnings=(name * 3,))
    audit = full(account=account, frame=warned)
    text = render(audit, rows(audit), form="text")
    assert max(width(line) for line in text.splitlines()) <= 80
    assert text == render(audit, None, form="text")


def test_no_colour_unless_asked() -> None:
    """Escape codes are written for a terminal alone."""
    assert "\x1b" not in render(full(), None, form="text")
    assert "\x1b[1m" in render(full(), None, form="text", colour=True)


def test_an_account_cannot_write_to_the_terminal() -> None:
    """Escapes, newlines and bidi overrides in names, reasons and references never reach the output."""
    evil = "\x1b[2J\u202egood\nSIMULATED\x07"
    account = AccountInfo(ref=f"file:{evil}", platform="x", handle=evil, display_name=evil)
    text = render(full(account=account), None, form="text")
    assert not set("\x1b\u202e\x07\r") & set(text)
    assert "Zombies among the followers of good SIMULATED" in text


def test_a_report_of_a_share_alone() -> None:
    """Null sections leave no empty headings behind."""
    text = render(bare(), None, form="text")
    for heading in ("The claim", "Checked by people", "A few followers", "Run it again"):
        assert heading not in text
    assert "What is not in this report" in text
