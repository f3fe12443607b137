"""MadeUpList-up follower lists with known truth: organic growth, news bursts, promoted sign-ups, planted blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zombiescope.records import schema

__all__ = ["END", "MadeUpList", "Planted", "make", "table"]

DAY = 86_400_000_000  # microseconds
END = 1_400_000_000_000_000  # the audit's date: 2014-05-13
PLATFORM = 3_000.0  # days since the platform opened


@dataclass(frozen=True)
class Planted:
    """A planted block: rows start..stop (half open) of which `purity` were created within `band` days."""

    start: int
    stop: int
    band: float
    purity: float


@dataclass(frozen=True)
class MadeUpList:
    """A list, oldest follower first: (n,) arrays. zombie: whether the follower was planted."""

    created: npt.NDArray[np.int64]
    followed: npt.NDArray[np.int64]
    zombie: npt.NDArray[np.bool_]
    scores: npt.NDArray[np.float64]
    blocks: tuple[Planted, ...]
    waves: tuple[tuple[int, int], ...]


def make(
    n: int,
    rng: np.random.Generator,
    *,
    blocks: int = 0,
    sizes: tuple[int, int] = (20, 5_000),
    purity: tuple[float, float] = (0.7, 1.0),
    bands: tuple[float, float] = (1.0, 90.0),
    bursts: int | None = None,
    waves: int = 0,
) -> MadeUpList:
    """A list of n organic followers with planted blocks put in.

    Each list has its own growth, platform history (with spikes of sign-ups), part of followers who are new
    to the platform (0 to 40%, drifting) and news bursts (0 to 5, up to a fifth of the list each, of all
    ages). A wave is the hard case: for a few days most followers are new accounts that follow on signing up.
    Block sizes and bands are log-uniform; a block is delivered at once, 0 to about 60 days after its last
    account was made.
    """
    opened = rng.uniform(300, 2_400)
    followed = opened * (1 - rng.random(n) ** rng.uniform(0.5, 1.5))  # days before END, from `opened` to 0
    pick = rng.random(n)
    for _ in range(int(rng.integers(0, 6)) if bursts is None else bursts):
        part = rng.uniform(0.02, 0.2)
        moment = rng.uniform(0, opened)
        struck = (pick >= 0) & (pick < part)
        followed[struck] = np.maximum(moment - rng.exponential(rng.uniform(0.5, 6), struck.sum()), 0.0)
        pick -= part
    followed = np.sort(followed)[::-1]  # oldest first
    grid, weight = _history(rng)
    created = _before(followed, grid, weight, rng)
    new = rng.uniform(0, 0.4) * (
        0.6 + 0.4 * np.sin(np.linspace(0, rng.uniform(1, 12), n) + rng.uniform(0, 6))
    )
    fresh = rng.random(n) < new
    lag = rng.exponential(rng.uniform(0.5, 15), n)
    created = np.where(fresh, followed + lag, created)
    waved: list[tuple[int, int]] = []
    for _ in range(waves):
        size = int(rng.integers(max(20, n // 200), max(21, n // 10)))
        start = int(rng.integers(0, n - size))
        if any(start < b and a < start + size for a, b in waved):
            continue
        days = rng.uniform(1, 30)
        moment = float(followed[start])
        followed[start : start + size] = np.sort(moment - rng.random(size) * min(days, moment))[::-1]
        followed[start + size :] = np.minimum(followed[start + size :], followed[start + size - 1])
        promoted = rng.random(size) < rng.uniform(0.6, 0.95)
        soon = followed[start : start + size] + rng.exponential(rng.uniform(0.02, 1.0), size)
        created[start : start + size] = np.where(
            promoted, soon, np.maximum(created[start : start + size], followed[start : start + size])
        )
        waved.append((start, start + size))
    zombie = np.zeros(n, dtype=bool)
    parts = []
    cuts = np.sort(rng.choice(np.arange(1, n), size=blocks, replace=False)) if blocks else np.zeros(0, int)
    for cut in cuts:
        size = int(np.exp(rng.uniform(*np.log(sizes))))
        share = rng.uniform(*purity)
        band = float(np.exp(rng.uniform(*np.log(bands))))
        moment = float(followed[cut])
        gap = rng.exponential(20) * (rng.random() < 0.7)
        bad = rng.random(size) < share
        bad[[0, -1]] = True
        others = np.maximum(_before(np.full(size, moment), grid, weight, rng), moment)
        born = np.where(bad, moment + gap + rng.random(size) * band, others)
        parts.append((int(cut), born, np.full(size, moment), bad, band, share))
    planted, pieces = [], []
    last = shift = 0
    for cut, born, when, bad, band, share in parts:
        pieces.append((created[last:cut], followed[last:cut], zombie[last:cut]))
        pieces.append((born, when, bad))
        planted.append(Planted(cut + shift, cut + shift + len(born), band, share))
        shift += len(born)
        last = cut
    pieces.append((created[last:], followed[last:], zombie[last:]))
    created, followed, zombie = (np.concatenate(column) for column in zip(*pieces, strict=True))
    scores = np.where(zombie, rng.beta(6, 1, len(created)), rng.beta(1, 6, len(created)))
    return MadeUpList(
        END - (created * DAY).astype(np.int64),
        END - (followed * DAY).astype(np.int64),
        zombie,
        scores,
        tuple(planted),
        tuple(waved),
    )


def _history(rng: np.random.Generator) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Days before END and the platform's sign-ups on each: growth, noise by the week, a few spikes."""
    grid = np.arange(PLATFORM)
    weight = np.exp(-grid / rng.uniform(600, 3_000))
    weight *= np.repeat(rng.lognormal(0, 0.25, len(grid) // 7 + 1), 7)[: len(grid)]
    for _ in range(int(rng.integers(0, 4))):
        at = int(rng.integers(0, len(grid) - 40))
        weight[at : at + int(rng.integers(3, 40))] *= rng.uniform(1.5, 4)
    return grid, weight


def _before(
    followed: npt.NDArray[np.float64],
    grid: npt.NDArray[np.float64],
    weight: npt.NDArray[np.float64],
    rng: np.random.Generator,
) -> npt.NDArray[np.float64]:
    """Creation dates (days before END) drawn from the platform's history before each follow date."""
    total = np.concatenate(([0.0], np.cumsum(weight)))
    edge = np.interp(followed, np.concatenate((grid, [PLATFORM])), total)
    at = edge + rng.random(len(followed)) * (total[-1] - edge)
    created: npt.NDArray[np.float64] = np.maximum(
        np.interp(at, total, np.concatenate((grid, [PLATFORM]))), followed
    )
    return created


def table(planted: MadeUpList, rows: npt.NDArray[np.int64] | None = None) -> pa.Table:
    """The list, or some rows of it, as records, oldest follower first; zombies have the handles of a
    batch.
    """
    chosen = np.arange(len(planted.created)) if rows is None else rows
    names = [f"Word{'Word' if planted.zombie[i] else ''}{i % 10_000:04d}" for i in chosen.tolist()]
    columns = {
        "platform": pa.repeat("sample", len(chosen)),
        "id": pa.array([str(i) for i in chosen.tolist()]),
        "handle": pa.array(names),
        "created_at": pa.array(planted.created[chosen]).cast(pa.timestamp("us", "UTC")),
        "posts_count": pa.array(np.where(planted.zombie[chosen], 0, 12)),
    }
    arrays = [columns.get(field.name, pa.nulls(len(chosen), field.type)) for field in schema.SCHEMA]
    return pa.Table.from_arrays(
        [a.cast(f.type) for a, f in zip(arrays, schema.SCHEMA, strict=True)], schema=schema.SCHEMA
    )
