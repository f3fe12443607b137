"""The goals G1 to G7 of the share: simulate, draw from real accounts, compare with others, write the table.

    python -m benchmarks.share [--audits 2000] [--real 400] [--jobs 2] [--seed 1] [--only simulated|real] [-o FOLDER]

Simulated audits (G1 to G4) go into share.md, audits drawn from real accounts (G5 to G7) into share-real.md. The same
seed gives the same tables, whatever the number of jobs.
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

OUT = Path(__file__).parent / "results"
CHUNK = 125
SPLITS = 20
# The vendor left out, the sets that train, and the sizes of the samples.
REAL = (
    (None, "cresci", (400, 1000)),
    ("INT", "cresci", (400,)),
    ("FSF", "cresci", (400,)),
    ("INT", "shipped", (400,)),
    ("FSF", "shipped", (400,)),
)


def simulated(number: int, chunk: int, count: int, seed: int) -> tuple[int, dict[str, Any]]:
    """A chunk of a cell's audits, with a seed of its own."""
    return number, share_simulation.audits(share_simulation.cells()[number], count, (seed, number, chunk))


def real(which: int, split: int, count: int) -> list[tuple[RealCell, Any]]:
    """All shares and sizes of one kind of draw in one split, since they use the same trained models."""
    left_out, sets, sizes = REAL[which]
    cells = [RealCell(left_out, share, n, sets) for n in sizes for share in share_real.SHARES]
    return [
        (cell, np.column_stack([rows, np.full(len(rows), split)]))
        for cell in cells
        for rows in [share_real.audits(cell, split, count)]
    ]


def main() -> None:
    """Run what is asked for and write its pages."""
    parser = argparse.ArgumentParser(description="Goals G1 to G7 of the zombie share")
    parser.add_argument("--audits", type=int, default=2000, help="simulated audits a cell")
    parser.add_argument(
        "--real", type=int, default=400, help="audits a cell on real accounts, over 20 splits"
    )
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("simulated", "real"), help="G1 to G4 or G5 to G7 alone")
    parser.add_argument(
        "--sets", choices=("cresci", "shipped"), help="train on Cresci-2015 or the shipped sets alone"
    )
    parser.add_argument("-o", "--output", type=Path, default=OUT)
    asked = parser.parse_args()
    asked.output.mkdir(exist_ok=True)
    if asked.only != "real":
        rows, beside = _simulated(asked.audits, asked.jobs, asked.seed)
        _write(asked.output / "share.md", _simulated_page(asked.audits, asked.seed, rows, beside), rows)
    if asked.only == "simulated":
        return
    if not data_folder().is_dir():
        raise SystemExit("G5 to G7 need the published sets: set ZOMBIESCOPE_DATA.")
    rows = _real(asked.real, asked.jobs, asked.sets)
    _write(asked.output / "share-real.md", _real_page(asked.real, asked.sets, rows), rows)


def _simulated(audits: int, jobs: int, seed: int) -> tuple[list[Row], list[tuple[str, ...]]]:
    """The rows of G1 to G4, and the other estimators on the same draws."""
    from joblib import Parallel, delayed

    cells = share_simulation.cells()
    sizes = [CHUNK] * (audits // CHUNK) + [audits % CHUNK] * (audits % CHUNK > 0)
    parts = Parallel(n_jobs=jobs, verbose=1)(
        delayed(simulated)(number, chunk, size, seed)
        for number in range(len(cells))
        for chunk, size in enumerate(sizes)
    )
    rows: list[Row] = []
    beside: list[tuple[str, ...]] = []
    for number, cell in enumerate(cells):
        figures = _joined([figures for which, figures in parts if which == number])
        rows += from_simulation(cell, figures)
        if cell.peers:
            beside += peers(cell, figures)
    return rows, beside


def _real(audits: int, jobs: int, only: str | None) -> list[Row]:
    """The rows of G5 to G7."""
    from joblib import Parallel, delayed

    each = max(1, audits // SPLITS)
    draws = Parallel(n_jobs=jobs, verbose=1)(
        delayed(real)(which, split, each)
        for which, (_, sets, _) in enumerate(REAL)
        for split in range(SPLITS)
        if only in (None, sets)
    )
    by_cell: dict[RealCell, list[Any]] = {}
    for drawn in draws:
        for cell, figures in drawn:
            by_cell.setdefault(cell, []).append(figures)
    return from_real([(cell, np.concatenate(figures)) for cell, figures in by_cell.items()])


def _write(path: Path, page: str, rows: list[Row]) -> None:
    path.write_text(page, encoding="utf-8")
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


def _simulated_page(audits: int, seed: int, rows: list[Row], beside: list[tuple[str, ...]]) -> str:
    lines = [
        "# The zombie share: goals and measurements on simulated audits",
        "",
        f"`python -m benchmarks.share --only simulated --audits {audits} --seed {seed}`: {audits:,} audits a cell.",
        "Behind each figure is its 95% Monte Carlo interval. Scores are of two normal classes, calibrated; every audit",
        "has its own 1,000 template rows a class, of one kind. Real accounts: share-real.md.",
        "",
        *table(rows),
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


def _real_page(audits: int, only: str | None, rows: list[Row]) -> str:
    lines = [
        "# The zombie share: goals and measurements on real accounts",
        "",
        f"`python -m benchmarks.share --only real --real {audits}{f' --sets {only}' if only else ''}`: {audits:,}",
        f"audits a cell, over {SPLITS} splits",
        "into training and held-out rows; a split's audits share its errors. Behind each figure is its Monte Carlo",
        "interval (95%) over splits. Accounts are scored by the shipped model's recipe, trained anew each split (three",
        "seeds): on Cresci-2015 alone, or on the sets of the shipped model.",
        "",
        *table(rows),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
