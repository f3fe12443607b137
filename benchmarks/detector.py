"""What the detector is worth: the recipe on what it has not seen, and the shipped model elsewhere.

    python -m benchmarks.detector [--seeds 3] [--jobs 2] [--only recipe pairs later others batch time-sample time-all]

Needs the published sets (ZOMBIESCOPE_DATA, default ../shared/data). Writes benchmarks/results/detector.md; what was not
asked for keeps the section that it had. About two hours of one core with three seeds.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import detector_unseen as unseen
from zombiescope import wiring
from zombiescope.settings import Settings
from zombiescope_training.commands import evaluate_model, evaluate_recipe, train_model
from zombiescope_training.model.recipe import Recipe
from zombiescope_training.publish.card import COLUMNS
from zombiescope_training.validation.evaluate import LISTS

OUT = Path(__file__).parent / "results"
ROOT = Path(__file__).resolve().parents[1]
ALL = (
    "set:cresci-2015",
    "set:cresci-2017",
    "set:botometer-repository",
    "set:caverlee-2011",
    "set:weibo-fudan-2019",
    "set:weibo-microblogpcu",
)
OTHERS = (
    "set:gilani-2017",
    "set:botometer-repository/cresci-stock-2018",
    "set:botometer-repository/pronbots-2019",
    "set:cresci-2017/social_spambot_users_1",
    "set:cresci-2017/spambots_1",
    "set:weibo-microblogpcu",
)
HEAD = f"| slice | rows | {' | '.join((*COLUMNS, *LISTS.values()))} |\n|---|---|{'---|' * (len(COLUMNS) + len(LISTS))}"
GOALS = "| what | goal | measured | |\n|---|---|---|---|"


def on_progress(what: str, done: int, of: int) -> None:
    """Progress as lines."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {what}: {done} of {of}\n")


def rows(slices: Mapping[str, Any]) -> list[str]:
    """Table rows of some slices."""
    out = []
    for name, figures in slices.items():
        for how, values in figures.items():
            held = [values.get(c) for c in (*COLUMNS, *LISTS.values())]
            cells = " | ".join("" if value is None else f"{value:.4f}" for value in held)
            size = f"{values['zombies']:.0f} + {values['genuine']:.0f}"
            out.append(f"| {name}, {how} | {size} | {cells} |")
    return out


def goal(what: str, wanted: str, got: float, met: bool, form: str = ".4f") -> str:
    """A row of the goals."""
    return f"| {what} | {wanted} | {got:{form}} | {'met' if met else 'missed'} |"


def recipe_section(found: Settings, seeds: int, jobs: int) -> list[str]:
    """The random split and each group left out, on Cresci-2015."""
    result = evaluate_recipe(
        ("set:cresci-2015",), found.data, quick=False, jobs=jobs, on_progress=on_progress
    )
    slices = result["slices"]
    random = slices["random 10-fold"]["with posts"]
    left = {name: part for name, part in slices.items() if name.startswith("left out")}
    least = unseen.worst(left, "auc")
    lost = -result["without_posts"]["auc_change"]
    moved = max(abs(v) for v in result["without_posts"]["mean_score_change"].values())
    return [
        "Cresci-2015: 10-fold, and each vendor left out against a half of the genuine accounts.",
        "",
        GOALS,
        goal("AUC, random", ">= .998", random["auc"], random["auc"] >= 0.998),
        goal("MCC, random", ">= .985", random["mcc"], random["mcc"] >= 0.985),
        goal("expected calibration error, random", "<= .02", random["ece"], random["ece"] <= 0.02),
        goal("AUC, worst vendor left out, with or without posts", ">= .985", least, least >= 0.985),
        goal("AUC lost without posts", "<= .02", lost, lost <= 0.02),
        goal("mean score moved without posts, either class", "<= .05", moved, moved <= 0.05),
        "",
        HEAD,
        *rows(slices),
    ]


def pairs_section(found: Settings, seeds: int, jobs: int) -> list[str]:
    """A vendor and a group of people left out together."""
    slices = unseen.pairs(found.data, Recipe(), range(seeds), jobs, on_progress)
    known = {name: part for name, part in slices.items() if name.endswith(("E13", "genuine_users"))}
    people = unseen.person_rates(slices)
    mean = sum(people.values()) / len(people)
    lines = [
        f"One Twitter vendor and one group of people left out together; the recipe, mean of {seeds} seeds. "
        "The people of gilani-2017, cresci-stock-2018 and caverlee-2011 are in no training. MCC among the goals is "
        "with both classes weighing the same; in the table, and for the calibration error, as many as there are. E13 "
        "alone of the people that train has timelines: with it out, no model can learn from posts.",
        "",
        GOALS,
    ]
    for what, part in (("E13 or genuine_users", known), ("any people", slices)):
        bare = min(unseen.even(figures["without posts"]) for figures in part.values())
        posts = {name: unseen.even(figures["with posts"]) for name, figures in part.items()}
        learnt = min(value for name, value in posts.items() if not name.endswith("E13"))
        auc, ece = unseen.worst(part, "auc"), unseen.worst(part, "ece", high=True)
        lines += [
            goal(f"AUC, worst pair with {what}", ">= .997", auc, auc >= 0.997),
            goal(f"MCC without posts, worst pair with {what}", ">= .95", bare, bare >= 0.95),
            goal(
                f"MCC with posts, worst pair with {what}, E13 in training", ">= .98", learnt, learnt >= 0.98
            ),
            goal(f"expected calibration error, worst pair with {what}", "<= .03", ece, ece <= 0.03),
        ]
    blind = min(unseen.even(part["with posts"]) for name, part in slices.items() if name.endswith("E13"))
    lines += [goal("MCC with posts, worst pair with E13 out", ">= .98", blind, blind >= 0.98)]
    lines += [goal(f"flagged of unseen people: {g}", "<= .05", r, r <= 0.05) for g, r in people.items()]
    lines += [goal("flagged of unseen people, mean of the groups", "<= .02", mean, mean <= 0.02)]
    return [*lines, "", HEAD, *rows(slices)]


