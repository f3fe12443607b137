"""Deliveries of accounts of all ages in lists of real people: found, ranked, bounded. Writes results/order.md.

python -m benchmarks.order [PART ...] [--lists N] [--clean N]
    parts: planted beside clean unknown million; all without. --lists: of each vendor and study, 1 without.
    --clean: lists without a zombie in each row, 1,000 without.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
from sklearn.metrics import roc_auc_score

from benchmarks.planted_lists import Delivery, PlantedList, groups, planted_list
from evidence.lists import END
from zombiescope import evidence
from zombiescope.evidence.local_detector import learn_local
from zombiescope.evidence.runs.blocks import blocks, comparable
from zombiescope.features import INDEX
from zombiescope.records import schema
from zombiescope.share.critical import wilson
from zombiescope.share.deliveries import delivery_bound

Task = TypeVar("Task")
Result = TypeVar("Result")

RESULTS = Path(__file__).parent / "results" / "order.md"
TOLERANCE = 0.02  # by which a lower bound must exceed the truth to be a false accusation
WORSE = 0.002  # of AUC, by which the local score ranks below the detector's
PROCESSES = 2
LAYOUTS = (
    ("100, 300 and 1,000 followers, purity .9", ((100, 0.9), (300, 0.9), (1_000, 0.9))),
    ("200 and 600 followers, purity .5", ((200, 0.5), (600, 0.5))),
    ("900 followers, purity .33 (a trickle)", ((900, 0.33),)),
)
NULLS = (
    ("bursts of news", 0, None),
    ("bursts and two waves of sign-ups", 2, None),
    ("bursts, a wave, and 100 of another study of the platform at once", 1, "same"),
    ("bursts, a wave, and 100 of a study of another platform at once", 1, "other"),
)
SHORT = 1_000  # followers of a clean list
COMMUNITY = 100  # of another study, who join a clean list at once


def rate(hits: int, of: int) -> str:
    """A rate with its Monte Carlo interval."""
    if of == 0:
        return "-"
    low, high = wilson(hits, of)
    return f"{hits} of {of} ({100 * hits / of:.1f}%, {100 * low:.1f}-{100 * high:.1f}%)"


def search(planted: PlantedList) -> list[tuple[int, int]]:
    """The blocks, as rows (half open)."""
    return [(block.from_, block.to + 1) for block in blocks(planted.followers, lambda _: None)[0]]


@dataclass(frozen=True)
class PlantedResult:
    """What the search did with one list.

    hits: of each delivery, whether a run holds half of it. runs, empty: runs, and those without a zombie. local, score:
    AUC of the local score and of the detector's; NaN without a local detector. low: the lower bound over the truth.
    """

    vendor: str
    study: str
    layout: int
    hits: tuple[bool, ...]
    runs: int
    empty: int
    local: float
    score: float
    low: float
    accused: bool


def planted_result(task: tuple[int, int, int, int]) -> PlantedResult:
    """One list: (vendor, study, layout, seed)."""
    v, s, which, seed = task
    vendors, studies = groups()
    layout = LAYOUTS[which][1]
    rng = np.random.default_rng([v, s, seed, len(layout)])
    planted = planted_list(studies[s], [Delivery(vendors[v], size, purity) for size, purity in layout], rng)
    runs = search(planted)
    hits = tuple(
        max((min(b, stop) - max(a, start) for a, b in runs), default=0) >= 0.5 * (stop - start)
        for start, stop in planted.spans
    )
    local = learn_local(comparable(planted.followers), runs, rng) if runs else None
    bound = None if local is None else delivery_bound(local.scores, runs)
    low = 0.0 if bound is None else bound.low
    share = float(planted.zombie.mean())
    return PlantedResult(
        vendors[v].name,
        studies[s].name,
        which,
        hits,
        len(runs),
        sum(not planted.zombie[a:b].any() for a, b in runs),
        np.nan if local is None else float(roc_auc_score(planted.zombie, local.scores)),
        float(roc_auc_score(planted.zombie, planted.followers.scores)),
        low / share,
        low > share + TOLERANCE,
    )


def planted(options: argparse.Namespace) -> Iterator[str]:
    """Recall, ranking and bound of planted deliveries."""
    vendors, studies = groups()
    results = in_parallel(
        planted_result,
        [
            (v, s, which, seed)
            for v in range(len(vendors))
            for s in range(len(studies))
            for which in range(len(LAYOUTS))
            for seed in range(options.lists)
        ],
    )
    yield from (
        "| deliveries | size | found | blocks without a zombie | AUC: local score | shipped score | "
        f"local below it by {WORSE} and more | low / truth | low above truth + {TOLERANCE} |",
        "|---|---|---|---|---|---|---|---|---|",
    )
    for which, (title, layout) in enumerate(LAYOUTS):
        some = [one for one in results if one.layout == which]
        judged = [one for one in some if not np.isnan(one.local)]
        local, score = [one.local for one in judged], [one.score for one in judged]
        lows = [one.low for one in some]
        for place, (size, _) in enumerate(layout):
            yield (
                f"| {title} | {size:,} | {rate(sum(one.hits[place] for one in some), len(some))} | "
                f"{rate(sum(one.empty for one in some), sum(one.runs for one in some))} | "
                f"{np.mean(local):.4f} (least {min(local):.3f}) | {np.mean(score):.4f} (least {min(score):.3f}) | "
                f"{rate(sum(b < a - WORSE for a, b in zip(score, local, strict=True)), len(judged))} | "
                f"{np.mean(lows):.2f} (10th percentile {np.quantile(lows, 0.1):.2f}) | "
                f"{rate(sum(one.accused for one in some), len(some))} |"
            )
    for name in ("vendor", "study"):
        yield from (
            "",
            f"| {name} | found, purity .9 | found, purity .5 | found, trickle |",
            "|---|---|---|---|",
        )
        for group in sorted({getattr(one, name) for one in results}):
            cells = [
                [
                    hit
                    for one in results
                    if getattr(one, name) == group and one.layout == which
                    for hit in one.hits
                ]
                for which in range(len(LAYOUTS))
            ]
            yield f"| {group} | {' | '.join(rate(sum(hits), len(hits)) for hits in cells)} |"
    missed: dict[str, int] = defaultdict(int)
    for one in results:
        missed[f"{one.vendor} among {one.study}"] += sum(not hit for hit in one.hits)
    worst = sorted((pair for pair in missed.items() if pair[1]), key=lambda pair: -pair[1])[:8]
    yield from (
        "",
        "Missed most: " + ("; ".join(f"{pair} ({count})" for pair, count in worst) or "nothing") + ".",
    )


def beside_result(task: tuple[int, int, int]) -> tuple[int, float]:
    """Two deliveries of different vendors side by side: how many runs hold half of one alone, and the edge's error."""
    s, seed, size = task
    vendors, studies = groups()
    rng = np.random.default_rng([s, seed, 7])
    one, other = rng.choice(len(vendors), 2, replace=False)
    planted = planted_list(
        studies[s], [Delivery(vendors[one], size, 0.9), Delivery(vendors[other], size, 0.9)], rng, beside=True
    )
    runs = search(planted)
    alone = 0
    for start, stop in planted.spans:
        hits = [min(b, stop) - max(a, start) for a, b in runs]
        alone += any(
            hit >= 0.5 * (stop - start) and hit >= 0.7 * (b - a)
            for hit, (a, b) in zip(hits, runs, strict=True)
        )
    border = max(start for start, _ in planted.spans)
    edge = min((abs(edge - border) for run in runs for edge in run), default=size)
    return alone, edge / size


