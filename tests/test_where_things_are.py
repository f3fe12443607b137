"""The table of tasks and files in docs/how-to/extend.md."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs" / "how-to" / "extend.md").read_text("utf-8").partition("## Where things are")[2]


def test_every_file_of_the_table_is_there() -> None:
    """A file that is renamed is renamed there too."""
    files = re.findall(r"`([\w/]+\.py)`", TABLE)
    assert len(files) > 40
    assert [
        f for f in files if not ((ROOT / "app" / "zombiescope" / f).is_file() or (ROOT / f).is_file())
    ] == []
