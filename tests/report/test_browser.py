"""The page in a real browser: it shows under its own policy, in each width, and no script could run."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from report.audits import full, rows
from zombiescope.report import render

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--enable-logging=stderr", "--window-size=1000,1600"),
)


@pytest.mark.e2e
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_the_page_shows_without_a_complaint(tmp_path: Path) -> None:
    """The browser draws the page and reports nothing refused by the policy."""
    audit = full()
    target = tmp_path / "report.html"
    target.write_text(render(audit, rows(audit), form="html"), encoding="utf-8")
    shot = tmp_path / "shot.png"
    ran = subprocess.run(
        [
            CHROMIUM or "",
            *FLAGS,
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--screenshot={shot}",
            target.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert shot.stat().st_size > 20_000
    assert "Content Security Policy" not in ran.stderr
    assert "Refused" not in ran.stderr