def beside(options: argparse.Namespace) -> Iterator[str]:
    """Two deliveries side by side."""
    _, studies = groups()
    yield from (
        "| deliveries | both as a run of their own | one | none | border between them off by, median |",
        "|---|---|---|---|---|",
    )
    for size in (200, 600):
        results = in_parallel(
            beside_result, [(s, seed, size) for s in range(len(studies)) for seed in range(6 * options.lists)]
        )
        alone = [count for count, _ in results]
        yield (
            f"| two of {size}, purity .9 | {rate(alone.count(2), len(alone))} | {rate(alone.count(1), len(alone))} | "
            f"{rate(alone.count(0), len(alone))} | {100 * np.median([edge for _, edge in results]):.0f}% of one |"
        )


def clean_result(task: tuple[int, int, int]) -> tuple[bool, bool]:
    """One list without a zombie, (null, study, seed): whether there is a block, and a lower bound above .02."""
    null, s, seed = task
    _, waves, kind = NULLS[null]
    _, studies = groups()
    study = studies[s]
    others = [
        one for one in studies if one is not study and (one.platform == study.platform) == (kind == "same")
    ]
    rng = np.random.default_rng([s, seed, null, 99])
    community = [] if kind is None else [Delivery(others[int(rng.integers(len(others)))], COMMUNITY)]
    planted = planted_list(study, community, rng, n=SHORT, waves=waves)
    runs = search(planted)
    local = learn_local(comparable(planted.followers), runs, rng) if runs else None
    bound = None if local is None else delivery_bound(local.scores, runs)
    return bool(runs), bound is not None and bound.low > TOLERANCE


