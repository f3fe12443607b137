"""The page in a real browser: it shows under its own policy, in each width, and no script could run."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from report.audits import AS_OF, full, rows
from zombiescope.compare import Compared, compare
from zombiescope.report import comparison_view, render

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--enable-logging=stderr", "--window-size=1000,1600"),
)


def pages() -> dict[str, str]:
    """Each page that a report can be."""
    audit = full()
    earlier = full(as_of=AS_OF - timedelta(days=90), labels=None)
    changed = compare(Compared(earlier), Compared(full(labels=None)))
    return {
        "audit": render(audit, rows(audit), form="html"),
        "change": comparison_view.render(changed, form="html"),
    }


@pytest.mark.e2e
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
@pytest.mark.parametrize("name", ["audit", "change"])
def test_the_page_shows_without_a_complaint(name: str, tmp_path: Path) -> None:
    """The browser draws the page and reports nothing refused by the policy."""
    target = tmp_path / "report.html"
    target.write_text(pages()[name], encoding="utf-8")
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
    assert "RejectedRow" not in ran.stderr
