"""Whether a model may take the current one's place: they are compared on the same accounts, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["Compared", "at_chance", "below_rule", "worse"]

# What counts as worse: less than these differences is noise on a few hundred rows.
RANKING = 0.005
THRESHOLD = 0.02
CHANCE = 0.6  # AUC below which a model is no better than chance

_Card = Mapping[str, Any]
Compared = tuple[
    str, Mapping[str, float], Mapping[str, float]
]  # the accounts, and both models' figures on them


def at_chance(metrics: Mapping[str, Any]) -> str | None:
    """Why a model ranks no better than chance, in words; None where it does.

    metrics: a card's `metrics`. The random split is looked at, and the median of the vendors left out: one vendor that
    is alone on its platform may rank at chance in a sound model. All without posts, which every model has.
    """
    left = sorted(
        group["without posts"]["auc"]
        for group in metrics.get("vendor_left_out", {}).values()
        if group["without posts"].get("auc") is not None
    )
    figures = {"the median of the vendors left out": left[len(left) // 2] if left else None}
    random = metrics.get("random")
    figures["the random split"] = random["without posts"].get("auc") if random else None
    for what, auc in figures.items():
        if auc is not None and auc < CHANCE:
            return (
                f"it ranks at chance: AUC {auc:.2f} on {what}, where guessing gives .50. Labels that are shuffled, or "
                "columns that were not understood, look like this"
            )
    return None


def below_rule(card: _Card) -> str | None:
    """Why a model is worse than a rule that needs none, in words; None where it is not.

    The card's `rule` has the AUC of both on each vendor left out; their medians are compared.
    """
    pairs = list(card.get("rule", {}).values())
    if not pairs:
        return None
    model, rule = (sorted(pair[which] for pair in pairs)[len(pairs) // 2] for which in ("model", "rule"))
    if model >= rule - RANKING:
        return None
    return (
        f"it ranks worse than accounts followed for each follower alone: AUC {model:.3f} on the median of the "
        f"vendors left out, the rule {rule:.3f}"
    )


def worse(
    new: _Card, current: _Card, on_reference: Callable[[], Compared | None] = lambda: None
) -> str | None:
    """Why `new` should not take the place of `current`, in words; None where nothing speaks against it.

    new, current: the models' cards. They are compared on the rows that training scored with both of them, else on the
    groups that both left out in turn (the same accounts, by the group's name, its size and the files' sha256), else on
    the reference groups that both hold (on_reference: see `reference_comparison`). Figures on different data say
    nothing of which is better: without common accounts that is the answer.
    """
    pair = _on_same_rows(new, current) or _on_common_groups(new, current) or on_reference()
    if pair is None:
        return f"{_name(new)} and {_name(current)} were measured on no common accounts: neither is known to be better"
    accounts, ours, theirs = pair
    for figure, slack in (("auc", RANKING), ("mcc", THRESHOLD)):
        a, b = ours.get(figure), theirs.get(figure)
        if a is not None and b is not None and a < b - slack:
            return (
                f"{_name(new)} is worse than {_name(current)}: its {figure.upper()} on {accounts} is {a:.3f}, "
                f"that of {_name(current)} {b:.3f}"
            )
    return None


def _on_same_rows(new: _Card, current: _Card) -> tuple[str, _Card, _Card] | None:
    """The figures on the rows that one of the two was trained on and the other scored, whichever came later."""
    compared = new.get("compared")
    if compared and compared["with"] == _name(current):
        return f"the same {compared['rows']} rows", compared["new"], compared["current"]
    compared = current.get("compared")
    if compared and compared["with"] == _name(new):
        return f"the same {compared['rows']} rows", compared["current"], compared["new"]
    return None


def _on_common_groups(new: _Card, current: _Card) -> tuple[str, _Card, _Card] | None:
    """The lowest figures over the vendors that both left out, without posts (every model has those)."""
    if not _same_sets(new, current):
        return None
    ours, theirs = (card["metrics"]["vendor_left_out"] for card in (new, current))
    common = [
        name
        for name in ours
        if name in theirs and _size(ours[name]) == _size(theirs[name]) and _size(ours[name]) is not None
    ]
    if not common:
        return None
    accounts = f"the worst of {len(common)} common vendors left out"
    return accounts, _lowest([ours[name] for name in common]), _lowest([theirs[name] for name in common])


def _same_sets(new: _Card, current: _Card) -> bool:
    """Whether both were trained on the same files: a group's name alone does not tell which accounts are in it."""
    ours, theirs = (
        {one["name"]: one.get("sha256") for one in card.get("sets", ())} for card in (new, current)
    )
    return bool(ours) and ours == theirs


def _size(group: _Card) -> tuple[int, int] | None:
    figures = group.get("without posts", {})
    return (figures["genuine"], figures["zombies"]) if {"genuine", "zombies"} <= set(figures) else None


def _lowest(groups: list[_Card]) -> dict[str, float]:
    lowest = {}
    for figure in ("auc", "mcc"):
        known = [group["without posts"][figure] for group in groups]
        known = [value for value in known if value is not None]
        if known:
            lowest[figure] = min(known)
    return lowest


def _name(card: _Card) -> str:
    return f"{card['name']}-{card['version']}"
