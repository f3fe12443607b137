"""The model card as a page: what the model is made of, what it is worth, and what it cannot do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zombiescope.detector import Detector
from zombiescope.detector.reason_text import named
from zombiescope.features import extract
from zombiescope_training.model.train import Trained
from zombiescope_training.publish.picture import picture
from zombiescope_training.validation.ranking import RULE, against_rule, by_mask, platforms
from zombiescope_training.validation.slices import false_positives, warned

__all__ = ["COLUMNS", "LIMITS", "markdown", "sections"]

LIMITS = (
    "The figures of the random split say how well it tells accounts of the kinds it was trained on; they say nothing "
    "of fakes from a vendor that it never saw. Read the left-out figures, and expect less still on other platforms "
    "and later years.",
    "A score is a probability where half of the accounts are zombies. It is not the chance that a given follower is a "
    "zombie, and counting scores above a threshold does not give the share: use the audit.",
    "It is trained on bought followers. Spam bots, news bots and other automated accounts are no zombies to it.",
    "Its genuine accounts come from a few studies; people who are unlike them (very new, very quiet, other scripts) "
    "may score higher than they should.",
    "A score is no proof about a person, and nothing here shows who paid for a follower.",
)

COLUMNS = ("auc", "ap", "mcc", "f1", "sensitivity", "specificity", "brier", "ece")


def sections(trained: Trained, detector: Detector, checks: Sequence[str] = ()) -> dict[str, Any]:
    """The card's entries on who is wrongly flagged, on which features carry the model, and on the sample's doubts.

    detector: the model as it will be read. checks: what `checks.findings` says of the sample.
    """
    return {
        "slices": false_positives(trained, detector.operating_point),
        "picture": picture(detector, trained.labelled),
        "platforms": platforms(detector),
        "ranking": by_mask(detector),
        "rule": against_rule(
            trained.vendors, extract(trained.labelled.table).matrix, trained.labelled.zombie
        ),
        "checks": list(checks),
    }


def markdown(card: Mapping[str, Any]) -> str:
    """The card's page."""
    lines = [
        f"# Model card: {card['name']}-{card['version']}",
        "",
        "A gradient-boosted classifier (LightGBM) that tells bought or fake followers (zombies) from genuine ones, as "
        "a part of zombiescope's audit.",
        "",
        "## Trained on",
        "",
        "| set | zombies | genuine | file | sha256 |",
        "|---|---|---|---|---|",
    ]
    for part in card["sets"]:
        for n, (file, sha) in enumerate(sorted(part["sha256"].items())):
            rows = (part["name"], part["zombie"], part["genuine"]) if n == 0 else ("", "", "")
            lines.append(f"| {rows[0]} | {rows[1]} | {rows[2]} | {file} | `{sha[:16]}…` |")
    lines += [
        "",
        f"{card['rows']['zombie']} zombies of {len(card['vendors'])} groups and {card['rows']['genuine']} genuine "
        f"accounts of {len(card['studies'])} studies, weighted so that classes and groups count the same.",
        "",
        "## What it is worth",
        "",
        "The random split is never quoted alone: it flatters.",
        "",
        f"| slice | rows | {' | '.join(COLUMNS)} |",
        f"|---|---|{'---|' * len(COLUMNS)}",
    ]
    metrics = card["metrics"]
    lines += _rows("random split", metrics["random"])
    for name, figures in metrics["vendor_left_out"].items():
        lines += _rows(f"vendor left out: {name}", figures)
    for name, figures in metrics["study_left_out"].items():
        lines += _rows(f"genuine accounts left out: {name}", figures)
    compared = card.get("compared")
    if compared:
        lines += ["", f"On the same {compared['rows']} rows, each scored by a model that did not see it:", ""]
        lines += [f"| model | {' | '.join(COLUMNS)} |", f"|---|{'---|' * len(COLUMNS)}"]
        lines += [_row("this one", compared["new"]), _row(f"{compared['with']}, in use", compared["current"])]
    lines += [
        *_platforms(card.get("platforms", {})),
        *_ranking(card.get("ranking", {}), card.get("rule", {})),
    ]
    lines += [*_slices(card.get("slices", {})), *_picture(card.get("picture", {}))]
    if card.get("checks"):
        lines += ["", "## Doubts about the sample", "", *(f"- {doubt}" for doubt in card["checks"])]
    limits = [*LIMITS, *warned(card.get("slices", {}))]
    lines += ["", "## Limits", "", *(f"- {limit}" for limit in limits), ""]
    lines += [*(f"- {note}" for note in card.get("notes", ())), ""] if card.get("notes") else []
    lines += [
        "## Made by",
        "",
        f"Seed {card['seed']}, {card['recipe']['folds']} folds, {card['recipe']['seeds']} seeds a fold; the whole "
        "recipe, the inputs and the sha256 of each file are in card.json. The same data, seed, platform and pinned "
        "packages give the same bytes.",
        "",
    ]
    return "\n".join(lines)


