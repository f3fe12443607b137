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
