"""docs/security.md and docs/operations.md name, for each promise, tests that exist."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
DOCS = TESTS.parent / "docs"


def defined() -> dict[str, set[str]]:
    """Each test's name and the files, below tests/, that define it."""
    names = defaultdict(set)
    for path in TESTS.rglob("test_*.py"):
        for name in re.findall(
            r"^\s*(?:async )?def (test_\w+)\(", path.read_text("utf-8"), flags=re.MULTILINE
        ):
            names[name].add(str(path.relative_to(TESTS)))
    return names


@pytest.mark.parametrize(("document", "least"), [("security.md", 60), ("operations.md", 35)])
def test_every_test_that_is_named_exists(document: str, least: int) -> None:
    """Every name is a test; where a file stands before it, one of that file."""
    tests = defined()
    named = re.findall(r"`(?:([\w/]+\.py)::)?(test_\w+)`", (DOCS / document).read_text("utf-8"))
    for path, name in named:
        assert name in tests, f"{document}: {name}"
        assert not path or path in tests[name], f"{document}: {path}::{name}"
    assert len(named) >= least


@pytest.mark.parametrize("document", ["security.md", "operations.md"])
def test_every_promise_names_its_test(document: str) -> None:
    """In a table with a column for the test, no row leaves it empty."""
    rows = 0
    for table in re.findall(r"(?:^\|.*\|\n)+", (DOCS / document).read_text("utf-8"), flags=re.MULTILINE):
        head, _, *body = table.splitlines()
        if "test" in [cell.strip() for cell in head.strip("|").split("|")]:
            for row in body:
                assert re.search(r"`(?:[\w/]+\.py::)?test_\w+`", row), row
                rows += 1
    assert rows >= 15
