"""What a file leaves open: stopped at in a pipe with the options that decide, saved and used again."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from zombiescope.cli.import_command import command
from zombiescope.cli.options import form_of
from zombiescope.cli.param_types import CLAIM
from zombiescope.errors import InputError
from zombiescope.records import Undecided, read

ROWS = "\n".join(f"person{i},{i * 7},{i},{i % 12 + 1}/{i % 11 + 1}/2015" for i in range(40))
TABLE = f"username,followers,following,joined\n{ROWS}\n"


def run(*args: object) -> Result:
    """The command's answer."""
    return CliRunner().invoke(command, [str(arg) for arg in args])


def test_a_pipe_stops_with_the_options_that_decide(tmp_path: Path) -> None:
    """The platform and the order of dates are open: both are named, with their options, and nothing is written."""
    source, target = tmp_path / "list.csv", tmp_path / "out.jsonl"
    source.write_text(TABLE)
    answer = run(source, "-o", target)
    assert isinstance(answer.exception, Undecided)
    assert "--date-order dmy" in answer.exception.advice
    assert "--set platform=x" in answer.exception.advice
    assert not target.exists()


def test_choices_are_saved_and_used_again(tmp_path: Path) -> None:
    """A saved mapping decides the same file the same way."""
    source, first, second = tmp_path / "list.csv", tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    source.write_text(TABLE)
    saved = tmp_path / "mapping.json"
    answer = run(
        source, "-o", first, "--date-order", "mdy", "--set", "platform=instagram", "--save-mapping", saved
    )
    assert answer.exit_code == 0, answer.output
    assert run(source, "-o", second, "--mapping", saved).exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    assert set(read(first)[0]["platform"].to_pylist()) == {"instagram"}


def test_many_rejected_rows_stop_the_import(tmp_path: Path) -> None:
    """More than 2% rejected: the commonest reason is named, and --accept-rejected goes on with a list of them."""
    source, target = tmp_path / "list.csv", tmp_path / "out.jsonl"
    rows = [f"{i},name{i},{'many' if i % 10 == 0 else i},5,2" for i in range(100)]
    source.write_text("id_str,screen_name,followers_count,friends_count,statuses_count\n" + "\n".join(rows))
    answer = run(source, "-o", target)
    assert isinstance(answer.exception, InputError)
    assert "10 of 100 rows are rejected, 10 of them because followers_count is no whole number" in str(
        answer.exception.what
    )
    assert not target.exists()
    answer = run(source, "-o", target, "--accept-rejected")
    assert answer.exit_code == 0, answer.output
    assert len((tmp_path / "out.jsonl.rejected.csv").read_text().splitlines()) == 11


@pytest.mark.parametrize("text", ["87%", "0.87", "87", "0,87", "87 %"])
def test_a_claim_is_the_same_in_each_form(text: str) -> None:
    """A share as people write it."""
    assert CLAIM.convert(text, None, None) == pytest.approx(0.87)


@pytest.mark.parametrize("text", ["150", "150%", "-1", "1", "most"])
def test_what_is_no_share_is_refused(text: str) -> None:
    """Above 100%, below 0, or 1 without a sign."""
    with pytest.raises(click.BadParameter):
        CLAIM.convert(text, None, None)


def test_the_form_is_told_by_the_name() -> None:
    """-o report.html is HTML."""
    assert [form_of(name) for name in ("a.html", "a.json", "a.csv", "a.txt", None)] == [
        "html",
        "json",
        "csv",
        "text",
        "text",
    ]
