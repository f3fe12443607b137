"""Simulated audits with known truth: the goals G1 to G4 of the share, and its peers on the same draws."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.share_peers import PEERS, QUAPY, quapy_point
from zombiescope.sampling import draw
from zombiescope.share import Reference, Scored, Templates, assess
from zombiescope.share.critical import wilson
from zombiescope.share.gate import FAILS_AT

if TYPE_CHECKING:
    import numpy.typing as npt

    from zombiescope.share.inputs import Floats

__all__ = ["SHARES", "Cell", "audits", "binormal", "cells", "templates"]

SHARES = (0.0, 0.02, 0.1, 0.3, 0.5, 0.87, 1.0)
QUAPY_AUDITS = 25  # of each chunk: QuaPy is an oracle for the point, and slow


@dataclass(frozen=True)
class Cell:
    """One setting of the simulation. blocks: bought blocks in a list of `listed`, 0 for none."""

    auc: float
    share: float
    n: int
    rows: int = 1000
    blocks: int = 0
    listed: int = 10_000_000
    peers: bool = False
    purity: float = 0.95
    base: float = 0.02


def cells() -> list[Cell]:
    """The cells of G1 (which hold those of G2 and G3), and of G4."""
    plain = [
        Cell(auc, share, n, peers=n == 1000 and auc == 0.95)
        for auc in (0.9, 0.95, 0.99)
        for n in (400, 1000)
        for share in SHARES
    ]
    return plain + [Cell(0.99, share, 1000, blocks=5, listed=100_000) for share in (0.1, 0.5, 0.87)]


def binormal(zombie: npt.NDArray[np.bool_], auc: float, rng: np.random.Generator) -> Floats:
    """Calibrated scores of two normal classes one `auc` apart: (rows,) for (rows,) truths."""
    distance = NormalDist().inv_cdf(auc) * 2**0.5
    log_odds = distance * rng.standard_normal(len(zombie)) + distance**2 * (zombie - 0.5)
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def templates(auc: float, rows: int, rng: np.random.Generator) -> Templates:
    """Templates of `rows` a class."""
    return Templates(
        binormal(np.ones(rows, dtype=bool), auc, rng), binormal(np.zeros(rows, dtype=bool), auc, rng)
    )


def _truth(
    cell: Cell, rng: np.random.Generator
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64], float]:
    """Who of the drawn is a zombie, their places, and the share that the interval should hold."""
    places = draw(cell.listed, cell.n, rng)
    if not cell.blocks:
        return rng.random(cell.n) < cell.share, places, cell.share
    bought = round(cell.listed * (cell.share - cell.base) / (cell.purity - cell.base))
    gaps = np.sort(rng.integers(0, cell.listed - bought + 1, cell.blocks))
    chance = np.full(cell.listed, cell.base)
    for number, gap in enumerate(gaps):
        begin = gap + number * bought // cell.blocks
        chance[begin : begin + bought // cell.blocks] = cell.purity
    zombie = rng.random(cell.listed) < chance
    return zombie[places], places, float(zombie.mean())


def audits(cell: Cell, count: int, seed: tuple[int, ...]) -> dict[str, Floats]:
    """`count` audits of a cell; columns (count, ...) by name.

    audit: point, low, high, truth, flagged by the gate; perfect: point, low, high of a perfect classifier
    under simple random sampling; each peer: point, low, high (NaN where it has none).
    """
    rng = np.random.default_rng(seed)
    columns: dict[str, list[tuple[float, ...]]] = {}
    for number in range(count):
        known = templates(cell.auc, cell.rows, rng)
        zombie, places, truth = _truth(cell, rng)
        scores = binormal(zombie, cell.auc, rng)
        answer = assess(Scored(scores, places, cell.listed, cell.n), known, Reference(), rng=rng)
        inside, flagged = answer.known_kinds, (answer.gate or 0.0) <= FAILS_AT
        # Coverage is of the printed interval; error and width are of the estimate behind it.
        point = inside.estimate if inside.estimate is not None else 0.5
        columns.setdefault("audit", []).append(
            (point, answer.share.low, answer.share.high, truth, flagged, inside.low, inside.high)
        )
        alike = int(rng.binomial(cell.n, truth))
        columns.setdefault("perfect", []).append((alike / cell.n, *wilson(alike, cell.n)))
        if cell.peers:
            for name, peer in PEERS.items():
                columns.setdefault(name, []).append(peer(scores, known))
            if number < QUAPY_AUDITS:
                for name in QUAPY:
                    columns.setdefault(f"QuaPy {name}", []).append(
                        (quapy_point(name, scores, known), 0.0, 1.0)
                    )
    return {name: np.array(rows, dtype=np.float64) for name, rows in columns.items()}
