"""From audits to the table of goals: each figure with its Monte Carlo interval, met or by how much not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from zombiescope.share.critical import wilson

if TYPE_CHECKING:
    from benchmarks.share_real import RealCell
    from benchmarks.share_simulation import Cell
    from zombiescope.share.inputs import Floats

__all__ = ["Figure", "Row", "from_real", "from_simulation", "peers", "table"]

MAE = {0.02: 0.0080, 0.1: 0.0125, 0.5: 0.0180, 0.87: 0.0135}
BLOCKS = {0.1: 0.92, 0.5: 0.72, 0.87: 0.95}
PERFECT = 1.12


@dataclass(frozen=True)
class Figure:
    """A measured value and its 95% Monte Carlo interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.4f} ({self.low:.4f} to {self.high:.4f})"


@dataclass(frozen=True)
class Row:
    """One line of the table. least, most: what the goal asks for, None where that side is open."""

    goal: str
    where: str
    what: str
    figure: Figure
    least: float | None = None
    most: float | None = None

    @property
    def asked(self) -> str:
        """The goal in figures."""
        parts = [] if self.least is None else [f">= {self.least:g}"]
        return ", ".join(parts + ([] if self.most is None else [f"<= {self.most:g}"]))

    @property
    def missed_by(self) -> float:
        """0 where the goal is met."""
        short = 0.0 if self.least is None else max(0.0, self.least - self.figure.value)
        return max(short, 0.0 if self.most is None else max(0.0, self.figure.value - self.most))

    @property
    def verdict(self) -> str:
        """Met or by how much not, and whether chance alone could say otherwise."""
        if not self.missed_by:
            return "met"
        reach = (self.least is None or self.figure.high >= self.least) and (
            self.most is None or self.figure.low <= self.most
        )
        return f"missed by {self.missed_by:.4f}" + (" (within Monte Carlo error)" if reach else "")


def _rate(hits: npt.NDArray[np.float64] | npt.NDArray[np.bool_]) -> Figure:
    return Figure(float(np.mean(hits)), *wilson(float(np.sum(hits)), len(hits)))


def _mean(values: Floats) -> Figure:
    mean, half = float(np.mean(values)), 1.96 * float(np.std(values, ddof=1)) / len(values) ** 0.5
    return Figure(mean, mean - half, mean + half)


def _ratio(top: Floats, bottom: Floats) -> Figure:
    """Ratio of two means on the same draws, by the delta method."""
    ratio = float(np.mean(top) / np.mean(bottom))
    half = 1.96 * float(np.std(top - ratio * bottom, ddof=1)) / len(top) ** 0.5 / float(np.mean(bottom))
    return Figure(ratio, ratio - half, ratio + half)


def _by_split(values: Floats, splits: Floats) -> Figure:
    """A mean whose draws share the errors of their split: the splits are what varies."""
    means = np.array([values[splits == split].mean() for split in np.unique(splits)])
    half = 1.96 * float(np.std(means, ddof=1)) / len(means) ** 0.5 if len(means) > 1 else float("nan")
    return Figure(float(values.mean()), float(values.mean()) - half, float(values.mean()) + half)


def from_simulation(cell: Cell, columns: dict[str, Floats]) -> list[Row]:
    """The rows of G1 to G4 that a cell gives."""
    audit, perfect = columns["audit"], columns["perfect"]
    point, low, high, truth, _flagged, inside_low, inside_high = audit.T
    where = f"AUC {cell.auc}, share {cell.share:g}, n {cell.n:,}"
    covered = _rate((low <= truth) & (truth <= high))
    width = _ratio(inside_high - inside_low, perfect[:, 2] - perfect[:, 1])
    if cell.blocks:
        return [
            Row("G4", where, "coverage, bought blocks", covered, least=0.94),
            Row("G4", where, "width beside a perfect classifier's", width, most=BLOCKS[cell.share]),
        ]
    edge = cell.share in (0.0, 1.0)
    rows = [Row("G1", where, "coverage", covered, least=0.95 if edge else 0.94, most=None if edge else 0.985)]
    if cell.n == 1000 and cell.auc == 0.95:
        bias = _mean(point - truth)
        limit = 0.004 if edge else 0.002
        rows.append(Row("G2", where, "bias", bias, least=-limit, most=limit))
        if cell.share in MAE:
            rows.append(
                Row("G2", where, "mean absolute error", _mean(abs(point - truth)), most=MAE[cell.share])
            )
    if cell.auc in (0.95, 0.99) and 0.1 <= cell.share <= 0.87:
        most = 1.25 if cell.auc == 0.99 else 1.6
        rows.append(Row("G3", where, "width beside a perfect classifier's", width, most=most))
    if cell.auc == 0.99 and cell.share == 0 and cell.n == 1000:
        rows.append(Row("G3", where, "mean upper limit", _mean(inside_high), most=0.008))
    return rows