def clean(options: argparse.Namespace) -> Iterator[str]:
    """Lists without a bought follower."""
    _, studies = groups()
    platforms = [study.platform for study in studies]
    yield from (
        "| lists without a zombie | a block | a lower bound above .02 | by study, a block |",
        "|---|---|---|---|",
    )
    for null, (title, _, kind) in enumerate(NULLS):
        chosen = [
            s for s, platform in enumerate(platforms) if kind != "same" or platforms.count(platform) > 1
        ]
        tasks = [(null, chosen[i % len(chosen)], i) for i in range(options.clean)]
        results = in_parallel(clean_result, tasks)
        fired: dict[str, list[bool]] = defaultdict(list)
        for (_, s, _), (block, _) in zip(tasks, results, strict=True):
            fired[studies[s].name].append(block)
        by_study = "; ".join(f"{name} {sum(hits)}" for name, hits in fired.items() if any(hits)) or "none"
        yield (
            f"| {title} | {rate(sum(block for block, _ in results), len(results))} | "
            f"{rate(sum(accused for _, accused in results), len(results))} | {by_study} |"
        )


def unknown_result(task: tuple[int, int]) -> tuple[int, int]:
    """A list in an unknown order with a delivery: runs by likeness, and local scores. Both must be none."""
    v, s = task
    vendors, studies = groups()
    rng = np.random.default_rng([v, s, 5])
    planted = planted_list(studies[s], [Delivery(vendors[v], 600, 0.9)], rng)
    followers = planted.followers
    findings = evidence.find(
        table(followers.created, rng),
        followers.place,
        listed=len(followers.place),
        order="unknown",
        scores=followers.scores,
        features=followers.features,
        fetched=followers.place,
        rng=rng,
        as_of=datetime.fromtimestamp(END / 1e6, UTC),
    )
    return sum(run.alike == "features" for run in findings.evidence.blocks), int(findings.local is not None)


def unknown(options: argparse.Namespace) -> Iterator[str]:
    """Lists whose order is not known."""
    vendors, studies = groups()
    results = in_parallel(
        unknown_result, [(v, s) for v in range(len(vendors)) for s in range(0, len(studies), 3)]
    )
    yield (
        f"Of {len(results)} lists with a delivery of 600, whose order is not known: runs by likeness in "
        f"{sum(runs > 0 for runs, _ in results)}, local scores in {sum(local for _, local in results)} (goal: none; "
        "families and dense groups do not need the order)."
    )


