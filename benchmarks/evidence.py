"""Evidence on lists with known truth: false blocks, recall, edges, real fakes, speed. Writes results/evidence.md.

python -m benchmarks.evidence [PART ...]   parts: clean promoted planted change real speed; all without
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.evidence_change import CHANGES, change
from evidence.lists import END, MadeUpList, make, table
from zombiescope import evidence
from zombiescope.domain import Block
from zombiescope.evidence.dates.follow_dates import follow_dates
from zombiescope.evidence.dates.posting_clock import posting_clock
from zombiescope.evidence.likeness.families import families
from zombiescope.evidence.likeness.handle_forms import forms
from zombiescope.evidence.runs.blocks import Followers, blocks
from zombiescope.share.critical import wilson

IntArray = npt.NDArray[np.int64]

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("ZOMBIESCOPE_DATA", ROOT.parent / "shared" / "data"))
SAMPLE = 1_000
SURVIVES = "What of it survives when only a stratified sample of 1,000 was fetched"
CLEAN, PROMOTED, PLANTED, SEEDS = 1_000, 300, 200, 100
BOUGHT = int(datetime(2013, 3, 30, tzinfo=UTC).timestamp()) * 1_000_000


def looked_at(
    created: IntArray, scores: npt.NDArray[np.float64] | None, rows: IntArray, as_of: int
) -> Followers:
    """Some rows of a list, oldest first, with creation dates and perhaps scores alone."""
    dates = follow_dates(created[rows], created[rows], np.zeros(len(rows), dtype=bool), as_of=as_of)
    unknown = np.full(len(rows), np.nan)
    handles = forms(pa.nulls(len(rows), pa.string()))
    return Followers(
        rows, created[rows], dates, unknown if scores is None else scores[rows], unknown, {}, handles
    )


def stratified(listed: int, rng: np.random.Generator) -> IntArray:
    """One row at random in each of 1,000 equal strata."""
    edges = np.linspace(0, listed, min(SAMPLE, listed) + 1).astype(np.int64)
    return rng.integers(edges[:-1], edges[1:])


def searched(
    planted: MadeUpList, rng: np.random.Generator, *, sample: bool, scores: bool
) -> list[list[tuple[int, int]]]:
    """The blocks and the sign-ups found, as rows of the list (half open)."""
    rows = stratified(len(planted.created), rng) if sample else np.arange(len(planted.created))
    result = blocks(looked_at(planted.created, planted.scores if scores else None, rows, END), lambda _: None)
    return [[(run.from_, run.to + 1) for run in runs] for runs in result]


def rate(hits: int, of: int) -> str:
    """A rate with its Monte Carlo interval."""
    low, high = wilson(hits, of)
    return f"{hits} of {of} ({100 * hits / of:.1f}%, {100 * low:.1f}-{100 * high:.1f}%)"


def clean(waves: int, lists: int) -> list[str]:
    """How many lists without a bought follower show a block, or a run of sign-ups."""
    out = []
    for sample in (False, True):
        for scores in (True, False):
            fired = new = 0
            for seed in range(lists):
                rng = np.random.default_rng([seed, waves])
                low = 2_000 if sample else 500
                planted = make(int(np.exp(rng.uniform(np.log(low), np.log(30_000)))), rng, waves=waves)
                runs, sign_ups = searched(planted, rng, sample=sample, scores=scores)
                fired += bool(runs)
                new += bool(sign_ups)
            how = "sample of 1,000" if sample else "full list"
            out.append(f"| {how} | {'yes' if scores else 'no'} | {rate(fired, lists)} | {rate(new, lists)} |")
    return [
        "| looked at | scores known | lists with a block | lists with sign-ups |",
        "|---|---|---|---|",
        *out,
    ]


def planted() -> list[str]:
    """Recall and edges of planted blocks by size and purity."""
    out = []
    for sample in (False, True):
        hits: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        errors: list[float] = []
        run_count = false = 0
        for seed in range(PLANTED):
            rng = np.random.default_rng([seed, 77])
            size = int(np.exp(rng.uniform(np.log(2_000), np.log(40_000))))
            planted = make(size, rng, blocks=int(rng.integers(1, 26)))
            runs, sign_ups = searched(planted, rng, sample=sample, scores=True)
            run_count += len(runs) + len(sign_ups)
            false += sum(not planted.zombie[a:b].any() for a, b in [*runs, *sign_ups])
            for block in planted.blocks:
                length = block.stop - block.start

                def best(spans: list[tuple[int, int]]) -> tuple[int, int] | None:
                    held = [(min(b, block.stop) - max(a, block.start), a, b) for a, b in spans]  # noqa: B023
                    most = max(held, default=(0, 0, 0))
                    return most[1:] if most[0] >= 0.5 * length else None  # noqa: B023

                as_block, as_new = best(runs), best(sign_ups)
                kind = "20-99" if length < 100 else "100-999" if length < 1_000 else "1,000-5,000"
                pure = "purity .9-1" if block.purity >= 0.9 else "purity .7-.9"
                expected = length * SAMPLE / len(planted.created)
                drawn = "under 15" if expected < 15 else "15-49" if expected < 50 else "50 and more"
                for cell in (hits[kind, pure], *([hits[drawn, pure]] if sample else [])):
                    cell[0] += as_block is not None
                    cell[1] += as_block is not None or as_new is not None
                    cell[2] += 1
                edge = as_block or as_new
                if edge is not None and length >= 100:
                    errors.append((abs(edge[0] - block.start) + abs(edge[1] - block.stop)) / length)
        off = np.array(errors)
        out += [
            "",
            f"**{SURVIVES if sample else 'The full list'}**: {false} of {run_count} runs hold no planted follower; "
            f"edges of blocks of 100 and more are off by {100 * off.mean():.1f}% of the block on average (both edges "
            f"together, goal 5%; median {100 * np.median(off):.1f}%), and by more than 5% in "
            f"{100 * (off > 0.05).mean():.1f}%."
            + (
                " No edge can be placed better than the one follower in so many that was fetched."
                if sample
                else ""
            ),
            "",
            "| size | purity | found as a block | found as a block or as possible sign-ups |",
            "|---|---|---|---|",
        ]
        labels = {kind: kind for kind in ("20-99", "100-999", "1,000-5,000")}
        if sample:
            labels |= {
                k: f"{k} of them in the sample (expected)" for k in ("under 15", "15-49", "50 and more")
            }
        for kind, size_of in labels.items():
            for pure in ("purity .7-.9", "purity .9-1"):
                cell = hits[kind, pure]
                out.append(
                    f"| {size_of} | {pure[7:]} | {rate(cell[0], cell[2])} | {rate(cell[1], cell[2])} |"
                )
    return out


def real() -> list[str]:
    """FSF spliced into E13; families and clocks of the real sets."""
    from zombiescope_training.data import sets

    people = {name: sets.load(f"cresci-2015/{name}", DATA) for name in ("E13", "FSF", "INT")}
    creation_dates = {
        name: rows["created_at"].combine_chunks().cast(pa.int64()).to_numpy() for name, rows in people.items()
    }
    genuine, bought = creation_dates["E13"], creation_dates["FSF"]
    out = ["| delivery of the FSF accounts | blocks hold most of them | and as sign-ups |", "|---|---|---|"]
    for deliveries in (0, 1, 3, 5, -1):
        fired = new = 0
        for seed in range(SEEDS):
            rng = np.random.default_rng([seed, 13])
            came = genuine + (rng.random(len(genuine)) * (BOUGHT - genuine)).astype(np.int64)
            fakes = bought[rng.permutation(len(bought))] if deliveries else bought[:0]
            when = fakes + (rng.random(len(fakes)) * (BOUGHT - fakes)).astype(np.int64)
            if deliveries > 0:
                for part in np.array_split(np.arange(len(fakes)), deliveries):
                    when[part] = rng.integers(fakes[part].max(), BOUGHT)
            order = np.argsort(np.concatenate((came, when)), kind="stable")
            zombie = order >= len(genuine)
            created = np.concatenate((genuine, fakes))[order]
            runs, sign_ups = blocks(looked_at(created, None, np.arange(len(order)), BOUGHT), lambda _: None)
            if deliveries == 0:
                fired += bool(runs)
                new += bool(sign_ups)
                continue

            def held(spans: tuple[Block, ...]) -> float:
                inside = np.zeros(len(order), dtype=bool)  # noqa: B023
                for run in spans:
                    inside[run.from_ : run.to + 1] = True
                return float((inside & zombie).sum() / zombie.sum())  # noqa: B023

            fired += held(runs) >= 0.5
            new += held(runs) < 0.5 and held((*runs, *sign_ups)) >= 0.5
        labels = {0: "none: E13 alone (any run at all)", 1: "one block", -1: "each account on its own"}
        out.append(
            f"| {labels.get(deliveries, f'{deliveries} blocks')} | {rate(fired, SEEDS)} | {rate(new, SEEDS)} |"
        )
    out += [
        "",
        "| set | families | posting clock: entropy | quietest 6 h | no quiet hours |",
        "|---|---|---|---|---|",
    ]
    for name, rows in people.items():
        written = forms(rows["handle"].combine_chunks())
        kin = families(rows, np.arange(rows.num_rows), written, lambda _: None)
        told_kin = "; ".join(
            f"{f.kind} {f.followers}"
            + (f" ({f.shared}, {f.expected} by chance)" if f.kind == "handle" else "")
            for f in kin
        )
        at = int(rows["observed_at"].combine_chunks().cast(pa.int64()).to_numpy().max())
        clock = posting_clock(rows["recent_posts"], as_of=at, rng=np.random.default_rng(0))
        assert clock is not None
        out.append(
            f"| {name} ({rows.num_rows}) | {told_kin or 'none'} | {clock.entropy:.3f} "
            f"({clock.low:.3f}-{clock.high:.3f}) | "
            f"{100 * clock.quiet:.1f}% | {clock.sleepless} of {clock.judged} |"
        )
    return out


def speed() -> list[str]:
    """A list of a million: blocks, families and all else, on one core."""
    rng = np.random.default_rng(1)
    planted = make(1_000_000, rng, blocks=25)
    rows = table(planted)
    size = rows.num_rows
    words = np.array([f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdfgklmnprst"])
    bios = pa.array([" ".join(words[chosen]) for chosen in rng.integers(0, len(words), (size, 9))])
    rows = rows.set_column(rows.schema.get_field_index("bio"), "bio", bios)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    wall, cpu = time.perf_counter(), time.process_time()
    result = evidence.find(
        rows,
        np.arange(size),
        listed=size,
        order="oldest-first",
        scores=planted.scores,
        rng=rng,
        as_of=datetime.fromtimestamp(END / 1e6, UTC),
    ).evidence
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return [
        f"{size:,} followers with creation dates, handles, bios and scores, 25 planted blocks: {cpu:.0f} s of "
        f"processor time on one core (goal 60 s; {wall:.0f} s of wall clock with whatever else the machine did); the "
        f"process peaked at {peak:.2f} GiB, of which {before:.2f} GiB were there before (goal 1 GiB). Found: "
        f"{len(result.blocks)} blocks, {len(result.sign_ups)} possible sign-ups, "
        f"{len(result.families or ())} families.",
    ]


PARTS = {
    "speed": ("A million followers", speed),
    "clean": (
        f"{CLEAN:,} clean lists (news bursts of all ages; goal: at most 5% with a block)",
        lambda: clean(0, CLEAN),
    ),
    "promoted": (
        f"{PROMOTED} clean lists with two waves of promoted sign-ups each",
        lambda: clean(2, PROMOTED),
    ),
    "planted": (
        f"Planted blocks ({PLANTED} lists of 1-25 blocks, bands of 1-90 days; goals: recall .95 from 100 followers and "
        "purity .9 on, edges within 5%)",
        planted,
    ),
    "change": (
        f"Two audits with one model: the difference ({CHANGES} pairs a cell, n = 1,000; goal .95)",
        change,
    ),
    "real": (
        f"Cresci-2015: FSF in E13 ({SEEDS} seeds; goals: found in 95, E13 alone fires in at most 5)",
        real,
    ),
}


def main(chosen: list[str]) -> None:
    """Run the parts and write those that were run into the results."""
    folder = ROOT / "benchmarks" / "results"
    path = folder / "evidence.md"
    old = path.read_text("utf-8") if path.is_file() else ""
    sections = {part.partition("\n")[0]: part.partition("\n")[2] for part in old.split("\n## ")[1:]}
    out = [
        "# Evidence",
        "",
        "MadeUpList by `python -m benchmarks.evidence`; the method is in docs/evidence.md.",
        "",
    ]
    for name, (title, work) in PARTS.items():
        if not chosen or name in chosen:
            began = time.perf_counter()
            body = "\n" + "\n".join(work()) + "\n"
            print(f"{name}: {time.perf_counter() - began:.0f} s\n{body}", flush=True)
        else:
            body = sections.get(title, "\nnot run\n")
        out += [f"## {title}", body.rstrip("\n"), ""]
    folder.mkdir(exist_ok=True)
    path.write_text("\n".join(out), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