def peers(cell: Cell, columns: dict[str, Floats]) -> list[tuple[str, str, str, str, str]]:
    """Share, estimator, coverage, mean absolute error and mean width of everybody on the same draws."""
    lines = []
    for name, rows in columns.items():
        low, high = rows[:, 1], rows[:, 2]
        silent = name.startswith("QuaPy")
        label = "zombiescope" if name == "audit" else name
        truth = columns["audit"][: len(rows), 3]
        cover = "no interval" if silent else f"{_rate((low <= truth) & (truth <= high)).value:.3f}"
        width = "" if silent else f"{np.mean(high - low):.4f}"
        error = f"{np.mean(abs(rows[:, 0] - truth)):.4f}"
        lines.append(
            (f"{cell.share:g}", "perfect classifier" if name == "perfect" else label, cover, error, width)
        )
    return lines


def from_real(cells: Sequence[tuple[RealCell, Floats]]) -> list[Row]:
    """The rows of G5 to G7; each array has its split as a last column."""
    rows: list[Row] = []
    for left_out in ("INT", "FSF"):
        for sets in ("cresci", "shipped"):
            rows += _unseen(
                left_out, sets, [c for c in cells if (c[0].left_out, c[0].sets) == (left_out, sets)]
            )
    same = [c for c in cells if c[0].left_out is None]
    for n in sorted({cell.n for cell, _ in same}):
        rows += _same_vendors(n, [c for c in same if c[0].n == n])
    return rows


def _unseen(left_out: str, sets: str, cells: Sequence[tuple[RealCell, Floats]]) -> list[Row]:
    rows = []
    trained = "other vendor of Cresci-2015" if sets == "cresci" else "sets of the shipped model"
    widths, errors, alone, splits = [], [], [], []
    for cell, audits in cells:
        where = f"{left_out} left out ({trained}), share {cell.share:g}, n {cell.n:,}"
        _, low, high, _, _, _, bound_low, bound_high = audits[:, :8].T
        helped, helped_low, helped_high, only = audits[:, 9:13].T
        truth, split = audits[:, 14], audits[:, -1]
        held = _by_split(((low <= truth) & (truth <= high)).astype(float), split)
        if cell.share >= 0.1:
            rows.append(Row("G5", where, "coverage of the headline", held, least=0.9))
            widths.append(high - low)
            splits.append(split)
        if cell.share == 0.02:
            second = _by_split(((bound_low <= truth) & (truth <= bound_high)).astype(float), split)
            rows.append(Row("G5", where, "coverage of the second line", second, least=0.95))
        labelled = _by_split(((helped_low <= truth) & (truth <= helped_high)).astype(float), split)
        rows.append(Row("G6", where, "coverage with 100 labels", labelled, least=0.94))
        errors.append((abs(helped - truth), split))
        alone.append((abs(only - truth), split))
    if cells:
        whole = f"{left_out} left out ({trained}), n {cells[0][0].n:,}"
        mean_width = _by_split(np.concatenate(widths), np.concatenate(splits))
        rows.append(
            Row("G5", f"{whole}, shares .1 to 1", "mean width of the headline", mean_width, most=0.45)
        )
        for (error, split), (other, _), (cell, _) in zip(errors, alone, cells, strict=True):
            where = f"{left_out} left out ({trained}), share {cell.share:g}, n {cell.n:,}"
            difference = _by_split(error - other, split)
            rows.append(
                Row("G6", where, "error with 100 labels less that of the labels alone", difference, most=0.0)
            )
        every = _by_split(np.concatenate([e for e, _ in errors]), np.concatenate([s for _, s in errors]))
        rows.append(
            Row("G6", f"{whole}, all shares", "mean absolute error with 100 labels", every, most=0.02)
        )
    return rows


def _same_vendors(n: int, cells: Sequence[tuple[RealCell, Floats]]) -> list[Row]:
    rows, errors, perfect = [], [], []
    for cell, audits in cells:
        again = "" if bool(audits[:, 13].all()) else ", some accounts drawn twice"
        where = f"same vendors, share {cell.share:g}, n {n:,}{again}"
        point, low, high, flagged = audits[:, :4].T
        truth, split = audits[:, 14], audits[:, -1]
        held = _by_split(((low <= truth) & (truth <= high)).astype(float), split)
        rows.append(Row("G7", where, "coverage", held, least=0.94))
        rows.append(Row("G5", where, "sound lists flagged", _by_split(flagged, split), most=0.02))
        errors.append(abs(point - truth))
        perfect.append(abs(audits[:, 8] - truth))
    ratio = _ratio(np.concatenate(errors), np.concatenate(perfect))
    rows.append(
        Row(
            "G7",
            f"same vendors, all shares, n {n:,}",
            "error beside a perfect classifier's",
            ratio,
            most=PERFECT,
        )
    )
    return rows


def table(rows: Sequence[Row]) -> list[str]:
    """The rows as Markdown lines: first what each goal comes to, then every figure."""
    lines = ["| goal | figures | met | the worst |", "|---|---|---|---|"]
    for goal in sorted({row.goal for row in rows}):
        own = [row for row in rows if row.goal == goal]
        worst = max(own, key=lambda row: row.missed_by)
        word = (
            "all met"
            if not worst.missed_by
            else f"{worst.what}, {worst.where}: {worst.figure}, {worst.verdict}"
        )
        lines.append(f"| {goal} | {len(own)} | {sum(not row.missed_by for row in own)} | {word} |")
    lines += ["", "| goal | where | what | asked | measured | |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {row.goal} | {row.where} | {row.what} | {row.asked} | {row.figure} | {row.verdict} |"
        for row in sorted(rows, key=lambda row: row.goal)
    ]
    return lines
