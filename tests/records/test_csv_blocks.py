"""Rows that are read by whole blocks are those that are read one after the other."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from records.written_tables import accounts, random_style, written
from zombiescope.errors import ZombiescopeError
from zombiescope.records import Choices, batches, csv_blocks, csv_reader
from zombiescope.records.dialect import sniff

X = Choices(constants={"platform": "x"}, decimal="point", date_order="dmy", encoding="utf-8")
PIECES = (
    "a",
    "1",
    "é",
    '"',
    '""',
    '"x,y"',
    '"l1\nl2"',
    ",",
    ",,",
    ";",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\0",
    " ",
    "\xff",
)


def outcome(path: Path) -> object:
    """All that reading gives, batches aside."""
    rows: list[object] = []
    refused: list[object] = []
    try:
        for batch in batches(path, rows=7, choices=X):
            rows += list(zip(batch.table.to_pylist(), batch.places.tolist(), strict=True))
            refused += batch.refused
    except ZombiescopeError as error:
        return str(error), rows, refused
    return None, rows, refused


def both(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[object, object]:
    """What is read with blocks, and without."""
    fast = outcome(path)
    with monkeypatch.context() as patch:
        patch.setattr(csv_reader._Chunks, "_block", lambda *_: None)
        return fast, outcome(path)


def fixture_checks() -> list[HealthCheck]:
    return [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@given(
    lines=st.lists(st.lists(st.sampled_from(PIECES), max_size=7).map("".join), max_size=12), end=st.booleans()
)
@settings(max_examples=examples(250), deadline=None, suppress_health_check=fixture_checks())
def test_any_text_is_read_the_same_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str], end: bool
) -> None:
    """Quotes, returns, blank lines, zero bytes and delimiters in any order."""
    text = "\n".join(["username,followers,following,bio", *lines]) + ("\n" if end else "")
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode("latin-1"))
    fast, slow = both(path, monkeypatch)
    assert fast == slow


@given(seed=st.integers(0, 10**9), cuts=st.lists(st.integers(0, 10**6), max_size=3))
@settings(max_examples=examples(80), deadline=None, suppress_health_check=fixture_checks())
def test_a_damaged_table_is_read_the_same_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, cuts: list[int]
) -> None:
    """A table of any dialect, with a few bytes taken out."""
    rng = random.Random(seed)
    style = random_style(rng)
    table = written(accounts(rng, 40, style.language), style)
    data = bytearray(table.data)
    for cut in cuts:
        if not table.name.endswith((".gz", ".zip")):
            del data[cut % len(data)]
    path = tmp_path / table.name
    path.write_bytes(data)
    fast, slow = both(path, monkeypatch)
    assert fast == slow


def test_whole_tables_go_by_blocks() -> None:
    """A table with quoted cells, line feeds within them and a last line without an end is read in one block."""
    text = b'a,"b, c",1\r\nd,"e\nf",2\r\n"g","""h""",3'
    dialect = sniff(["x,y,z\n"])
    block = csv_blocks.block(memoryview(text), {"x": 0, "y": 1, "z": 2}, dialect, width=3, rows=10, last=True)
    assert block is not None
    assert {name: column.to_pylist() for name, column in block.columns.items()} == {
        "x": ["a", "d", "g"],
        "y": ["b, c", "e\nf", '"h"'],
        "z": ["1", "2", "3"],
    }
    assert (block.begins.tolist(), block.ends.tolist(), block.lines) == ([0, 1, 3], [0, 2, 3], 4)
