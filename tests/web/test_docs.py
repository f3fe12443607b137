"""docs/security.md names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_every_promise_names_a_test_that_is_there() -> None:
    """Each row of the threat model's tables names at least one test, and every test it names is defined."""
    text = (TESTS.parent / "docs" / "security.md").read_text("utf-8")
    named = 0
    for section in text.split("\n## "):
        file = None
        for row in re.findall(r"^\|(?! promise|---)(.*)\|$", section, flags=re.MULTILINE):
            found = re.findall(r"`(?:([\w/]+\.py)::)?(test_\w+)`", row)
            assert found, row
            for path, name in found:
                file = path or file
                assert file is not None, row
                assert f"def {name}(" in (TESTS / file).read_text("utf-8"), f"{file}::{name}"
                named += 1
    assert named > 25
