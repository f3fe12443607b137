"""The share from 100 labels of lists of real accounts: coverage and width. Writes results/labels.md.

python -m benchmarks.labels [LISTS]    LISTS: of each vendor, study and share, 3 without
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.planted_lists import groups, mixed
from zombiescope.features.normal_scores import normal_scores
from zombiescope.share import LabelledFollower
from zombiescope.share.critical import wilson
from zombiescope.share.cross_prediction import cross_predict, label_estimate
from zombiescope.share.labels import gather, ppi

RESULTS = Path(__file__).parent / "results" / "labels.md"
SHARES = (0.0, 0.02, 0.1, 0.3, 0.5, 0.87, 1.0)
SAMPLE, LABELS, LISTED = 1_000, 100, 1_000_000


def cell(share: float, lists: int) -> str:
    """One row of the table: coverage, widths and errors at a share, over all vendors and studies."""
    vendors, studies = groups()
    held, widths, errors, shipped_widths, well_ranked, seconds = [], [], [], [], [], []
    for v, vendor in enumerate(vendors):
        for s, study in enumerate(studies):
            for seed in range(lists):
                rng = np.random.default_rng([v, s, seed, int(100 * share)])
                features, scores, zombie = mixed(vendor, study, share, SAMPLE, rng)
                chosen = rng.choice(SAMPLE, LABELS, replace=False)
                labelled = gather(
                    [LabelledFollower(int(i), "zombie" if zombie[i] else "genuine", "ana") for i in chosen],
                    SAMPLE,
                )
                began = time.process_time()
                answer = label_estimate(
                    cross_predict(normal_scores(features), scores, labelled),
                    labelled,
                    n=SAMPLE,
                    listed=LISTED,
                    drawn=SAMPLE,
                ).interval
                seconds.append(time.process_time() - began)
                held.append(answer.low <= share <= answer.high)
                widths.append(answer.high - answer.low)
                errors.append(abs((answer.estimate or 0.0) - share))
                shipped = ppi(scores, labelled, listed=LISTED, drawn=SAMPLE)
                shipped_widths.append(shipped.high - shipped.low)
                if 0 < zombie.sum() < SAMPLE and roc_auc_score(zombie, scores) > 0.95:
                    well_ranked.append(widths[-1])
    low, high = wilson(sum(held), len(held))
    ranked = f"{np.mean(well_ranked):.3f} ({len(well_ranked)} lists)" if well_ranked else "-"
    return (
        f"| {share:g} | {100 * np.mean(held):.1f}% ({100 * low:.1f}-{100 * high:.1f}%, {len(held)} lists) | "
        f"{np.mean(widths):.3f} | {np.quantile(widths, 0.95):.3f} | {ranked} | {np.mean(shipped_widths):.3f} | "
        f"{np.mean(errors):.4f} | {np.median(seconds):.2f} |"
    )


def main(arguments: list[str]) -> None:
    """All shares into the results."""
    lists = int(arguments[0]) if arguments else 3
    body = [
        "# The share from 100 labels",
        "",
        f"Made by `python -m benchmarks.labels {lists}`: samples of {SAMPLE:,} of a long list, {LABELS} labelled "
        "without error, of each vendor and study of the shipped model's reference groups, each scored by models that "
        "never saw it. Goals: coverage .94, width .15, and .12 where the score's AUC is above .95. The target is the "
        "share of the long list.",
        "",
        "| share | coverage | width | 95th percentile | width where AUC > .95 | PPI++ on the shipped score | error | "
        "processor seconds |",
        "|---|---|---|---|---|---|---|---|",
        *(cell(share, lists) for share in SHARES),
        "",
    ]
    RESULTS.write_text("\n".join(body), "utf-8")
    print("\n".join(body))


if __name__ == "__main__":
    main(sys.argv[1:])
