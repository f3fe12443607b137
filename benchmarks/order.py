"""Deliveries of accounts of all ages in lists of real people: found, ranked, bounded. Writes results/order.md.

python -m benchmarks.order [LISTS]    LISTS: of each vendor and study, 2 without
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.planted_lists import Delivery, PlantedList, groups, planted_list
from zombiescope.detector.reference import ReferenceGroup
from zombiescope.evidence.local_detector import learn_local
from zombiescope.evidence.runs.blocks import blocks, comparable
from zombiescope.share.critical import wilson
from zombiescope.share.deliveries import delivery_bound

RESULTS = Path(__file__).parent / "results" / "order.md"
TOLERANCE = 0.02  # by which a lower bound must exceed the truth to be a false accusation
LAYOUTS = (
    ("100, 300 and 1,000 followers, purity .9", ((100, 0.9), (300, 0.9), (1_000, 0.9))),
    ("200 and 600 followers, purity .5", ((200, 0.5), (600, 0.5))),
    ("900 followers, purity .33 (a trickle)", ((900, 0.33),)),
)


def rate(hits: int, of: int) -> str:
    """A rate with its Monte Carlo interval."""
    if of == 0:
        return "-"
    low, high = wilson(hits, of)
    return f"{hits} of {of} ({100 * hits / of:.1f}%, {100 * low:.1f}-{100 * high:.1f}%)"


def search(planted: PlantedList) -> list[tuple[int, int]]:
    """The blocks, as rows (half open)."""
    return [(block.from_, block.to + 1) for block in blocks(planted.followers, lambda _: None)[0]]


def deliveries(
    vendors: tuple[ReferenceGroup, ...], studies: tuple[ReferenceGroup, ...], lists: int
) -> list[str]:
    """Recall, ranking and bound of planted deliveries."""
    out = [
        "| deliveries | size | found | blocks without a zombie | AUC: local score | shipped score | "
        "local below it by .002 and more | low / truth | low above truth + .02 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    by_vendor: dict[str, list[bool]] = {}
    for title, layout in LAYOUTS:
        hits: dict[int, list[bool]] = {}
        empty = total = worse = accused = judged = 0
        local_auc, score_auc, tightness = [], [], []
        for v, vendor in enumerate(vendors):
            for s, study in enumerate(studies):
                for seed in range(lists):
                    rng = np.random.default_rng([v, s, seed, len(layout)])
                    planted = planted_list(
                        study, [Delivery(vendor, size, purity) for size, purity in layout], rng
                    )
                    runs = search(planted)
                    for (start, stop), (size, purity) in zip(planted.spans, layout, strict=True):
                        inside = max((min(b, stop) - max(a, start) for a, b in runs), default=0)
                        hits.setdefault(size, []).append(inside >= 0.5 * (stop - start))
                        if purity == 0.9:
                            by_vendor.setdefault(vendor.name, []).append(hits[size][-1])
                    total += len(runs)
                    empty += sum(not planted.zombie[a:b].any() for a, b in runs)
                    local = learn_local(comparable(planted.followers), runs, rng) if runs else None
                    if local is None:
                        continue
                    judged += 1
                    ours = roc_auc_score(planted.zombie, local.scores)
                    shipped = roc_auc_score(planted.zombie, planted.followers.scores)
                    local_auc.append(ours)
                    score_auc.append(shipped)
                    worse += ours < shipped - 0.002
                    bound = delivery_bound(local.scores, runs)
                    low = 0.0 if bound is None else bound.low
                    tightness.append(low / planted.zombie.mean())
                    accused += low > planted.zombie.mean() + TOLERANCE
        for size, hit_rates in hits.items():
            out.append(
                f"| {title} | {size:,} | {rate(sum(hit_rates), len(hit_rates))} | {rate(empty, total)} | "
                f"{np.mean(local_auc):.4f} (least {min(local_auc):.3f}) | {np.mean(score_auc):.4f} "
                f"(least {min(score_auc):.3f}) | {rate(worse, judged)} | {np.mean(tightness):.2f} "
                f"(5th percentile {np.quantile(tightness, 0.05):.2f}) | {rate(accused, judged)} |"
            )
    out += [
        "",
        "By vendor, purity .9: " + "; ".join(f"{k} {rate(sum(h), len(h))}" for k, h in by_vendor.items()),
    ]
    return out


def clean(studies: tuple[ReferenceGroup, ...], lists: int) -> list[str]:
    """Lists without a bought follower."""
    out = ["| lists without a zombie | a block | a lower bound above .02 |", "|---|---|---|"]
    for title, waves, kind in (
        ("bursts of news", 0, None),
        ("bursts and two waves of sign-ups", 2, None),
        ("bursts, a wave, and 300 of another study of the platform at once", 1, "same"),
        ("bursts, a wave, and 300 of a study of another platform at once", 1, "other"),
    ):
        fired = accused = of = 0
        for s, study in enumerate(studies):
            others = [
                one
                for one in studies
                if one is not study and (one.platform == study.platform) == (kind == "same")
            ]
            if kind is not None and not others:
                continue
            for seed in range(lists):
                rng = np.random.default_rng([s, seed, waves, 99])
                chosen = [] if kind is None else [Delivery(others[int(rng.integers(len(others)))], 300)]
                planted = planted_list(study, chosen, rng, n=int(rng.integers(1_000, 4_000)), waves=waves)
                runs = search(planted)
                of += 1
                fired += bool(runs)
                local = learn_local(comparable(planted.followers), runs, rng) if runs else None
                bound = None if local is None else delivery_bound(local.scores, runs)
                accused += bound is not None and bound.low > TOLERANCE
        out.append(f"| {title} | {rate(fired, of)} | {rate(accused, of)} |")
    return out


def main(arguments: list[str]) -> None:
    """Run all parts and write the results."""
    lists = int(arguments[0]) if arguments else 2
    vendors, studies = groups()
    began = time.perf_counter()
    body = [
        "# Deliveries in follow order",
        "",
        f"Made by `python -m benchmarks.order {lists}`; the method is in docs/evidence.md. Vendors "
        f"{', '.join(one.name for one in vendors)}; studies {', '.join(one.name for one in studies)}. Each is scored "
        "by models that never saw it, with the fields that vendor and study share and no creation dates among the "
        "features; delivered accounts are of all ages.",
        "",
        "## Planted deliveries (goals: found .95 at purity .9, .8 at .5 from 200 on; AUC .98; low / truth .85)",
        "",
        *deliveries(vendors, studies, lists),
        "",
        "## Clean lists (goals: a block in 1% at most, in 3% with waves and a community)",
        "",
        *clean(studies, 10 * lists),
        "",
    ]
    RESULTS.write_text("\n".join(body), "utf-8")
    print("\n".join(body), f"\n{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
