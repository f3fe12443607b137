"""`zombiescope rank`: what it audits is kept, so that each row can be looked into."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from zombiescope import wiring
from zombiescope.cli import main


def test_the_audits_of_a_table_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The id in a row's JSON names an audit that `label` and `compare` find."""
    monkeypatch.setenv("ZOMBIESCOPE_HOME", str(tmp_path))
    monkeypatch.delenv("ZOMBIESCOPE_DATABASE_URL", raising=False)
    table = tmp_path / "accounts.csv"
    table.write_text("account,name,declared\nsample:brazil,Brazil,522310\nsample:nobody,Nobody,10\n")
    monkeypatch.setattr(
        sys, "argv", ["zombiescope", "rank", str(table), "--sample", "100", "--format", "json"]
    )
    main()
    first, second = json.loads(capsys.readouterr().out)["accounts"]
    assert second["reason"]
    with wiring.store(wiring.settings()) as store:
        assert store.audits.get(first["audit"]).account.ref == "sample:brazil"  # type: ignore[union-attr]


def test_a_simulated_account_first_changes_no_other_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each account is scored with the model for it, whichever account the table begins with."""
    monkeypatch.setenv("ZOMBIESCOPE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ZOMBIESCOPE_DATABASE_URL", raising=False)
    rows = tmp_path / "real.jsonl"
    rows.write_text(
        "".join(
            json.dumps({"platform": "x", "id": str(n), "handle": f"fan{n}", "followers_count": n}) + "\n"
            for n in range(40)
        )
    )
    words = ["rank", "sample:brazil", f"file:{rows}", "--sample", "30", "--as-of", "2020-01-01"]
    monkeypatch.setattr(sys, "argv", ["zombiescope", *words, "--format", "json"])
    main()
    ranked = {row["account"]: row["audit"] for row in json.loads(capsys.readouterr().out)["accounts"]}
    with wiring.store(wiring.settings()) as store:
        models = {ref: store.audits.get(audit).model for ref, audit in ranked.items()}
    settings = wiring.settings()
    for ref, model in models.items():
        assert model == wiring.detector(settings, None, ref).info
    assert len(set(models.values())) == 2
