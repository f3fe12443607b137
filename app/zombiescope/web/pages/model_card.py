"""A model's card as its page shows it: what it was trained on, how good it is on accounts not seen, in pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zombiescope import formatting
from zombiescope.i18n import gettext as _
from zombiescope.report import vega

__all__ = ["CardView", "Figures", "card_view"]

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c8f92")  # Okabe & Ito 2008


@dataclass(frozen=True)
class Figures:
    """One row of the validation. zombies, genuine: the share recognised (0 to 1), None where it has none of them.

    key: "random", "vendor" or "study". posts: "" where the figures with and without posts are the same.
    """

    key: str
    group: str
    posts: str
    zombies: float | None
    genuine: float | None


@dataclass(frozen=True)
class CardView:
    """A card in sentences, rows and pictures (SVG); a picture is None where the card has no data for it."""

    trained_on: str | None
    worst: tuple[str, ...]
    compared: tuple[str, ...]
    doubts: tuple[str, ...]
    figures: tuple[Figures, ...]
    left_out: str | None
    features: str | None


def card_view(card: Mapping[str, Any], *, pictures: bool = True) -> CardView:
    """The view of a card; a card that lacks a part, as older ones do, lacks it in the view.

    pictures: whether the charts are drawn.
    """
    figures = tuple(_figures(card))
    return CardView(
        trained_on=_trained_on(card),
        worst=_worst(figures),
        compared=_compared(card),
        doubts=tuple(formatting.clean(str(one), longest=400) for one in card.get("checks") or ()),
        figures=figures,
        left_out=_left_out(figures) if pictures else None,
        features=_features(card) if pictures else None,
    )


def _trained_on(card: Mapping[str, Any]) -> str | None:
    rows = card.get("rows")
    if not isinstance(rows, Mapping) or not {"zombie", "genuine"} <= set(rows):
        return None
    return _(
        "Trained on %(zombies)s zombies of %(vendors)s vendors and %(genuine)s genuine accounts of %(studies)s studies."
    ) % {
        "zombies": formatting.count(rows["zombie"]),
        "vendors": formatting.count(len(card.get("vendors") or ())),
        "genuine": formatting.count(rows["genuine"]),
        "studies": formatting.count(len(card.get("studies") or ())),
    }


def _worst(figures: tuple[Figures, ...]) -> tuple[str, ...]:
    """How far it can fail: the groups left out of training that it recognises least."""
    vendors = [one for one in figures if one.key == "vendor" and one.zombies is not None]
    studies = [one for one in figures if one.key == "study" and one.genuine is not None]
    lines = []
    if vendors:
        least = min(vendors, key=lambda one: one.zombies or 0.0)
        lines.append(
            _("Of a vendor's zombies that it has never seen it recognises as few as %(share)s (%(group)s).")
            % {"share": formatting.percent(least.zombies or 0.0, 1), "group": least.group}
        )
    if studies:
        least = min(studies, key=lambda one: one.genuine or 0.0)
        lines.append(
            _("Of people it has never seen it recognises as few as %(share)s as genuine (%(group)s).")
            % {"share": formatting.percent(least.genuine or 0.0, 1), "group": least.group}
        )
    return tuple(lines)


def _compared(card: Mapping[str, Any]) -> tuple[str, ...]:
    compared = card.get("compared")
    if not isinstance(compared, Mapping):
        return ()
    names = {
        "new": _("this model"),
        "current": formatting.clean(str(compared.get("with", "")), longest=60),
    }
    lines = [
        _("On the same %(rows)s accounts, which neither has seen:")
        % {"rows": formatting.count(int(compared.get("rows", 0)))}
    ]
    for key, name in names.items():
        row = compared.get(key) or {}
        lines.append(
            _("%(model)s recognises %(zombies)s of the zombies and %(genuine)s of the genuine accounts.")
            % {"model": name, "zombies": _part(row, "sensitivity"), "genuine": _part(row, "specificity")}
        )
    return tuple(lines)


def _part(row: Mapping[str, Any], key: str) -> str:
    value = _number(row.get(key))
    return _("an unknown part") if value is None else formatting.percent(value, 1)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _figures(card: Mapping[str, Any]) -> Iterator[Figures]:
    """The card's validation as rows: accounts held out at random, then each group that training left out."""
    metrics = card.get("metrics")
    keys = {"random": "random", "vendor_left_out": "vendor", "study_left_out": "study"}
    for split, key in keys.items():
        figures = metrics.get(split) if isinstance(metrics, Mapping) else None
        if not isinstance(figures, Mapping):
            continue
        groups = {"": figures} if split == "random" else figures
        for name, views in groups.items():
            yield from _views(key, formatting.clean(str(name), longest=60), views)


