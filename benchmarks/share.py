"""The goals G1 to G7 of the share: simulate, draw from real accounts, compare with others, write the table.

    python -m benchmarks.share [--audits 2000] [--jobs 2] [--seed 1] [--only simulated|real] [-o FILE]

The same seed gives the same table, whatever the number of jobs.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import share_real, share_simulation
from benchmarks.share_detector import data_folder
from benchmarks.share_goals import Row, from_real, from_simulation, peers, table
from benchmarks.share_real import RealCell

OUT = Path(__file__).parent / "results" / "share.md"
CHUNK = 125
SPLITS = 20
REAL = (
    (None, "cresci", 400),
    (None, "cresci", 1000),
    ("INT", "cresci", 400),
    ("FSF", "cresci", 400),
    ("INT", "shipped", 400),
    ("FSF", "shipped", 400),
)


def simulated(number: int, chunk: int, count: int, seed: int) -> tuple[int, dict[str, Any]]:
    """A chunk of a cell's audits, with a seed of its own."""
    return number, share_simulation.audits(share_simulation.cells()[number], count, (seed, number, chunk))


def real(which: int, split: int, count: int) -> list[tuple[RealCell, Any]]:
    """All shares of one kind of draw in one split, since they use the same trained models."""
    left_out, sets, n = REAL[which]
    cells = [RealCell(left_out, share, n, sets) for share in share_real.SHARES]
    return [
        (cell, np.column_stack([rows, np.full(len(rows), split)]))
        for cell in cells
        for rows in [share_real.audits(cell, split, count)]
    ]


def main() -> None:
    """Run everything and write the table."""
    parser = argparse.ArgumentParser(description="Goals G1 to G7 of the zombie share")
    parser.add_argument("--audits", type=int, default=2000, help="audits a cell")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("simulated", "real"), help="G1 to G4 or G5 to G7 alone")
    parser.add_argument("-o", "--output", type=Path, default=OUT)
    asked = parser.parse_args()
    from joblib import Parallel, delayed

    run = Parallel(n_jobs=asked.jobs, verbose=1)
    cells = [] if asked.only == "real" else share_simulation.cells()
    sizes = [CHUNK] * (asked.audits // CHUNK) + [asked.audits % CHUNK] * (asked.audits % CHUNK > 0)
    parts = run(
        delayed(simulated)(number, chunk, size, asked.seed)
        for number in range(len(cells))
        for chunk, size in enumerate(sizes)
    )
    rows: list[Row] = []
    beside: list[tuple[str, ...]] = []
    for number, cell in enumerate(cells):
        own = [found for which, found in parts if which == number]
        found = _joined(own)
        rows += from_simulation(cell, found)
        if cell.peers:
            beside += peers(cell, found)

    missing = ""
    if asked.only == "simulated":
        missing = "G5 to G7 were not asked for.\n\n"
    elif data_folder().is_dir():
        each = max(1, asked.audits // SPLITS)
        draws = run(
            delayed(real)(which, split, each) for which in range(len(REAL)) for split in range(SPLITS)
        )
        by_cell: dict[RealCell, list[Any]] = {}
        for drawn in draws:
            for cell, audits in drawn:
                by_cell.setdefault(cell, []).append(audits)
        rows += from_real([(cell, np.concatenate(audits)) for cell, audits in by_cell.items()])
    else:
        missing = "G5 to G7 were not run: the published sets are absent (set ZOMBIESCOPE_DATA).\n\n"

    asked.output.parent.mkdir(exist_ok=True)
    asked.output.write_text(_page(asked.audits, asked.seed, missing, rows, beside), encoding="utf-8")
    print("\n".join(table(rows)[: 2 + len({row.goal for row in rows})]))


def _joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Chunks end to end, in front the audits that every method ran on: slow ones run on a chunk's first."""
    common = [min(len(rows) for rows in part.values()) for part in parts]
    return {
        name: np.concatenate(
            [part[name][:n] for part, n in zip(parts, common, strict=True)]
            + [part[name][n:] for part, n in zip(parts, common, strict=True)]
        )
        for name in parts[0]
    }


def _page(audits: int, seed: int, missing: str, rows: list[Row], beside: list[tuple[str, ...]]) -> str:
    lines = [
        "# The zombie share: goals and measurements",
        "",
        f"`python -m benchmarks.share --audits {audits} --seed {seed}`: {audits:,} audits a cell.",
        "Behind each figure is its 95% Monte Carlo interval; on real accounts it is over 20 splits into",
        "training and held-out rows. Simulated scores are of two normal classes, calibrated; every audit",
        "has its own 1,000 template rows a class.",
        "Real accounts are scored by the shipped model's recipe, trained anew for each split (one seed).",
        "",
        missing + "\n".join(table(rows)),
        "",
        "## Others on the same draws",
        "",
        "AUC .95, n = 1,000, the same templates. QuaPy's estimators are points, over a fifth of the audits.",
        "",
        "| share | estimator | coverage of 95% | mean absolute error | mean width |",
        "|---|---|---|---|---|",
        *("| " + " | ".join(line) + " |" for line in beside),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
