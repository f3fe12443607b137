"""One embassy's follower list with its truth: organic growth, bought blocks, and who is out of reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np
import pyarrow as pa

from zombiescope.arrays import FloatArray
from zombiescope.durations import DAY_SECONDS
from zombiescope.sources.sample import compact
from zombiescope_training.simulate.accounts import World
from zombiescope_training.simulate.forms import Embassy, Population
from zombiescope_training.simulate.parameters import OBSERVED, POPULATIONS

__all__ = ["TRUTH", "SimulatedList", "follower_list", "labelled_sample"]

Row = dict[str, Any]

TRUTH = pa.schema(
    [("id", pa.string()), ("truth", pa.string()), ("kind", pa.string()), ("reached", pa.string())]
)


@dataclass(frozen=True)
class SimulatedList:
    """A list, newest follower first.

    followers: rows of `compact.SCHEMA`; of an account out of reach only platform, id and position.
    truth: the same rows of `TRUTH`: zombie or genuine, the kind or vendor, and ok, suspended or deleted.
    """

    followers: pa.Table
    truth: pa.Table


def follower_list(
    embassy: Embassy, world: World, rng: np.random.Generator, *, listed: int | None = None
) -> SimulatedList:
    """Simulate the embassy's list; `listed` overrides its length.

    Zombies are round(share * listed) exactly, and each purchase and each kind has its exact part of them.
    """
    size = embassy.listed if listed is None else listed
    zombies = round(embassy.zombies * size)
    groups: list[tuple[Population, list[Row], FloatArray]] = []
    shares = [weight for _, weight in embassy.genuine]
    for (kind, _), count in zip(embassy.genuine, _parts(size - zombies, shares), strict=True):
        population = POPULATIONS[kind]
        rows = world.accounts(population, count, rng)
        groups.append((population, rows, _organic(embassy, rows, rng)))
    for block, count in zip(embassy.blocks, _parts(zombies, [b.weight for b in embassy.blocks]), strict=True):
        population = POPULATIONS[block.vendor]
        ago = np.maximum(_days_ago(block.start) - rng.uniform(0, block.days, count), 0.01)
        # An account follows a day after it was made at the earliest.
        rows = world.accounts(population, count, rng, youngest=ago + 1, shift=block.shift)
        groups.append((population, rows, ago))
    return _listed(embassy.name, groups, rng)


def labelled_sample(world: World, rng: np.random.Generator, *, each: int, newest: int) -> pa.Table:
    """`each` accounts of every population in a random order, with label and label_source (rows of `records.SCHEMA`)."""
    members = [
        (population, row)
        for population in POPULATIONS.values()
        for row in world.accounts(population, each, rng, newest=newest)
    ]
    shuffled = [members[i] for i in rng.permutation(len(members))]
    rows = [{**row, "id": f"sim-labelled-{place:05d}"} for place, (_, row) in enumerate(shuffled)]
    table = compact.followers(pa.Table.from_pylist(rows, schema=compact.SCHEMA), pa.array(world.sentences))
    truth = {
        "label": [population.truth for population, _ in shuffled],
        "label_source": [f"simulated-{population.name}" for population, _ in shuffled],
    }
    for name, values in truth.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, table.schema.field(place), pa.array(values))
    return table


def _parts(total: int, weights: list[float]) -> list[int]:
    """Whole parts of `total` in proportion to the weights, by their largest remainders."""
    exact = np.asarray(weights) / sum(weights) * total
    parts = np.floor(exact).astype(int)
    parts[np.argsort(parts - exact, kind="stable")[: total - int(parts.sum())]] += 1
    return [int(part) for part in parts]


def _days_ago(day: date) -> float:
    return (OBSERVED - datetime.combine(day, time(), UTC)).total_seconds() / DAY_SECONDS


def _organic(embassy: Embassy, rows: list[Row], rng: np.random.Generator) -> FloatArray:
    """(rows,) days before the observation at which genuine accounts followed: after they were made, at a pace that
    grows exponentially, with bursts of news."""
    whole = _days_ago(embassy.opened)
    rate = np.log(embassy.growth) / whole
    age = np.array([(OBSERVED - row["created_at"]).total_seconds() / DAY_SECONDS for row in rows])
    reach = np.minimum(age - 0.05, whole)
    # Density proportional to exp(-rate * days ago) on (0, reach], by its inverse.
    ago = -np.log1p(-rng.random(len(rows)) * -np.expm1(-rate * reach)) / rate
    pick = rng.random(len(rows))
    for burst in embassy.bursts:
        moment = _days_ago(burst.start) - rng.exponential(burst.days, len(rows))
        struck = (pick >= 0) & (pick < burst.weight) & (moment > 0) & (moment < reach)
        ago = np.where(struck, moment, ago)
        pick -= burst.weight
    return np.asarray(np.maximum(ago, 0.01))


def _listed(
    name: str, groups: list[tuple[Population, list[Row], FloatArray]], rng: np.random.Generator
) -> SimulatedList:
    rows: list[Row] = []
    truths: list[Row] = []
    for population, members, _ in groups:
        gone = rng.random(len(members))
        for row, u in zip(members, gone, strict=True):
            reached = "ok"
            if u < population.suspended:
                reached = "suspended"
            elif u < population.suspended + population.deleted:
                reached = "deleted"
            truths.append({"truth": population.truth, "kind": population.name, "reached": reached})
            rows.append(row if reached == "ok" else {"platform": row["platform"]})
    order = np.argsort(np.concatenate([ago for _, _, ago in groups]), kind="stable")
    followers, truth = [rows[i] for i in order], [truths[i] for i in order]
    for place in range(len(order)):
        # Numbered from the oldest: the id says the place in the list and nothing else.
        identity = f"sim-{name}-{len(order) - 1 - place:05d}"
        followers[place].update(id=identity, position=place)
        truth[place]["id"] = identity
    return SimulatedList(
        pa.Table.from_pylist(followers, schema=compact.SCHEMA), pa.Table.from_pylist(truth, schema=TRUTH)
    )
