"""Labels as people write them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zombiescope.records import read
from zombiescope.records.label_words import label_of

WORDS = [
    ("fake", "real"),
    ("bot", "human"),
    ("1", "0"),
    ("是", "否"),
    ("Zombie", "Genuine"),
    ("TRUE", "FALSE"),
]


@pytest.mark.parametrize(("zombie", "genuine"), WORDS)
def test_words_in_a_csv_file(tmp_path: Path, zombie: str, genuine: str) -> None:
    """Both classes' words are read as the record's labels."""
    path = tmp_path / "f.csv"
    path.write_text(
        f"platform,id,followers_count,label,label_source\nx,1,3,{zombie},v\nx,2,4,{genuine},s\n", "utf-8"
    )
    table, rejected = read(path)
    assert rejected == []
    assert table["label"].to_pylist() == ["zombie", "genuine"]
    assert table["label_source"].to_pylist() == ["v", "s"]


@pytest.mark.parametrize(("zombie", "genuine"), [(1, 0), (True, False), ("fake", "real")])
def test_words_in_json(tmp_path: Path, zombie: object, genuine: object) -> None:
    """Numbers and flags too."""
    path = tmp_path / "f.jsonl"
    rows = [{"platform": "x", "id": str(n), "label": label} for n, label in enumerate((zombie, genuine))]
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    table, rejected = read(path)
    assert rejected == []
    assert table["label"].to_pylist() == ["zombie", "genuine"]


def test_another_word_is_rejected(tmp_path: Path) -> None:
    """What is no label is named with its row."""
    path = tmp_path / "f.csv"
    path.write_text("platform,id,followers_count,label\nx,1,3,perhaps\nx,2,4,2\nx,3,5,real\n", "utf-8")
    _, rejected = read(path)
    assert len(rejected) == 2
    assert "neither zombie nor genuine" in rejected[0].reason
    assert label_of([1]) is None