def later_section(found: Settings, seeds: int, jobs: int) -> list[str]:
    """Older sets train, newer ones test; the recipe beside the plain model."""
    tables = unseen.later(found.data, Recipe(), 0, jobs, on_progress)
    lines = [
        f"Trained on sets up to {unseen.UNTIL}, tested on newer ones; the plain model is LightGBM with 31 leaves and "
        "all features on the same weighted rows, nothing augmented or dropped. Their bots are not bought followers.",
        "",
        "| trained on | tested on | figure | recipe | plain | margin |",
        "|---|---|---|---|---|---|",
    ]
    for what in ("as shipped", "with bots"):
        ours, plain = tables[f"recipe, {what}"], tables[f"plain, {what}"]
        for name, part in ours.items():
            for figure in ("auc", "mcc", "sensitivity", "specificity"):
                a, b = part["without posts"][figure], plain[name]["without posts"][figure]
                if a is not None and b is not None:
                    lines.append(f"| {what} | {name} | {figure} | {a:.4f} | {b:.4f} | {a - b:+.4f} |")
    for which, table in tables.items():
        lines += ["", f"{which}:", "", HEAD, *rows(table)]
    return lines


def others_section(found: Settings, seeds: int, jobs: int) -> list[str]:
    """The shipped model on sets that it was not trained on."""
    lines = ["Zombies here are what each study calls bots: hard slices, not bought followers.", "", HEAD]
    for name in OTHERS:
        on_progress(name, 0, 1)
        result = evaluate_model((name,), found.data, wiring.artefact(found, None))
        bare = result["slices"]["all"]["without posts"]
        lines += rows({name.removeprefix("set:"): {"without posts": bare}})
    return lines


def batch_section(found: Settings, seeds: int, jobs: int) -> list[str]:
    """What the list itself tells of kinds that the model never saw."""
    lines = [
        f"Lists of {unseen.LISTED:,} followers, bots of a kind that no vendor of training sold among people of no "
        f"training set; means of {unseen.LISTS} lists. "
        "Crowding (app/zombiescope/detector/local_density.py) needs no label.",
        "",
        "| list | share of bots | AUC of the score | AUC of crowding | AUC of crowding among scores up to .5 |",
        "|---|---|---|---|---|",
    ]
    for share in (0.5, 0.15):
        for name, *values in unseen.batch(found.data, wiring.detector(found), share, on_progress):
            lines.append(f"| {name} | {share} | {' | '.join(f'{v:.3f}' for v in values)} |")
    return lines


def _timed(names: Sequence[str], found: Settings, jobs: int, limit: float) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        began, spent = time.perf_counter(), os.times()
        card, _ = train_model(names, found.data, Path(folder) / "timed-1", jobs=jobs, on_progress=on_progress)
        took = time.perf_counter() - began
    now = os.times()
    cpu = sum(now[:4]) - sum(spent[:4])
    count = sum(card["rows"].values())
    return [
        f"`zombiescope train` on {count:,} rows, {jobs} jobs, validation and card included; this process alone used "
        f"{cpu:.0f} s of a processor; load of the machine at the end {os.getloadavg()[0]:.1f}.",
        "",
        GOALS,
        goal("seconds", f"< {limit:.0f}", took, took < limit, ".1f"),
    ]


def time_sample_section(found: Settings, seeds: int, jobs: int) -> list[str]:
    """How long it takes to train on the sample that ships."""
    return _timed((str(ROOT / "data" / "sample" / "labelled.jsonl"),), found, jobs, 15)


def time_all_section(found: Settings, seeds: int, jobs: int) -> list[str]:
    """How long it takes to train on all of the published sets."""
    return _timed(ALL, found, jobs, 600)


SECTIONS = {
    "recipe": ("The recipe on one study", recipe_section),
    "pairs": ("A vendor and people never seen", pairs_section),
    "later": ("Later years", later_section),
    "others": ("The shipped model on sets it was not trained on", others_section),
    "batch": ("What the list itself tells", batch_section),
    "time-sample": ("Time to train on the sample", time_sample_section),
    "time-all": ("Time to train on all published sets", time_all_section),
}


def main() -> None:
    """Measure what is asked for and write the page."""
    parser = argparse.ArgumentParser(description="What the detector is worth")
    parser.add_argument("--seeds", type=int, default=3, help="seeds that the pairs' figures are means of")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=[*SECTIONS], default=[*SECTIONS])
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    # Sections are kept as they were measured, so that one can be measured again by itself.
    asked.out.mkdir(parents=True, exist_ok=True)
    kept = asked.out / "detector.json"
    sections = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
    for key in asked.only:
        sections[key] = SECTIONS[key][1](wiring.settings(), asked.seeds, asked.jobs)
        kept.write_text(json.dumps(sections, ensure_ascii=False, indent=0) + "\n", "utf-8")
    lines = [
        "# The detector",
        "",
        "`python -m benchmarks.detector`. Random splits flatter: read the left-out rows.",
    ]
    for key, (title, _) in SECTIONS.items():
        if key in sections:
            lines += ["", f"## {title}", "", *sections[key]]
    (asked.out / "detector.md").write_text("\n".join([*lines, ""]), "utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
