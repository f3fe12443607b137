"""`zombiescope compare`, as a person types it: kept audits, files, and what cannot be compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command_line import Run
from doubles import outcome
from zombiescope import wiring
from zombiescope.report import render
from zombiescope.usecases import audit_store


@pytest.fixture(autouse=True)
def stored_audits(empty_home: Path) -> None:
    """Two audits, stored in the home folder."""
    with wiring.store(wiring.settings()) as store:
        for name in ("3f2a0000-1111", "77770000-2222"):
            request, done = outcome(name)
            audit_store.keep(store, request, done)


def test_two_kept_audits(run: Run) -> None:
    """By the beginning of their ids; what they were estimated from was kept, so that the interval can be dependent."""
    ran = run("compare", "3f2a", "7777", "--format", "json")
    assert ran.code == 0
    document = json.loads(ran.out)
    assert document["share"]["method"] == "dependent"
    assert document["share"]["estimate"] == 0
    assert document["share"]["in_both"] > 100
    assert document["sentences"]


def test_two_files(run: Run, tmp_path: Path) -> None:
    """Files that `audit --format json` wrote; a page is written whole."""
    paths = []
    for number in (1, 2):
        path = tmp_path / f"{number}.json"
        path.write_text(render(outcome(f"id-{number}")[1].audit, None, form="json"))
        paths.append(str(path))
    ran = run("compare", *paths)
    assert ran.code == 0
    assert "What changed among the followers of weibo:embassy" in ran.out
    assert "takes the two audits for independent" in " ".join(ran.out.split())
    page = tmp_path / "change.html"
    assert run("compare", *paths, "--format", "html", "-o", str(page)).code == 0
    assert page.read_text().startswith("<!DOCTYPE html>")


def test_what_cannot_be_compared(run: Run, tmp_path: Path) -> None:
    """One line what, one line what to do."""
    broken = tmp_path / "broken.json"
    broken.write_text('{"schema": 1}')
    ran = run("compare", str(broken), "3f2a")
    assert ran.code == 1
    assert "broken.json is no audit as JSON" in ran.err
    ran = run("compare", "nobody", "3f2a")
    assert ran.code == 1
    assert "there is no audit 'nobody'" in ran.err
    assert "Traceback" not in ran.err


def test_the_list_as_it_is_now(run: Run, tmp_path: Path) -> None:
    """`--list` looks the earlier sample's followers up in the later list."""
    path = tmp_path / "now.csv"
    path.write_text("platform,id,handle\n" + "".join(f"weibo,{1000 + i},user{i}\n" for i in range(0, 300, 2)))
    ran = run("compare", "3f2a", "7777", "--list", f"file:{path}", "--format", "json")
    assert ran.code == 0, ran.err
    left = json.loads(ran.out)["left"]
    assert left["basis"] == "list"
    assert 0.3 < left["part"]["estimate"] < 0.6
