"""`zombiescope keys` with tenants and quotas, `watch`, and what `rank` and `forget` leave in the database."""

from __future__ import annotations

import csv
import io

import pytest

from cli.command_line import Run
from zombiescope import wiring
from zombiescope.storage import Quotas, Store


def everything() -> Store:
    """The database with the rows of all tenants."""
    return wiring.shared_store(wiring.settings())


def test_keys_have_tenants_quotas_and_an_end(run: Run) -> None:
    """They are listed with what they may do; one is revoked by its tenant and name, and the trail says so."""
    made = run(
        "keys", "add", "ann", "--scope", "read", "--tenant", "acme", "--expires", "2100-01-01",
        "--audits-at-once", "2", "--requests-a-day", "100", "--dollars-a-month", "5",
    )  # fmt: skip
    assert made.code == 0, made.err
    assert run("keys", "add", "ann", "--scope", "admin").code == 0
    listed = (
        "acme/ann: read; 2 audits at once; 100 requests a day; $5.00 a month; expires 2100-01-01 00:00 UTC\n"
    )
    assert run("keys", "list").out == listed + "ann: admin\n"
    assert run("keys", "list", "--tenant", "acme").out == listed
    with everything() as store:
        key = store.of("acme").keys.all()[0]
        assert key.quotas == Quotas(2, 100, 5.0)
        assert key.created_by == "operator"
    assert run("keys", "revoke", "ann", "--tenant", "acme").code == 0
    assert run("keys", "list").out == "ann: admin\n"
    with everything() as store:
        trail = [(one.actor, one.action, one.target) for one in store.of("acme").trail.newest(9)]
    assert trail == [("operator", "revokeKey", "ann"), ("operator", "createKey", "ann")]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("add", "ann", "--scope", "read", "--tenant", "../x"), "is no tenant's name"),
        (("add", "a/b", "--scope", "read"), "is no key name"),
        (("add", "ann", "--scope", "read", "--expires", "2000-01-01"), "has passed already"),
        (("revoke", "nobody"), "there is no key 'nobody'"),
    ],
)
def test_a_key_that_cannot_be_is_one_line(run: Run, words: tuple[str, ...], what: str) -> None:
    """What is wrong, and what to do; exit 1."""
    wrong = run("keys", *words)
    assert wrong.code == 1
    assert what in wrong.err
    assert "Traceback" not in wrong.err


def test_the_command_line_sees_the_tenant_of_the_settings(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its audits, watches and keys are that tenant's; `forget` deletes everybody's."""
    monkeypatch.setenv("ZOMBIESCOPE_TENANT", "acme")
    assert run("rank", "sample:canada", "--sample", "40").code == 0
    with everything() as store:
        assert len(store.of("acme").audits.newest(9)) == 1
        assert store.of("default").audits.newest(9) == []
        (batch,) = store.of("acme").batches.newest(9)
        assert (batch.status, batch.created_by, batch.size) == ("done", "operator", 1)
        assert [row.status for row in store.batches.rows(batch.id)] == ["done"]
    monkeypatch.setenv("ZOMBIESCOPE_TENANT", "default")
    assert "no audit is kept yet" in run("report", "last").err
    assert "1 audits" in run("forget", "sample:canada").out
    with everything() as store:
        assert store.audits.newest(9) == []
        assert store.trail.newest(1)[0].action == "forget"
        assert "canada" not in store.trail.newest(1)[0].target
    monkeypatch.setenv("ZOMBIESCOPE_TENANT", "no/tenant")
    assert run("keys", "list").code == 1


def test_a_watch_is_added_listed_paused_and_removed(run: Run) -> None:
    """It waits for a worker; its curve is text or CSV."""
    added = run("watch", "add", "sample:canada", "--schedule", "0 6 * * 1", "--sample", "50")
    assert added.code == 0, added.err
    watch = added.out.strip()
    assert f"{watch}  sample:canada  [0 6 * * 1]  next " in run("watch", "list").out
    assert run("watch", "show", watch).out == ""
    rows = list(csv.reader(io.StringIO(run("watch", "show", watch, "--format", "csv").out)))
    assert rows[0][:3] == ["number", "at", "audit"]
    assert run("watch", "pause", watch).code == 0
    assert "paused" in run("watch", "list").out
    assert "is due at" in run("watch", "resume", watch).out
    assert run("watch", "remove", watch).code == 0
    assert run("watch", "list").out == ""
    assert "there is no watch" in run("watch", "remove", watch).err


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("file:x.jsonl", "--schedule", "0 6 * * 1"), "cannot be watched"),
        (("canada", "--schedule", "0 6 * * 1"), "cannot be watched"),
        (("sample:canada", "--schedule", "weekly"), "is no schedule"),
        (("sample:canada", "--schedule", "0 6 * * 1", "--sample", "0"), "sample 0 cannot be used"),
        (("sample:canada", "--schedule", "0 6 * * 1", "--model", "nothing-1"), "there is no model"),
    ],
)
def test_what_cannot_be_watched_is_one_line(run: Run, words: tuple[str, ...], what: str) -> None:
    """What is wrong, and what to do; exit 1."""
    wrong = run("watch", "add", *words)
    assert wrong.code == 1
    assert what in wrong.err