def table(created: np.ndarray, rng: np.random.Generator) -> pa.Table:
    """Records with creation dates, and handles and bios of made-up words, for followers oldest first."""
    n = len(created)
    words = np.array([f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdfgklmnprst"])
    columns = {
        "platform": pa.repeat("x", n),
        "id": pa.array(np.arange(n)).cast(pa.string()),
        "handle": pa.array([f"{words[i]}{words[j]}{k}" for i, j, k in rng.integers(0, len(words), (n, 3))]),
        "bio": pa.array([" ".join(words[chosen]) for chosen in rng.integers(0, len(words), (n, 9))]),
        "created_at": pa.array(created).cast(pa.timestamp("us", "UTC")),
    }
    arrays = [columns.get(field.name, pa.nulls(n, field.type)) for field in schema.SCHEMA]
    return pa.Table.from_arrays(
        [a.cast(f.type) for a, f in zip(arrays, schema.SCHEMA, strict=True)], schema=schema.SCHEMA
    )


def million_here() -> str:
    """A list of a million followers, all with records, features and scores, searched on one core."""
    vendors, studies = groups()
    rng = np.random.default_rng(1)
    size, deliveries = 1_000_000, 25
    study = studies[[one.name for one in studies].index("cresci-2017/genuine_users")]
    small = planted_list(study, [], rng, n=10_000)
    rows = rng.integers(0, 10_000, size)
    created = np.sort(small.followers.created)[np.linspace(0, 9_999, size).astype(np.int64)]
    created -= (rng.random(size) ** 2 * 3e13).astype(np.int64)
    features = np.empty((size, len(INDEX)))
    for first in range(0, size, 50_000):
        features[first : first + 50_000] = small.followers.features[rows[first : first + 50_000]]
    scores = small.followers.scores[rows]
    for at in np.linspace(20_000, 950_000, deliveries).astype(np.int64).tolist():
        vendor = vendors[int(rng.integers(3))]
        count = int(np.exp(rng.uniform(np.log(100), np.log(5_000))))
        one = planted_list(study, [Delivery(vendor, count, 0.9)], rng, n=1_000)
        start, stop = one.spans[0]
        features[at : at + count] = one.followers.features[start:stop]
        scores[at : at + count] = one.followers.scores[start:stop]
    records = table(created, rng)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    wall, cpu = time.perf_counter(), time.process_time()
    findings = evidence.find(
        records,
        np.arange(size),
        listed=size,
        order="oldest-first",
        scores=scores,
        features=features,
        fetched=np.arange(size),
        rng=rng,
        as_of=datetime.fromtimestamp(END / 1e6, UTC),
    )
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    blocks_and_families = findings.evidence
    return (
        f"{size:,} followers, all with records, {len(INDEX)} features and scores, {deliveries} deliveries of 100 to "
        f"5,000: {cpu:.0f} s of processor time on one core (goal 120 s; {wall:.0f} s of wall clock with whatever else "
        f"the machine did); the process peaked at {peak:.2f} GiB (goal 1.5 GiB), of which {before:.2f} GiB were the "
        f"list, the model and the making of the list. Found: {len(blocks_and_families.blocks)} blocks, "
        f"{len(blocks_and_families.families or ())} families, local scores of "
        f"{0 if findings.local is None else int(np.isfinite(findings.local).sum()):,} followers, low "
        f"{0.0 if blocks_and_families.deliveries is None else blocks_and_families.deliveries.low:.4f}."
    )


def million(options: argparse.Namespace) -> Iterator[str]:
    """`million_here` in a process of its own, whose memory is the list's."""
    command = [sys.executable, "-c", "from benchmarks.order import million_here; print(million_here())"]
    yield subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def in_parallel(work: Callable[[Task], Result], tasks: list[Task]) -> list[Result]:
    """The results of the tasks, in their order, made by two processes."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        return list(pool.map(work, tasks, chunksize=max(1, len(tasks) // (PROCESSES * 16))))


PARTS: dict[str, tuple[str, Callable[[argparse.Namespace], Iterator[str]]]] = {
    "planted": (
        "Planted deliveries (goals: found .95 at purity .9, .8 at .5 from 200 on; AUC .98; low / truth .85)",
        planted,
    ),
    "beside": ("Two deliveries side by side", beside),
    "clean": (
        f"Clean lists of {SHORT:,} (goals: a block in 1% at most, in 3% with waves and a community)",
        clean,
    ),
    "unknown": ("An unknown order", unknown),
    "million": ("A million followers", million),
}


def main(arguments: list[str]) -> None:
    """Run the parts and write those that were run into the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--lists", type=int, default=1)
    parser.add_argument("--clean", type=int, default=1_000)
    options = parser.parse_args(arguments)
    vendors, studies = groups()
    old = RESULTS.read_text("utf-8") if RESULTS.is_file() else ""
    sections = {part.partition("\n")[0]: part.partition("\n")[2] for part in old.split("\n## ")[1:]}
    out = [
        "# Deliveries in follow order",
        "",
        f"MadeUpList by `python -m benchmarks.order`; the method is in docs/evidence.md. Vendors "
        f"{', '.join(one.name for one in vendors)}; studies {', '.join(one.name for one in studies)}. Each is scored "
        "by models that never saw it, with the fields that vendor and study share and no creation dates among the "
        "features; delivered accounts are of all ages.",
        "",
    ]
    for name, (title, work) in PARTS.items():
        if not options.parts or name in options.parts:
            began = time.perf_counter()
            body = "\n" + "\n".join(work(options)) + "\n"
            print(f"{name}: {time.perf_counter() - began:.0f} s\n{body}", flush=True)
        else:
            body = sections.get(title, "\nnot run\n")
        out += [f"## {title}", body.rstrip("\n"), ""]
    RESULTS.write_text("\n".join(out), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