def _rows(name: str, figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [
        _row(f"{name}, {view} | {values['zombies']} + {values['genuine']}", values)
        for view, values in figures.items()
    ]


def _row(name: str, values: Mapping[str, Any]) -> str:
    cells = " | ".join("" if values[c] is None else f"{values[c]:.3f}" for c in COLUMNS)
    return f"| {name} | {cells} |"


def _platforms(known: Mapping[str, Mapping[str, int]]) -> list[str]:
    """What is known of each platform, as a table."""
    if not known:
        return []
    lines = ["", "## What it knows of each platform", "", "| platform | vendors | studies |", "|---|---|---|"]
    lines += [f"| {name} | {counts['vendors']} | {counts['studies']} |" for name, counts in known.items()]
    return [*lines, "", "Of every other platform it knows no vendor and no study; audits there say so."]


def _ranking(masks: Mapping[str, Mapping[str, Any]], rule: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Ranking with fields missing, and beside the rule, as tables."""
    lines = []
    if masks:
        lines += [
            "",
            "## Ranking where fields are missing",
            "",
            "AUC of each vendor against each study, each scored by models that never saw the group.",
            "",
            "| fields | mean | worst | worst pair |",
            "|---|---|---|---|",
        ]
        for name, one in masks.items():
            lines.append(f"| {name} | {one['mean']:.3f} | {one['worst']:.3f} | {one['worst_pair']} |")
    if rule:
        lines += [
            "",
            f"Beside a rule without a model ({named(RULE)}), each vendor left out:",
            "",
            "| vendor | AUC of the model | AUC of the rule |",
            "|---|---|---|",
        ]
        lines += [f"| {name} | {one['model']:.3f} | {one['rule']:.3f} |" for name, one in rule.items()]
    return lines


def _slices(slices: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[str]:
    """Who is wrongly flagged, as a table."""
    if not slices:
        return []
    columns = list(slices["all"])
    lines = [
        "",
        "## Genuine accounts taken for zombies",
        "",
        "At the operating point: the rate, its 95% interval (Wilson 1927), of how many, and how many times the rate of "
        "all. Out of fold: people of known studies; left out: people of a study that the model never saw.",
        "",
        f"| slice | {' | '.join(columns)} |",
        f"|---|{'---|' * len(columns)}",
    ]
    for name, figures in slices.items():
        lines.append(f"| {name} | {' | '.join(_flagged(figures[c]) for c in columns)} |")
    return lines


def _flagged(figure: Mapping[str, Any]) -> str:
    if not figure["n"]:
        return "nobody"
    times = "" if figure["times"] is None else f"; {figure['times']:.1f}x"
    return f"{figure['rate']:.1%} ({figure['low']:.1%}-{figure['high']:.1%}) of {figure['n']:,}{times}"


def _picture(groups: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Which features carry the model, as a table."""
    if not groups:
        return []
    blocks = sorted({block for group in groups.values() for block in group["blocks"]})
    lines = [
        "",
        "## What carries the model",
        "",
        "Mean size of the effects in log-odds, by block of features, and the features that lead (their mean effect: "
        "above 0 towards zombie), each account explained by a fold model that did not see it.",
        "",
        f"| group | {' | '.join(blocks)} | lead by |",
        f"|---|{'---|' * len(blocks)}---|",
    ]
    for name, group in groups.items():
        sizes = " | ".join(f"{group['blocks'].get(block, 0):.2f}" for block in blocks)
        lead = sorted(group["features"].items(), key=lambda item: -abs(item[1]))[:4]
        effects = ", ".join(f"{named(feature)} {effect:+.2f}" for feature, effect in lead)
        lines.append(f"| {name} | {sizes} | {effects} |")
    return lines
