"""The folder of the published sets, and small files in the sets' form."""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

Write = Callable[..., None]


@pytest.fixture(scope="session")
def data() -> Path:
    """Where the published sets are; the test is skipped where they are not."""
    default = Path(__file__).parents[5] / "shared" / "data"
    root = Path(os.environ.get("ZOMBIESCOPE_DATA", default))
    if not root.is_dir():
        pytest.skip(f"the published sets are not here: set ZOMBIESCOPE_DATA (looked in {root})")
    return root


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write rows as CSV under tmp_path; a name ending in .gz is compressed, `bom` puts a byte-order mark
    first."""

    def _write(
        name: str,
        rows: Sequence[Sequence[object]],
        *,
        bom: bool = False,
        sep: str = ",",
        quote_all: bool = False,
    ) -> None:
        text = io.StringIO()
        csv.writer(text, delimiter=sep, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL).writerows(
            rows
        )
        content = text.getvalue().encode("utf-8-sig" if bom else "utf-8")
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)

    return _write
