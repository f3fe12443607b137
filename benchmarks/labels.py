"""The share from labels of lists of real accounts, by people who are right or err. Writes results/labels.md.

python -m benchmarks.labels [LISTS]    LISTS: of each vendor, study and share, 3 without
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from benchmarks.planted_lists import groups, mixed
from zombiescope.domain import Labels, Span
from zombiescope.features.normal_scores import normal_scores
from zombiescope.share import LabelledFollower, Scored
from zombiescope.share.critical import wilson
from zombiescope.share.cross_prediction import cross_predict, label_estimate
from zombiescope.share.label_answer import label_answer
from zombiescope.share.labels import gather, ppi

RESULTS = Path(__file__).parent / "results" / "labels.md"
SHARES = (0.0, 0.02, 0.1, 0.3, 0.5, 0.87, 1.0)
SAMPLE, LABELS, LISTED = 1_000, 100, 1_000_000
OVERLAP = 30  # followers that two people label

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


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


def labels_of(
    zombie: Bools, chosen: Ints, who: str, missed: float, accused: float, luck: Floats
) -> list[LabelledFollower]:
    """What somebody who errs at these rates says of the chosen followers. luck: (n,) uniform, of each follower."""
    wrong = luck[chosen] < np.where(zombie[chosen], missed, accused)
    return [
        LabelledFollower(int(row), "zombie" if is_zombie != errs else "genuine", who)
        for row, is_zombie, errs in zip(chosen, zombie[chosen], wrong, strict=True)
    ]


def labellers(missed: float, accused: float, lists: int, *, alike: bool) -> str:
    """One row of the table of labellers who err. alike: both err on the same followers."""
    vendors, studies = groups()
    held: list[bool] = []
    widths: list[float] = []
    plain: list[bool] = []
    alone: list[bool] = []
    seconds: list[float] = []
    for v, vendor in enumerate(vendors):
        for s, study in enumerate(studies):
            for share in SHARES:
                for seed in range(lists):
                    rng = np.random.default_rng([v, s, seed, int(100 * share), int(1_000 * missed)])
                    features, scores, zombie = mixed(vendor, study, share, SAMPLE, rng)
                    rows = rng.choice(SAMPLE, 2 * LABELS - OVERLAP, replace=False)
                    luck = rng.random(SAMPLE)
                    ana = labels_of(zombie, rows[:LABELS], "ana", missed, accused, luck)
                    luck = luck if alike else rng.random(SAMPLE)
                    bo = labels_of(zombie, rows[-LABELS:], "bo", missed, accused, luck)
                    began = time.process_time()
                    given = answer(normal_scores(features), scores, [*ana, *bo])
                    seconds.append(time.process_time() - began)
                    span = given.if_labellers_err or given.interval
                    assert span is not None
                    assert given.interval is not None
                    held.append(span.low <= share <= span.high)
                    widths.append(span.high - span.low)
                    plain.append(given.interval.low <= share <= given.interval.high)
                    single = answer(normal_scores(features), scores, ana).if_as_published
                    assert single is not None
                    alone.append(single.low <= share <= single.high)
    low, high = wilson(sum(held), len(held))
    return (
        f"| {100 * missed:.0f}% | {100 * accused:.0f}% | {'yes' if alike else 'no'} | {100 * np.mean(held):.1f}% "
        f"({100 * low:.1f}-{100 * high:.1f}%, {len(held)} lists) | {np.mean(widths):.2f} | "
        f"{100 * np.mean(plain):.1f}% | {100 * np.mean(alone):.1f}% | {np.median(seconds):.2f} |"
    )


def answer(covariates: Floats, scores: Floats, labels: list[LabelledFollower]) -> Labels:
    """The answer of labels, as an audit gives it."""
    return label_answer(
        Scored(scores, np.arange(SAMPLE), listed=LISTED, drawn=SAMPLE),
        gather(labels, SAMPLE),
        labels,
        composition=0.0,
        moved=scores,
        covariates=covariates,
        unlabelled=Span(0.0, 1.0),
    ).summary


def main(arguments: list[str]) -> None:
    """All shares into the results."""
    lists = int(arguments[0]) if arguments else 3
    body = [
        "# The share from 100 labels",
        "",
        f"MadeUpList by `python -m benchmarks.labels {lists}`: samples of {SAMPLE:,} of a long list, {LABELS} labelled "
        "without error, of each vendor and study of the shipped model's reference groups, each scored by models that "
        "never saw it. Goals: coverage .94, width .15, and .12 where the score's AUC is above .95. The target is the "
        "share of the long list.",
        "",
        "| share | coverage | width | 95th percentile | width where AUC > .95 | PPI++ on the shipped score | error | "
        "processor seconds |",
        "|---|---|---|---|---|---|---|---|",
        *(cell(share, lists) for share in SHARES),
        "",
        "## Labellers who err",
        "",
        f"Two people label {LABELS} followers each, {OVERLAP} of them the same. Coverage and width of the interval "
        "that audits then print (goal: .90 where they miss 33% and accuse 37%, as people did in a published "
        "experiment), all vendors, studies and shares together; beside it the coverage of the interval that takes "
        "their labels for right, and of the printed what-if with one of them alone, which is right where errors are "
        "those of the experiment.",
        "",
        "| zombies missed | people accused | both err on the same accounts | coverage | width | labels taken for "
        "right | what-if, one labeller | processor seconds |",
        "|---|---|---|---|---|---|---|---|",
        *(
            labellers(missed, accused, max(1, lists // 4), alike=alike)
            for missed, accused, alike in (
                (0.33, 0.37, False),
                (0.1, 0.1, False),
                (0.03, 0.03, False),
                (0.0, 0.0, False),
                (0.1, 0.1, True),
            )
        ),
        "",
    ]
    RESULTS.write_text("\n".join(body), "utf-8")
    print("\n".join(body))


if __name__ == "__main__":
    main(sys.argv[1:])
