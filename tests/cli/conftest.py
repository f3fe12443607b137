"""A home folder for one test, and a command line in this process."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cli.command_line import Ran, Run
from zombiescope.cli import main


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, for this test alone."""
    monkeypatch.setenv("ZOMBIESCOPE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ZOMBIESCOPE_DATABASE_URL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def run(empty_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line, as a person types it, in that home."""

    def runs(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["zombiescope", *words])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return runs