def _views(key: str, group: str, views: object) -> Iterator[Figures]:
    if not isinstance(views, Mapping):
        return
    rows = {
        name: (_number(row.get("sensitivity")), _number(row.get("specificity")))
        for name, row in views.items()
        if isinstance(row, Mapping)
    }
    alike = len(set(rows.values())) == 1
    for name, (zombies, genuine) in rows.items():
        posts = "" if alike else _("with posts") if name == "with posts" else _("without posts")
        yield Figures(key, group, posts, zombies, genuine)
        if alike:
            return


def _left_out(figures: tuple[Figures, ...]) -> str | None:
    """The share recognised of each group that training left out, as dots."""
    vendors, people = _("zombies of a vendor left out"), _("people of a study left out")
    rows = [
        {"group": one.group, "kind": kind, "share": share, "posts": one.posts}
        for one in figures
        for kind, share, key in ((vendors, one.zombies, "vendor"), (people, one.genuine, "study"))
        if one.key == key and share is not None
    ]
    if not rows:
        return None
    spec: dict[str, Any] = {
        "data": {"values": rows},
        "width": 470,
        "height": {"step": 24},
        "mark": {"type": "point", "filled": True, "size": 90, "opacity": 0.9},
        "encoding": {
            "y": {
                "field": "group",
                "type": "nominal",
                "sort": None,
                "title": None,
                "axis": {"labelLimit": 240},
            },
            "x": {
                "field": "share",
                "type": "quantitative",
                "scale": {"domain": [0, 1]},
                "axis": {"format": ".0%", "title": _("share recognised"), "tickCount": 5},
            },
            "color": {
                "field": "kind",
                "type": "nominal",
                "title": None,
                "scale": {"domain": [vendors, people], "range": ["#d55e00", "#1f83c9"]},
                "legend": {"orient": "top", "labelLimit": 300},
            },
        },
    }
    worst = min(rows, key=lambda row: float(str(row["share"])))
    label = _(
        "Share recognised of each group that training left out; the least is %(group)s with %(share)s."
    ) % {
        "group": worst["group"],
        "share": formatting.percent(float(str(worst["share"])), 1),
    }
    return vega.svg(spec, label=label)


def _features(card: Mapping[str, Any]) -> str | None:
    """Which features carry the model for each group, as a bar chart; None where the card has no such picture."""
    names = {
        "activity": _("activity"),
        "counts": _("counts"),
        "naming": _("naming"),
        "profile": _("profile"),
        "posts": _("posts"),
        "timeline": _("timeline"),
        "text": _("text"),
    }
    picture = card.get("picture")
    rows = [
        {"group": str(group), "features": names.get(block, block), "effect": size}
        for group, effects in (picture.items() if isinstance(picture, Mapping) else ())
        if isinstance(effects, Mapping)
        for block, size in (effects.get("blocks") or {}).items()
    ]
    if not rows:
        return None
    spec: dict[str, Any] = {
        "width": 470,
        "height": {"step": 22},
        "data": {"values": rows},
        "mark": "bar",
        "encoding": {
            "y": {"field": "group", "type": "nominal", "title": None, "axis": {"labelLimit": 240}},
            "x": {
                "field": "effect",
                "type": "quantitative",
                "stack": "normalize",
                "axis": {"format": ".0%", "title": _("part of the model's effect"), "tickCount": 5},
            },
            "color": {
                "field": "features",
                "type": "nominal",
                "title": None,
                "scale": {"range": list(_COLOURS)},
                "legend": {"orient": "top", "columns": 4},
            },
        },
    }
    return vega.svg(spec, label=_("Which features carry the model, for each group of accounts"))
