"""`zombiescope report`: a stored audit again, in another language or as one chart."""

from __future__ import annotations

import uuid
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from doubles import AS_OF, NOW, ListSource, RuleDetector
from zombiescope.cli import cli
from zombiescope.cli.report import CHARTS
from zombiescope.report import charts
from zombiescope.storage import opened, sqlite_url
from zombiescope.usecases import audit, audit_store
from zombiescope.usecases.audit import AuditRequest


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one done audit."""
    monkeypatch.setenv("ZOMBIESCOPE_DATABASE_URL", sqlite_url(tmp_path / "z.sqlite"))
    monkeypatch.setenv("ZOMBIESCOPE_HOME", str(tmp_path))
    request = AuditRequest(account="weibo:embassy", sample=60, as_of=AS_OF)
    outcome = audit.run(
        request, ListSource(), RuleDetector(), audit_id=str(uuid.uuid4()), now=NOW, clock=lambda: 0.0
    )
    with opened(sqlite_url(tmp_path / "z.sqlite")) as store:
        audit_store.keep(store, request, outcome)
    return tmp_path


def run(*arguments: str) -> str:
    """The command's stdout; it has to end well."""
    done = CliRunner().invoke(cli, ["report", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_last_audit_in_chinese_under_its_own_name(stored: Path) -> None:
    """--lang and --name reach the page."""
    run("last", "--lang", "zh", "--name", "Embassy of Ruritania", "-o", str(stored / "r.html"))
    page = (stored / "r.html").read_text(encoding="utf-8")
    assert '<html lang="zh-Hans">' in page
    assert "<bdi>Embassy of Ruritania</bdi>" in page


@pytest.mark.parametrize(("ending", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("csv", b"what,")])
def test_a_chart_alone(stored: Path, ending: str, start: bytes) -> None:
    """The file's ending says the form."""
    run("last", "--chart", "share", "-o", str(stored / f"x.{ending}"))
    assert (stored / f"x.{ending}").read_bytes().startswith(start)


def test_the_embed_is_one_small_file_without_script(stored: Path) -> None:
    """It holds the sentence and the interval, and nothing that would be fetched or run."""
    run("last", "--format", "embed", "--name", "Embassy of Ruritania", "-o", str(stored / "e.html"))
    page = (stored / "e.html").read_text(encoding="utf-8")
    assert "<bdi>Embassy of Ruritania</bdi>" in page
    assert "<script" not in page
    assert "http:" not in page.replace("http-equiv", "")
    assert "https:" not in page
    assert len(page) < 100_000


def test_json_is_the_audit(stored: Path) -> None:
    """--format json gives what `audit --format json` gave."""
    assert msgspec.json.decode(run("last", "--format", "json"))["status"] == "done"


def test_the_charts_of_the_option_are_those_there_are() -> None:
    """The command line names every chart of the report."""
    assert CHARTS == charts.NAMES
